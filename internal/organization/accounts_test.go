package organization_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/identity"
	"gatehouse/internal/organization"
)

func TestNewAccountHasARoleForTheManagementAccountAndNoPassword(t *testing.T) {
	each(t, func(k *kit) {
		r, err := k.CreateAccount(ctx, k.o, organization.NewAccount{Name: "Dev", Email: "Dev@Example.com", Tags: []organization.Tag{{Key: "a", Value: "b"}}})
		k.ok(err)
		if !strings.HasPrefix(r.ID, "car-") || len(r.AccountID) != 12 || r.Failure != "" {
			k.Errorf("%+v", r)
		}
		role, err := k.ids.ByName(ctx, r.AccountID, identity.Role, "OrganizationAccountAccessRole")
		k.ok(err)
		if !strings.Contains(role.TrustPolicy, `"arn:aws:iam::`+management+`:root"`) {
			k.Error(role.TrustPolicy)
		}
		p, err := k.ids.ListAttached(ctx, r.AccountID, identity.Role, role.Name, "", identity.Place{})
		k.ok(err)
		if !slices.Equal(p.Items, []string{"arn:aws:iam::aws:policy/AdministratorAccess"}) {
			k.Error(p.Items)
		}
		root, err := k.iam.RootByEmail(ctx, "dev@example.com")
		if err != nil || root.AccountID != r.AccountID || root.PasswordHash != "" {
			k.Error(root, err)
		}
		a, err := k.Account(ctx, k.o, r.AccountID)
		if err != nil || a.Name != "Dev" || a.ParentID != k.o.RootID || a.Method != organization.Created || len(a.Tags) != 1 {
			k.Errorf("%+v %v", a, err)
		}
		again, err := k.CreateAccount(ctx, k.o, organization.NewAccount{Name: "Dev", Email: "dev@example.com"})
		if err != nil || again.Failure != "EMAIL_ALREADY_EXISTS" || again.AccountID != "" {
			k.Errorf("%+v %v", again, err)
		}
		if r, err := k.CreateRequest(ctx, k.o, again.ID); err != nil || r.Failure != again.Failure || r.AccountID != "" {
			k.Errorf("%+v %v", r, err)
		}
		made, err := k.ListCreateRequests(ctx, k.o, false, true, organization.Place{})
		if err != nil || len(made.Items) != 1 || made.Items[0].AccountID != r.AccountID {
			k.Errorf("%+v %v", made, err)
		}
	})
}

func TestAccountsPageAndTokensBelongToOneList(t *testing.T) {
	each(t, func(k *kit) {
		unit := k.unit(k.o.RootID, "dev")
		want := []string{management}
		for i := range 4 {
			want = append(want, k.account(fmt.Sprint("a", i)))
		}
		slices.Sort(want)
		var got []string
		at := organization.Place{Items: 2}
		for {
			p, err := k.ListAccounts(ctx, k.o, at)
			k.ok(err)
			for _, a := range p.Items {
				got = append(got, a.ID)
			}
			if at.Token = p.Token; at.Token == "" {
				break
			}
			_, err = k.ListAccountsOf(ctx, k.o, unit, at)
			k.wants(err, organization.ErrInvalid, "INVALID_NEXT_TOKEN")
		}
		if !slices.Equal(got, want) {
			k.Error(got, want)
		}
	})
}

func TestMoveAndLeave(t *testing.T) {
	each(t, func(k *kit) {
		dev, unit, root := k.account("dev"), k.unit(k.o.RootID, "u"), k.o.RootID
		k.wants(k.Move(ctx, k.o, dev, unit, root), organization.ErrDuplicateAccount, "")
		k.wants(k.Move(ctx, k.o, dev, unit, unit), organization.ErrSourceNotFound, "")
		k.wants(k.Move(ctx, k.o, dev, root, "ou-none-12345678"), organization.ErrDestinationNotFound, "")
		k.wants(k.Move(ctx, k.o, "999922223333", root, unit), organization.ErrAccountNotFound, "")
		k.ok(k.Move(ctx, k.o, dev, root, unit))
		if p, err := k.Parent(ctx, k.o, dev); err != nil || p != unit {
			k.Error(p, err)
		}
		k.wants(k.DeleteUnit(ctx, k.o, unit), organization.ErrUnitNotEmpty, "")
		k.wants(k.Remove(ctx, k.o, management), organization.ErrMasterCannotLeave, "")
		k.wants(k.Delete(ctx, k.o), organization.ErrNotEmpty, "")
		k.ok(k.Register(ctx, k.o, dev, "sso.amazonaws.com"))
		k.wants(k.Remove(ctx, k.o, dev), organization.ErrConstraint, "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG")
		k.ok(k.Deregister(ctx, k.o, dev, "sso.amazonaws.com"))
		k.ok(k.Remove(ctx, k.o, dev))
		if _, err := k.Of(ctx, dev); err == nil {
			k.Error("still in the organization")
		}
		k.ok(k.DeleteUnit(ctx, k.o, unit))
		k.ok(k.Delete(ctx, k.o))
		_, err := k.Of(ctx, management)
		k.wants(err, organization.ErrNotInUse, "")
		k.wants(k.Move(ctx, k.o, dev, root, unit), organization.ErrNotInUse, "")
		if _, err := k.Create(ctx, management, true); err != nil {
			k.Error(err)
		}
	})
}

