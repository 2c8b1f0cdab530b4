package permission_test

import (
	"context"
	"errors"
	"testing"

	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

const (
	denyUsers = `{"Effect":"Deny","Action":"iam:CreateUser","Resource":"*"}`
	allOfAll  = `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
)

func levels(statements ...string) (all [][]permission.Source) {
	for _, s := range statements {
		var level []permission.Source
		if s != "" {
			level = []permission.Source{source("p-x", s)}
		}
		all = append(all, level)
	}
	return all
}

// asking is a request of every kind of principal that an account has.
func asking(action string) map[string]*policy.Request {
	all := map[string]*policy.Request{}
	for name, kind := range map[string]policy.PrincipalKind{"root": policy.Root, "user": policy.User, "role": policy.RoleSession} {
		q := ask(action, "*")
		q.Principal.Kind = kind
		all[name] = q
	}
	return all
}

// Somebody with all rights, and root, may only what every level of the organization allows and none denies.
func TestAttackMoreThanTheOrganizationAllows(t *testing.T) {
	for name, c := range map[string]struct {
		organization permission.Organization
		allowed      map[string]bool
	}{
		"none":                  {permission.Organization{}, map[string]bool{"iam:CreateUser": true, "sts:AssumeRole": true}},
		"everything":            {permission.Organization{ServiceControl: levels(all, all)}, map[string]bool{"iam:CreateUser": true, "sts:AssumeRole": true}},
		"a deny above":          {permission.Organization{ServiceControl: levels(all+","+denyUsers, all)}, map[string]bool{"iam:CreateUser": false, "sts:AssumeRole": true}},
		"a deny below":          {permission.Organization{ServiceControl: levels(all, all+","+denyUsers)}, map[string]bool{"iam:CreateUser": false, "sts:AssumeRole": true}},
		"a level that lists":    {permission.Organization{ServiceControl: levels(all, `{"Effect":"Allow","Action":"sts:*","Resource":"*"}`, all)}, map[string]bool{"iam:CreateUser": false, "sts:AssumeRole": true}},
		"a level of nothing":    {permission.Organization{ServiceControl: levels(all, "")}, map[string]bool{"iam:CreateUser": false, "sts:AssumeRole": false}},
		"a deny on resources":   {permission.Organization{ResourceControl: levels(allOfAll + `,{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*"}`)}, map[string]bool{"iam:CreateUser": true, "sts:AssumeRole": false}},
		"resources of IAM stay": {permission.Organization{ResourceControl: levels(`{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`)}, map[string]bool{"iam:CreateUser": true, "sts:AssumeRole": false}},
	} {
		s := &permission.Service{Store: &held{Held: permission.Held{Version: 1, Policies: []permission.Source{source("own", all)}, Organization: c.organization}}}
		for action, want := range c.allowed {
			for who, q := range asking(action) {
				if d := decide(t, s, 1, q); d.Allowed != want {
					t.Errorf("%s: %s as %s: %+v", name, action, who, d)
				}
			}
		}
	}
}

func TestAttackClosedAccount(t *testing.T) {
	h := &held{Held: permission.Held{Version: 1, Policies: []permission.Source{source("own", all)}}}
	s := &permission.Service{Store: h}
	for who, q := range asking("iam:CreateUser") {
		if !decide(t, s, 1, q).Allowed {
			t.Error(who)
		}
	}
	h.Version, h.Closed = 2, true
	for who, q := range asking("iam:CreateUser") {
		if d, err := s.Decide(t.Context(), q, permission.By{Version: 2}); !errors.Is(err, permission.ErrClosed) || d.Allowed {
			t.Error(who, d, err)
		}
	}
	if all, err := s.Unlimited(t.Context(), "111122223333", 2); all || !errors.Is(err, permission.ErrClosed) {
		t.Error(all, err)
	}
}

func TestOrganizationIsKnownToConditions(t *testing.T) {
	only := `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a","aws:ResourceOrgID":"o-a"},"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a/r-a/ou-a/*"}}}`
	for _, c := range []struct {
		organization permission.Organization
		want         bool
	}{
		{permission.Organization{ID: "o-a", Path: "o-a/r-a/ou-a/"}, true},
		{permission.Organization{ID: "o-a", Path: "o-a/r-a/ou-b/"}, false},
		{permission.Organization{ID: "o-b", Path: "o-b/r-a/ou-a/"}, false},
		{permission.Organization{}, false},
	} {
		s := &permission.Service{Store: &held{Held: permission.Held{Version: 1, Policies: []permission.Source{source("own", only)}, Organization: c.organization}}}
		if d := decide(t, s, 1, ask("iam:GetUser", "*")); d.Allowed != c.want {
			t.Errorf("%+v %+v", c.organization, d)
		}
	}
}

// two are accounts of a store: who asks is of one, and what is asked about of the other.
type two struct{ held, other held }

func (s *two) PoliciesOf(ctx context.Context, accountID, id string) (permission.Held, error) {
	if accountID == "999922223333" {
		return s.other.PoliciesOf(ctx, accountID, id)
	}
	return s.held.PoliciesOf(ctx, accountID, id)
}
func (s *two) PolicyVersion(context.Context, string) (int64, error) { return 1, nil }
func (s *two) ManagedPolicies(context.Context, string, []string) ([]permission.Source, error) {
	return nil, nil
}

// A role of another account that trusts the caller is kept by its own organization's resource control policies.
func TestAttackFromOutsideOfTheOrganization(t *testing.T) {
	within := levels(allOfAll + `,{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}}}`)
	for name, c := range map[string]struct {
		caller permission.Organization
		closed bool
		want   bool
	}{
		"the same organization": {permission.Organization{ID: "o-a", Path: "o-a/r-a/"}, false, true},
		"another organization":  {permission.Organization{ID: "o-b", Path: "o-b/r-b/"}, false, false},
		"a closed account":      {permission.Organization{ID: "o-a", Path: "o-a/r-a/"}, true, false},
	} {
		store := &two{
			held:  held{Held: permission.Held{Version: 1, Policies: []permission.Source{source("own", all)}, Organization: c.caller}},
			other: held{Held: permission.Held{Version: 1, Closed: c.closed, Organization: permission.Organization{ID: "o-a", Path: "o-a/r-a/", ResourceControl: within}}},
		}
		s := &permission.Service{Store: store}
		trust, err := s.Set(policy.Trust, permission.Source{Kind: "role", Name: "r", Document: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}`})
		if err != nil {
			t.Fatal(err)
		}
		q := ask("sts:AssumeRole", "arn:aws:iam::999922223333:role/r")
		q.ResourceAccount = "999922223333"
		if d, err := s.Decide(t.Context(), q, permission.By{Version: 1, Resource: trust}); err != nil || d.Allowed != c.want {
			t.Errorf("%s: %+v %v", name, d, err)
		}
	}
}
