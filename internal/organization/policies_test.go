package organization_test

import (
	"strings"
	"testing"

	"gatehouse/internal/organization"
)

func TestEnabledTypeHangsOnEverything(t *testing.T) {
	each(t, func(k *kit) {
		unit, dev := k.unit(k.o.RootID, "u"), k.account("dev")
		k.wants(k.Attach(ctx, k.o, organization.FullAccess, dev), organization.ErrTypeNotEnabled, "")
		k.wants(k.EnablePolicyType(ctx, k.o, "r-none", organization.ServiceControl), organization.ErrRootNotFound, "")
		k.ok(k.EnablePolicyType(ctx, k.o, k.o.RootID, organization.ServiceControl))
		k.ok(k.EnablePolicyType(ctx, k.o, k.o.RootID, organization.ResourceControl))
		k.wants(k.EnablePolicyType(ctx, k.o, k.o.RootID, organization.ServiceControl), organization.ErrTypeEnabled, "")
		later, below := k.account("later"), k.unit(unit, "below")
		for _, target := range []string{k.o.RootID, unit, below, management, dev, later} {
			for policyType, id := range map[organization.PolicyType]string{organization.ServiceControl: organization.FullAccess, organization.ResourceControl: organization.FullResourceAccess} {
				p, err := k.ListPoliciesOf(ctx, k.o, target, policyType, organization.Place{})
				if err != nil || len(p.Items) != 1 || p.Items[0].ID != id {
					k.Error(target, p, err)
				}
			}
		}
		k.wants(k.Detach(ctx, k.o, organization.FullAccess, dev), organization.ErrConstraint, "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
		k.wants(k.Detach(ctx, k.o, organization.FullResourceAccess, dev), organization.ErrInvalid, "NON_DETACHABLE_POLICY")
		k.ok(k.DisablePolicyType(ctx, k.o, k.o.RootID, organization.ServiceControl))
		if p, err := k.ListPoliciesOf(ctx, k.o, dev, organization.ServiceControl, organization.Place{}); err != nil || len(p.Items) != 0 {
			k.Error(p, err)
		}
		if p, err := k.ListPoliciesOf(ctx, k.o, dev, organization.ResourceControl, organization.Place{}); err != nil || len(p.Items) != 1 {
			k.Error(p, err)
		}
	})
}

func TestPolicies(t *testing.T) {
	each(t, func(k *kit) {
		dev := k.account("dev")
		k.ok(k.EnablePolicyType(ctx, k.o, k.o.RootID, organization.ServiceControl))
		p := k.scp("deny", denyIAM)
		_, err := k.CreatePolicy(ctx, k.o, organization.Policy{Type: organization.ServiceControl, Name: "deny", Content: organization.DocumentOfAWS(organization.FullAccess)})
		k.wants(err, organization.ErrDuplicatePolicy, "")
		name := "FullAWSAccess"
		_, err = k.UpdatePolicy(ctx, k.o, p, organization.PolicyChange{Name: &name})
		k.wants(err, organization.ErrDuplicatePolicy, "")
		_, err = k.UpdatePolicy(ctx, k.o, organization.FullAccess, organization.PolicyChange{Name: &name})
		k.wants(err, organization.ErrInvalid, "IMMUTABLE_POLICY")
		k.wants(k.DeletePolicy(ctx, k.o, organization.FullAccess), organization.ErrInvalid, "IMMUTABLE_POLICY")
		k.ok(k.Attach(ctx, k.o, p, dev))
		k.wants(k.Attach(ctx, k.o, p, dev), organization.ErrDuplicateAttachment, "")
		k.wants(k.Attach(ctx, k.o, p, "999922223333"), organization.ErrTargetNotFound, "")
		k.wants(k.Attach(ctx, k.o, "p-12345678", dev), organization.ErrPolicyNotFound, "")
		k.wants(k.DeletePolicy(ctx, k.o, p), organization.ErrPolicyInUse, "")
		if targets, err := k.ListTargets(ctx, k.o, p, organization.Place{}); err != nil || len(targets.Items) != 1 || targets.Items[0] != (organization.Target{ID: dev, Name: "dev"}) {
			k.Error(targets, err)
		}
		for _, more := range []string{"b", "c", "d"} {
			k.ok(k.Attach(ctx, k.o, k.scp(more, denyIAM), dev))
		}
		k.wants(k.Attach(ctx, k.o, k.scp("e", denyIAM), dev), organization.ErrConstraint, "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED")
		k.ok(k.Detach(ctx, k.o, p, dev))
		k.wants(k.Detach(ctx, k.o, p, dev), organization.ErrNotAttached, "")
		k.ok(k.DeletePolicy(ctx, k.o, p))
		list, err := k.ListPolicies(ctx, k.o, organization.ServiceControl, organization.Place{})
		if err != nil || len(list.Items) != 5 {
			k.Error(list, err)
		}
	})
}

func TestPolicyContentIsChecked(t *testing.T) {
	each(t, func(k *kit) {
		long := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:` + strings.Repeat("x", 6000) + `","Resource":"*"}]}`
		deep := strings.Repeat(`{"a":`, 30) + "1" + strings.Repeat("}", 30)
		for content, c := range map[string]struct {
			t      organization.PolicyType
			reason string
		}{
			`{`:  {organization.ServiceControl, ""},
			`[]`: {"TAG_POLICY", ""},
			`{"tags":{"a":{"tag_key":{"@@assign":"a"}}},"tags":{}}`: {"TAG_POLICY", "twice"},
			`{"tags":{}} {}`: {"TAG_POLICY", "follows"},
			deep:             {"TAG_POLICY", "nested"},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}`:                        {organization.ServiceControl, "principal"},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"sts:*","Resource":"*"}]}`:                                    {organization.ResourceControl, "Principal"},
			`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:*","Resource":"*"}]}`: {organization.ResourceControl, ""},
		} {
			_, err := k.CreatePolicy(ctx, k.o, organization.Policy{Type: c.t, Name: "x", Content: content})
			k.wants(err, organization.ErrMalformedPolicy, c.reason)
		}
		_, err := k.CreatePolicy(ctx, k.o, organization.Policy{Type: organization.ServiceControl, Name: "x", Content: long})
		k.wants(err, organization.ErrConstraint, "POLICY_CONTENT_LIMIT_EXCEEDED")
		_, err = k.CreatePolicy(ctx, k.o, organization.Policy{Type: "NO_POLICY", Name: "x", Content: "{}"})
		k.wants(err, organization.ErrInvalid, "INVALID_ENUM_POLICY_TYPE")
	})
}

