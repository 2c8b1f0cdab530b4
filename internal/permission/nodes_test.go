package permission_test

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// TestAttackStaleNode asks one node what somebody may do after each write of another. The version comes with the look-up
// of the access key, as at the edge.
func TestAttackStaleNode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const account = "111122223333"
		ctx, s := context.Background(), store.NewIAM(db)
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		sealing, err := seal.NewKey(rand.Reader)
		ok(err)
		keys, err := seal.NewKeyring([]seal.Key{sealing}, make([]byte, 32))
		ok(err)
		ids := &identity.Service{Identities: s, Inline: s, Policies: s, Attachments: s, Members: s, AccessKeys: s, Accounts: s, ServerCertificates: s, UserCredentials: s, Credentials: s, MFADevices: s, OIDCProviders: s, SAMLProviders: s, RoleDeletions: s, CredentialReports: s, ServiceUses: s, AccessReports: s, Settings: s, Tx: db, Keys: keys, Clock: time.Now, Rand: rand.Reader}
		ok(s.CreateFirstAccount(ctx, iam.Account{ID: account}, iam.Root{AccountID: account, Email: "a@localhost"}))
		ann, err := ids.Create(ctx, account, identity.New{Kind: identity.User, Name: "ann"})
		ok(err)
		_, err = ids.Create(ctx, account, identity.New{Kind: identity.Group, Name: "g"})
		ok(err)
		key, _, err := ids.CreateAccessKey(ctx, account, ann.ID)
		ok(err)
		node := &permission.Service{Store: s}
		may := func() bool {
			t.Helper()
			k, err := s.AccessKeyByID(ctx, key.ID)
			ok(err)
			q := &policy.Request{Principal: policy.Principal{Kind: policy.User, Account: account, ARN: ann.ARN(), ID: ann.ID}, Action: "iam:CreateGroup", Resource: "*"}
			d, err := node.Decide(ctx, q, permission.By{Version: k.PolicyVersion})
			ok(err)
			return d.Allowed
		}
		doc := func(effect string) string {
			return `{"Version":"2012-10-17","Statement":[{"Effect":"` + effect + `","Action":"iam:*","Resource":"*"}]}`
		}
		managed := identity.PolicyARN(account, "/", "m")
		const read = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
		if may() {
			t.Error("allowed at first")
		}
		for _, step := range []struct {
			name  string
			write func() error
			may   bool
		}{
			{"put inline policy", func() error { return ids.PutInlinePolicy(ctx, account, identity.User, "ann", "p", doc("Allow")) }, true},
			{"replace it", func() error { return ids.PutInlinePolicy(ctx, account, identity.User, "ann", "p", doc("Deny")) }, false},
			{"delete it", func() error { return ids.DeleteInlinePolicy(ctx, account, identity.User, "ann", "p") }, false},
			{"create policy", func() error {
				_, err := ids.CreatePolicy(ctx, account, identity.NewPolicy{Name: "m", Document: doc("Allow")})
				return err
			}, false},
			{"attach", func() error { return ids.Attach(ctx, account, identity.User, "ann", managed) }, true},
			{"new default version", func() error { _, err := ids.CreateVersion(ctx, account, managed, doc("Deny"), true); return err }, false},
			{"older version", func() error { return ids.SetDefaultVersion(ctx, account, managed, "v1") }, true},
			{"boundary", func() error { return ids.SetBoundary(ctx, account, identity.User, "ann", read) }, false},
			{"no boundary", func() error { return ids.SetBoundary(ctx, account, identity.User, "ann", "") }, true},
			{"detach", func() error { return ids.Detach(ctx, account, identity.User, "ann", managed) }, false},
			{"group's policy", func() error { return ids.Attach(ctx, account, identity.Group, "g", managed) }, false},
			{"into the group", func() error { return ids.AddToGroup(ctx, account, "g", "ann") }, true},
			{"group's inline policy", func() error { return ids.PutInlinePolicy(ctx, account, identity.Group, "g", "p", doc("Deny")) }, false},
			{"without it", func() error { return ids.DeleteInlinePolicy(ctx, account, identity.Group, "g", "p") }, true},
			{"out of the group", func() error { return ids.RemoveFromGroup(ctx, account, "g", "ann") }, false},
			{"tags", func() error {
				ok(ids.PutInlinePolicy(ctx, account, identity.User, "ann", "t", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/a":"b"}}}]}`))
				if may() {
					t.Error("allowed without the tag")
				}
				return ids.Tag(ctx, account, identity.User, "ann", []identity.Tag{{Key: "a", Value: "b"}})
			}, true},
			{"no tags", func() error { return ids.Untag(ctx, account, identity.User, "ann", []string{"A"}) }, false},
		} {
			ok(step.write())
			if may() != step.may {
				t.Errorf("after %s: %v", step.name, !step.may)
			}
		}
	})
}