func TestClosedAccountStaysAndIsClosedOnce(t *testing.T) {
	each(t, func(k *kit) {
		dev := k.account("dev")
		before := k.version(dev)
		k.ok(k.CloseAccount(ctx, k.o, dev))
		if k.version(dev) == before {
			k.Error("what is compiled counts on")
		}
		a, err := k.Account(ctx, k.o, dev)
		if err != nil || !a.Closed() {
			k.Errorf("%+v %v", a, err)
		}
		k.wants(k.CloseAccount(ctx, k.o, dev), organization.ErrAlreadyClosed, "")
		k.wants(k.CloseAccount(ctx, k.o, management), organization.ErrConstraint, "CANNOT_CLOSE_MANAGEMENT_ACCOUNT")
		k.wants(k.Remove(ctx, k.o, dev), organization.ErrConstraint, "ACCOUNT_CANNOT_LEAVE_ORGANIZATION")
		k.wants(k.Register(ctx, k.o, dev, "sso.amazonaws.com"), organization.ErrConstraint, "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR")
		k.now = k.now.Add(90 * 24 * time.Hour)
		k.ok(k.Remove(ctx, k.o, dev))
		k.ok(k.Delete(ctx, k.o))
	})
}

// Whoever administers one organization reaches nothing of another by its ids.
func TestAttackIdsOfAnotherOrganization(t *testing.T) {
	each(t, func(k *kit) {
		stray := k.account("stray")
		k.ok(k.Remove(ctx, k.o, stray))
		other, err := k.Create(ctx, stray, true)
		k.ok(err)
		dev, unit := k.account("dev"), k.unit(k.o.RootID, "u")
		k.ok(k.EnablePolicyType(ctx, k.o, k.o.RootID, organization.ServiceControl))
		p := k.scp("p", denyIAM)
		invite, err := k.InviteAccount(ctx, k.o, "999922223333", "", "", nil)
		k.ok(err)
		for what, err := range map[string]error{
			"account":   second(k.Account(ctx, &other, dev)),
			"close":     k.CloseAccount(ctx, &other, dev),
			"remove":    k.Remove(ctx, &other, dev),
			"move":      k.Move(ctx, &other, dev, k.o.RootID, unit),
			"unit":      second(k.Unit(ctx, &other, unit)),
			"rename":    second(k.RenameUnit(ctx, &other, unit, &unit)),
			"delete":    k.DeleteUnit(ctx, &other, unit),
			"inside":    second(k.CreateUnit(ctx, &other, k.o.RootID, "x", nil)),
			"policy":    second(k.Policy(ctx, &other, p)),
			"update":    second(k.UpdatePolicy(ctx, &other, p, organization.PolicyChange{})),
			"drop":      k.DeletePolicy(ctx, &other, p),
			"attach":    k.Attach(ctx, &other, organization.FullAccess, dev),
			"detach":    k.Detach(ctx, &other, p, k.o.RootID),
			"types":     k.DisablePolicyType(ctx, &other, k.o.RootID, organization.ServiceControl),
			"tags":      second(k.Tags(ctx, &other, dev)),
			"tag":       k.Tag(ctx, &other, unit, []organization.Tag{{Key: "a"}}),
			"handshake": second(k.HandshakeFor(ctx, stray, invite.ID)),
			"cancel":    second(k.Cancel(ctx, stray, invite.ID)),
			"register":  k.Register(ctx, &other, dev, "sso.amazonaws.com"),
		} {
			if err == nil {
				k.Errorf("%s of another organization", what)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

// Many requests for one address at once make one account.
func TestAttackOneAddressForManyAccounts(t *testing.T) {
	each(t, func(k *kit) {
		made := make(chan string, 6)
		for range 6 {
			o := *k.o
			go func() {
				r, err := k.CreateAccount(ctx, &o, organization.NewAccount{Name: "dev", Email: "dev@example.com"})
				if err != nil || r.Failure != "" && r.Failure != "EMAIL_ALREADY_EXISTS" {
					k.Error(r, err)
				}
				made <- r.AccountID
			}()
		}
		n := 0
		for range 6 {
			if <-made != "" {
				n++
			}
		}
		if p, err := k.ListAccounts(ctx, k.o, organization.Place{}); err != nil || n != 1 || len(p.Items) != 2 {
			k.Error(n, p, err)
		}
	})
}