// Every write that changes what somebody may do has what is compiled read anew, in every account that it is about.
func TestEveryWriteCountsThePolicyVersionUp(t *testing.T) {
	each(t, func(k *kit) {
		dev, unit, root := k.account("dev"), k.unit(k.o.RootID, "u"), k.o.RootID
		p, content := "", organization.DocumentOfAWS(organization.FullAccess)
		for _, w := range []struct {
			name string
			do   func() error
		}{
			{"enable", func() error { return k.EnablePolicyType(ctx, k.o, root, organization.ServiceControl) }},
			{"attach to root", func() error { p = k.scp("p", denyIAM); return k.Attach(ctx, k.o, p, root) }},
			{"update", func() error {
				_, err := k.UpdatePolicy(ctx, k.o, p, organization.PolicyChange{Content: &content})
				return err
			}},
			{"detach", func() error { return k.Detach(ctx, k.o, p, root) }},
			{"attach to unit", func() error { return k.Attach(ctx, k.o, p, unit) }},
			{"move", func() error { return k.Move(ctx, k.o, dev, root, unit) }},
			{"disable", func() error { return k.DisablePolicyType(ctx, k.o, root, organization.ServiceControl) }},
			{"remove", func() error { return k.Remove(ctx, k.o, dev) }},
			{"join", func() error {
				h, err := k.InviteAccount(ctx, k.o, dev, "", "", nil)
				if err == nil {
					_, err = k.Accept(ctx, dev, h.ID)
				}
				return err
			}},
			{"close", func() error { return k.CloseAccount(ctx, k.o, dev) }},
		} {
			before := k.version(dev)
			k.ok(w.do())
			if k.version(dev) == before {
				k.Error(w.name)
			}
		}
	})
}
