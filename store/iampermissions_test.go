package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// TestPoliciesOfAUserAreItsOwnAndItsGroups reads what is held on both engines, through the service that writes it.
func TestPoliciesOfAUserAreItsOwnAndItsGroups(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const account, other = "111122223333", "999922223333"
		ctx, s := context.Background(), store.NewIAM(db)
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		key, err := seal.NewKey(rand.Reader)
		ok(err)
		keys, err := seal.NewKeyring([]seal.Key{key}, make([]byte, 32))
		ok(err)
		ids := &identity.Service{Identities: s, Inline: s, Policies: s, Attachments: s, Members: s, AccessKeys: s, Accounts: s, ServerCertificates: s, UserCredentials: s, RoleDeletions: s, CredentialReports: s, ServiceUses: s, AccessReports: s, Settings: s, OIDCProviders: s, SAMLProviders: s, Tx: db, Keys: keys, Clock: time.Now, Rand: rand.Reader}
		ok(s.CreateFirstAccount(ctx, iam.Account{ID: account}, iam.Root{AccountID: account, Email: "a@localhost"}))

		doc := func(action string) string {
			return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `","Resource":"*"}]}`
		}
		ann, err := ids.Create(ctx, account, identity.New{Kind: identity.User, Name: "ann", Tags: []identity.Tag{{Key: "a", Value: "b"}}})
		ok(err)
		for _, g := range []string{"in", "out"} {
			_, err := ids.Create(ctx, account, identity.New{Kind: identity.Group, Name: g})
			ok(err)
			ok(ids.PutInlinePolicy(ctx, account, identity.Group, g, "of-"+g, doc("s3:"+g)))
		}
		ok(ids.AddToGroup(ctx, account, "in", "ann"))
		ok(ids.PutInlinePolicy(ctx, account, identity.User, "ann", "own", doc("s3:Own")))
		shared, err := ids.CreatePolicy(ctx, account, identity.NewPolicy{Name: "shared", Document: doc("s3:One")})
		ok(err)
		_, err = ids.CreateVersion(ctx, account, shared.ARN(), doc("s3:Two"), true)
		ok(err)
		_, err = ids.CreateVersion(ctx, account, shared.ARN(), doc("s3:Three"), false)
		ok(err)
		ok(ids.Attach(ctx, account, identity.User, "ann", shared.ARN()))
		ok(ids.Attach(ctx, account, identity.Group, "in", shared.ARN())) // counts once
		ok(ids.Attach(ctx, account, identity.Group, "in", "arn:aws:iam::aws:policy/ReadOnlyAccess"))
		ok(ids.Attach(ctx, account, identity.Group, "out", "arn:aws:iam::aws:policy/AdministratorAccess"))

		h, err := s.PoliciesOf(ctx, account, ann.ID)
		ok(err)
		var got []string
		for _, p := range h.Policies {
			got = append(got, fmt.Sprint(p.Kind, ":", p.Name, "=", p.Document))
		}
		want := fmt.Sprint([]string{"group:of-in=" + doc("s3:in"), "user:own=" + doc("s3:Own"), ":" + shared.ARN() + "=" + doc("s3:Two"), ":arn:aws:iam::aws:policy/ReadOnlyAccess="})
		if fmt.Sprint(got) != want || h.Boundary != nil || len(h.Tags) != 1 {
			t.Errorf("got  %s %+v\nwant %s", got, h, want)
		}
		version, err := s.PolicyVersion(ctx, account)
		if err != nil || h.Version != version {
			t.Error(h.Version, version, err)
		}
		for _, boundary := range []string{shared.ARN(), "arn:aws:iam::aws:policy/ReadOnlyAccess"} {
			ok(ids.SetBoundary(ctx, account, identity.User, "ann", boundary))
			if h, err = s.PoliciesOf(ctx, account, ann.ID); err != nil || h.Boundary == nil || h.Boundary.Name != boundary || (h.Boundary.Document == doc("s3:Two")) != (boundary == shared.ARN()) {
				t.Errorf("%+v %v", h.Boundary, err)
			}
		}
		for _, who := range [][2]string{{other, ann.ID}, {account, "AIDANOBODY"}} {
			if h, err := s.PoliciesOf(ctx, who[0], who[1]); !errors.Is(err, identity.ErrNotFound) {
				t.Error(who, h, err)
			}
		}
	})
}
