package organization_test

import (
	"sync"
	"testing"
	"time"

	"gatehouse/internal/organization"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// stray is an account that is in no organization.
func (k *kit) stray(name string) string {
	k.Helper()
	id := k.account(name)
	k.ok(k.Remove(ctx, k.o, id))
	return id
}

func TestInvitationIsAnsweredOnce(t *testing.T) {
	each(t, func(k *kit) {
		one, two := k.stray("one"), k.stray("two")
		h, err := k.InviteAccount(ctx, k.o, "", "One@example.com", "come", []organization.Tag{{Key: "a", Value: "b"}})
		k.ok(err)
		_, err = k.InviteAccount(ctx, k.o, "", "one@example.com", "", nil)
		k.wants(err, organization.ErrDuplicateHandshake, "")
		_, err = k.Accept(ctx, two, h.ID)
		k.wants(err, organization.ErrHandshakeNotFound, "")
		_, err = k.Accept(ctx, management, h.ID)
		k.wants(err, organization.ErrAccessDenied, "")
		_, err = k.Cancel(ctx, one, h.ID)
		k.wants(err, organization.ErrAccessDenied, "")
		for who, n := range map[string]int{one: 1, two: 0} {
			if p, err := k.ListHandshakesTo(ctx, who, organization.HandshakeFilter{}, organization.Place{}); err != nil || len(p.Items) != n {
				k.Error(who, p, err)
			}
		}
		if h, err = k.Accept(ctx, one, h.ID); err != nil || h.State != organization.Accepted {
			k.Error(h, err)
		}
		a, err := k.Account(ctx, k.o, one)
		if err != nil || a.Method != organization.Invited || a.ParentID != k.o.RootID || len(a.Tags) != 1 {
			k.Errorf("%+v %v", a, err)
		}
		_, err = k.Accept(ctx, one, h.ID)
		k.wants(err, organization.ErrHandshakeState, "")
		_, err = k.Decline(ctx, one, h.ID)
		k.wants(err, organization.ErrHandshakeTransition, "")
		_, err = k.InviteAccount(ctx, k.o, one, "", "", nil)
		k.wants(err, organization.ErrHandshakeConstraint, "ALREADY_IN_AN_ORGANIZATION")

		for _, answer := range []struct {
			who   string
			do    func(string) (organization.Handshake, error)
			state organization.State
		}{
			{two, func(id string) (organization.Handshake, error) { return k.Decline(ctx, two, id) }, organization.Declined},
			{two, func(id string) (organization.Handshake, error) { return k.Cancel(ctx, management, id) }, organization.Canceled},
		} {
			h, err := k.InviteAccount(ctx, k.o, answer.who, "", "", nil)
			k.ok(err)
			if h, err = answer.do(h.ID); err != nil || h.State != answer.state {
				k.Error(h, err)
			}
			_, err = k.Accept(ctx, two, h.ID)
			k.wants(err, organization.ErrHandshakeTransition, "")
		}
		h, err = k.InviteAccount(ctx, k.o, two, "", "", nil)
		k.ok(err)
		k.now = k.now.Add(15 * 24 * time.Hour)
		_, err = k.Accept(ctx, two, h.ID)
		k.wants(err, organization.ErrHandshakeTransition, "")
		if h, err = k.HandshakeFor(ctx, two, h.ID); err != nil || h.State != organization.Expired {
			k.Error(h, err)
		}
	})
}

// An account that is invited by two and accepts both at once is in one organization.
func TestAttackTwoInvitationsAcceptedAtOnce(t *testing.T) {
	each(t, func(k *kit) {
		other, wanted := k.stray("other"), k.stray("wanted")
		o, err := k.Create(ctx, other, true)
		k.ok(err)
		var ids []string
		for _, by := range []*organization.Organization{k.o, &o} {
			h, err := k.InviteAccount(ctx, by, wanted, "", "", nil)
			k.ok(err)
			ids = append(ids, h.ID)
		}
		errs := make([]error, 2)
		var wait sync.WaitGroup
		for i, id := range ids {
			wait.Go(func() { _, errs[i] = k.Accept(ctx, wanted, id) })
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			k.Error(errs)
		}
		n := 0
		for _, by := range []*organization.Organization{k.o, &o} {
			if _, err := k.Account(ctx, by, wanted); err == nil {
				n++
			}
		}
		if n != 1 {
			k.Error("in", n, "organizations")
		}
	})
}

func TestAllFeaturesNeedEveryInvitedAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKit(t, db, false)
		k.wants(k.EnablePolicyType(ctx, k.o, k.o.RootID, organization.ServiceControl), organization.ErrTypeNotAvailable, "")
		var invited []string
		for _, name := range []string{"one", "two"} {
			id := k.stray(name)
			h, err := k.InviteAccount(ctx, k.o, id, "", "", nil)
			k.ok(err)
			_, err = k.Accept(ctx, id, h.ID)
			k.ok(err)
			invited = append(invited, id)
		}
		h, err := k.EnableAllFeatures(ctx, k.o)
		if err != nil || h.State != organization.Requested {
			k.Error(h, err)
		}
		_, err = k.EnableAllFeatures(ctx, k.o)
		k.wants(err, organization.ErrHandshakeConstraint, "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION")
		_, err = k.InviteAccount(ctx, k.o, "999922223333", "", "", nil)
		k.wants(err, organization.ErrHandshakeConstraint, "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES")
		_, err = k.Accept(ctx, management, h.ID)
		k.wants(err, organization.ErrHandshakeTransition, "")
		p, err := k.ListHandshakesTo(ctx, invited[0], organization.HandshakeFilter{Action: organization.ApproveAllFeatures}, organization.Place{})
		if err != nil || len(p.Items) != 1 || p.Items[0].ParentID != h.ID {
			k.Fatal(p, err)
		}
		_, err = k.Accept(ctx, invited[0], p.Items[0].ID)
		k.ok(err)
		k.ok(k.Remove(ctx, k.o, invited[1])) // whose approval nobody waits for any more
		_, err = k.Accept(ctx, management, h.ID)
		k.ok(err)
		o, err := k.Of(ctx, management)
		if err != nil || !o.AllFeatures {
			k.Error(o, err)
		}
	})
}
