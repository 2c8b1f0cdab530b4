package permission_test

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/organization"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// TestAttackStaleOrganization asks one node what an administrator and the root user of a member account may, after each
// write to the organization by another node.
func TestAttackStaleOrganization(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const management = "111122223333"
		ctx, i, s := context.Background(), store.NewIAM(db), store.NewOrganizations(db)
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
		ids := &identity.Service{Identities: i, Inline: i, Policies: i, Attachments: i, Members: i, AccessKeys: i, Accounts: i, Tx: db, Keys: keys, Clock: time.Now, Rand: rand.Reader}
		orgs := &organization.Service{Organizations: s, Accounts: s, Units: s, Policies: s, Handshakes: s, Delegations: s, Requests: s, Reports: s, Identities: ids, Tx: db, Keys: keys, Clock: time.Now, Rand: rand.Reader}
		ok(i.CreateFirstAccount(ctx, iam.Account{ID: management}, iam.Root{AccountID: management, Email: "a@localhost"}))
		o, err := orgs.Create(ctx, management, true)
		ok(err)
		r, err := orgs.CreateAccount(ctx, &o, organization.NewAccount{Name: "dev", Email: "dev@example.com"})
		ok(err)
		dev := r.AccountID
		ann, err := ids.Create(ctx, dev, identity.New{Kind: identity.User, Name: "ann"})
		ok(err)
		ok(ids.Attach(ctx, dev, identity.User, "ann", "arn:aws:iam::aws:policy/AdministratorAccess"))
		linked, err := ids.CreateServiceLinkedRole(ctx, dev, "x.amazonaws.com", "", "")
		ok(err)
		ok(i.Attach(ctx, dev, linked.ID, "arn:aws:iam::aws:policy/AdministratorAccess", time.Now())) // which only the service can do
		unit, err := orgs.CreateUnit(ctx, &o, o.RootID, "u", nil)
		ok(err)
		node := &permission.Service{Store: i}
		may := func(kind policy.PrincipalKind, account, id string) bool {
			t.Helper()
			version, err := i.PolicyVersion(ctx, account)
			ok(err)
			q := &policy.Request{Principal: policy.Principal{Kind: kind, Account: account, ARN: "arn:aws:iam::" + account + ":x", ID: id}, Action: "iam:CreateGroup", Resource: "*"}
			d, err := node.Decide(ctx, q, permission.By{Version: version})
			if errors.Is(err, permission.ErrClosed) {
				return false
			}
			ok(err)
			return d.Allowed
		}
		p, err := orgs.CreatePolicy(ctx, &o, organization.Policy{Type: organization.ServiceControl, Name: "p", Content: `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:CreateGroup","Resource":"*"}]}`})
		ok(err)
		other := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:DeleteGroup","Resource":"*"}]}`
		for _, step := range []struct {
			name  string
			write func() error
			may   bool
		}{
			{"nothing", func() error { return nil }, true},
			{"enable", func() error { return orgs.EnablePolicyType(ctx, &o, o.RootID, organization.ServiceControl) }, true},
			{"attach to a unit", func() error { return orgs.Attach(ctx, &o, p.ID, unit.ID) }, true},
			{"move into it", func() error { return orgs.Move(ctx, &o, dev, o.RootID, unit.ID) }, false},
			{"move out", func() error { return orgs.Move(ctx, &o, dev, unit.ID, o.RootID) }, true},
			{"attach to the root", func() error { return orgs.Attach(ctx, &o, p.ID, o.RootID) }, false},
			{"another text", func() error {
				_, err := orgs.UpdatePolicy(ctx, &o, p.ID, organization.PolicyChange{Content: &other})
				return err
			}, true},
			{"the old text", func() error {
				_, err := orgs.UpdatePolicy(ctx, &o, p.ID, organization.PolicyChange{Content: &p.Content})
				return err
			}, false},
			{"detach", func() error { return orgs.Detach(ctx, &o, p.ID, o.RootID) }, true},
			{"attach to the account", func() error { return orgs.Attach(ctx, &o, p.ID, dev) }, false},
			{"disable", func() error { return orgs.DisablePolicyType(ctx, &o, o.RootID, organization.ServiceControl) }, true},
			{"enable again", func() error { return orgs.EnablePolicyType(ctx, &o, o.RootID, organization.ServiceControl) }, true},
			{"attach again", func() error { return orgs.Attach(ctx, &o, p.ID, dev) }, false},
			{"leave", func() error { return orgs.Remove(ctx, &o, dev) }, true},
			{"attach while away", func() error { return orgs.Attach(ctx, &o, p.ID, o.RootID) }, true},
			{"come back", func() error {
				h, err := orgs.InviteAccount(ctx, &o, dev, "", "", nil)
				if err == nil {
					_, err = orgs.Accept(ctx, dev, h.ID)
				}
				return err
			}, false},
			{"take the policy away", func() error { return orgs.Detach(ctx, &o, p.ID, o.RootID) }, true},
			{"close", func() error { return orgs.CloseAccount(ctx, &o, dev) }, false},
		} {
			ok(step.write())
			if user, root := may(policy.User, dev, ann.ID), may(policy.Root, dev, dev); user != step.may || root != step.may {
				t.Errorf("after %s: user %v, root %v", step.name, user, root)
			}
			if step.name != "close" && !may(policy.RoleSession, dev, linked.ID) {
				t.Error("a service-linked role is limited after", step.name)
			}
			if !may(policy.Root, management, management) {
				t.Error("the management account is limited after", step.name)
			}
		}
	})
}
