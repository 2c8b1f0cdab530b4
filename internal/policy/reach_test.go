package policy_test

import (
	"testing"

	"gatehouse/internal/policy"
)

func TestReachTellsAllFromSomeFromNone(t *testing.T) {
	const (
		all      = `{"Effect":"Allow","Action":"*","Resource":"*"}`
		own      = `{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::123456789012:user/me"}`
		mfa      = `{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`
		notGet   = `{"Effect":"Allow","NotAction":"iam:Get*","Resource":"*"}`
		butOne   = `{"Effect":"Allow","Action":"*","NotResource":"arn:aws:iam::123456789012:user/me"}`
		denyAll  = `{"Effect":"Deny","Action":"iam:*","Resource":"*"}`
		denySome = `{"Effect":"Deny","Action":"iam:GetUser","Resource":"arn:aws:iam::123456789012:user/root"}`
	)
	compile := func(kind policy.Kind, statements ...string) *policy.Set {
		var list []policy.Policy
		for _, s := range statements {
			d, problems := policy.Parse(`{"Version":"2012-10-17","Statement":` + s + `}`)
			if d == nil {
				t.Fatal(problems)
			}
			list = append(list, policy.Policy{Document: d})
		}
		set, err := policy.Compile(kind, list...)
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	identity := func(s ...string) policy.Policies {
		return policy.Policies{Identity: compile(policy.Identity, s...)}
	}
	within := func(p policy.Policies, s ...string) policy.Policies {
		p.Boundary = compile(policy.Boundary, s...)
		return p
	}
	for name, c := range map[string]struct {
		policies policy.Policies
		want     policy.Extent
		limits   int
	}{
		"nothing":           {policy.Policies{}, policy.Never, 0},
		"all":               {identity(all), policy.Always, 0},
		"own":               {identity(own), policy.Sometimes, 0},
		"with mfa":          {identity(mfa), policy.Sometimes, 0},
		"all but":           {identity(notGet), policy.Never, 0},
		"all but one":       {identity(butOne), policy.Sometimes, 0},
		"denied":            {identity(all, denyAll), policy.Never, 0},
		"partly denied":     {identity(all, denySome), policy.Sometimes, 0},
		"bounded":           {within(identity(all), own), policy.Sometimes, 1},
		"bounded by none":   {within(identity(all), notGet), policy.Never, 0},
		"bounded by all":    {within(identity(all), all), policy.Always, 0},
		"denied by a bound": {within(identity(all), all, denyAll), policy.Never, 0},
	} {
		q := &policy.Request{Principal: policy.Principal{Kind: policy.User, Account: "123456789012"}, Action: "iam:GetUser"}
		if r := c.policies.Reach(q); r.Extent != c.want || len(r.Limits) != c.limits {
			t.Errorf("%s: %+v, want %v", name, r, c.want)
		}
	}
	control := func(levels ...string) (p policy.Policies) {
		p.Identity = compile(policy.Identity, denyAll) // which root has not
		for _, s := range levels {
			p.ServiceControl = append(p.ServiceControl, compile(policy.ServiceControl, s))
		}
		return p
	}
	for name, c := range map[string]struct {
		policies       policy.Policies
		want           policy.Extent
		limits, denies int
	}{
		"of no organization": {control(), policy.Always, 0, 0},
		"limited by nothing": {control(all, all), policy.Always, 0, 0},
		"limited":            {control(all, own), policy.Sometimes, 1, 0},
		"limited to others":  {control(all, notGet), policy.Never, 0, 0},
		"denied":             {control(all, denyAll), policy.Never, 0, 1},
		"partly denied":      {policy.Policies{ServiceControl: []*policy.Set{compile(policy.ServiceControl, all, denySome)}}, policy.Sometimes, 0, 1},
	} {
		r := c.policies.Reach(&policy.Request{Principal: policy.Principal{Kind: policy.Root}, Action: "iam:GetUser"})
		if r.Extent != c.want || len(r.Limits) != c.limits || len(r.Denies) != c.denies || r.Allows != nil {
			t.Errorf("root %s: %+v, want %v", name, r, c.want)
		}
	}
}
