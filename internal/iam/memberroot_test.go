package iam_test

import (
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/organization"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// The root user of a member account has no password: whatever somebody types, it is answered as for an address that
// nobody has, and as often.
func TestAttackRootUserWithoutAPassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := service(t, db)
		ensure(t, s, iam.RootSettings{Email: "root@example.com", Password: "right password"})
		if err := store.NewOrganizations(db).InsertAccount(ctx, organization.Account{ID: "999922223333", Name: "dev", Email: "dev@example.com"}, time.Now()); err != nil {
			t.Fatal(err)
		}
		for i := range 8 {
			for _, password := range []seal.Secret{"", "x"} {
				_, _, member := s.SignInRoot(ctx, "dev@example.com", password, iam.Browser{})
				_, _, nobody := s.SignInRoot(ctx, "nobody@example.com", password, iam.Browser{})
				if member == nil || nobody == nil || member.Error() != nobody.Error() {
					t.Fatalf("attempt %d: %v for a member's root, %v for nobody", i+1, member, nobody)
				}
			}
		}
	})
}
