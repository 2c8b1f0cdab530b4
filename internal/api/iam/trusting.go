package iam

import (
	"context"
	"errors"
	"slices"

	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// trusting is a role that simulated actions would assume, as its trust policy has it.
type trusting struct {
	account string
	trust   *policy.Set
	tags    []identity.Tag
	secret  bool // of another account, whose statements the answer does not name
}

// compiler is permission.Sets of policies that are simulated once.
type compiler struct{}

func (compiler) Set(kind policy.Kind, sources ...permission.Source) (*policy.Set, error) {
	return compileHeld(kind, sources...)
}

// maxRoles is how many roles are looked up for a simulation.
const maxRoles = 100

// trusting finds the roles that a simulation would assume, of whatever account; those of a closed one trust nobody.
// Whom a role of another account trusts is told to those alone who could ask it themselves: where the caller is not the
// account's own, such roles are as if they were not there.
func (s *Service) trusting(ctx context.Context, account string, roles []string, own bool) (map[string]*trusting, error) {
	found := map[string]*trusting{}
	for _, resource := range roles {
		if found[resource] != nil {
			continue
		}
		if len(found) == maxRoles {
			return nil, ErrInvalidInput.With("Invalid Input ResourceArns: at most %d roles can be assumed.", maxRoles)
		}
		a, _ := permission.RoleARN(resource)
		if !own && a.AccountID != account {
			found[resource] = untold(a.AccountID)
			continue
		}
		role, trust, err := permission.Trust(ctx, s.Identities, compiler{}, resource)
		if err != nil {
			return nil, err
		}
		t := &trusting{account: a.AccountID, trust: trust, secret: a.AccountID != account}
		if role != nil {
			t.tags = role.Tags
		}
		held, err := s.Permissions.PoliciesOf(ctx, a.AccountID, a.AccountID)
		switch {
		case errors.Is(err, identity.ErrNotFound), held.Closed:
			t.trust = &policy.Set{Kind: policy.Trust}
		case err != nil:
			return nil, err
		}
		found[resource] = t
	}
	return found, nil
}

// untold is a role of another account of which nothing is told.
func untold(account string) *trusting {
	return &trusting{account: account, trust: &policy.Set{Kind: policy.Trust}, secret: true}
}

// assumed are the resources that are roles which some of the actions would assume.
func assumed(actions, resources []string) (roles []string) {
	if !slices.ContainsFunc(actions, permission.AssumesRoles) {
		return nil
	}
	for _, r := range resources {
		if _, ok := permission.RoleARN(r); ok {
			roles = append(roles, r)
		}
	}
	return roles
}

// trustedBy are the same roles with the trust policy of an input.
func trustedBy(trust *policy.Set, roles []string) map[string]*trusting {
	all := map[string]*trusting{}
	for _, r := range roles {
		a, _ := permission.RoleARN(r)
		all[r] = &trusting{account: a.AccountID, trust: trust}
	}
	return all
}

// role is the one that a request would assume; nil for others, and where no trust policy is known.
func (s *scenario) role(action, resource string) *trusting {
	if !permission.Assumes(action, resource) {
		return nil
	}
	return s.roles[resource]
}

// against are the policies that a request is decided by.
func (s *scenario) against(t *trusting) *policy.Policies {
	if t == nil {
		return &s.policies
	}
	p := s.policies
	p.Resource = t.trust
	return &p
}

// asks makes a request one for the role, and of whoever would send it: without a CallerArn the role whose policies are simulated.
func (t *trusting) asks(q *policy.Request, s *scenario) {
	q.ResourceAccount = t.account
	if s.anybody && s.of != nil && s.of.who.Kind == identity.Role {
		q.Principal.Kind, q.Principal.Issuer, q.Principal.ID = policy.RoleSession, s.of.who.ARN(), s.of.who.ID
	}
	for _, tag := range t.tags {
		if key := "aws:ResourceTag/" + tag.Key; q.Context.Values(key) == nil {
			q.Context.Set(key, tag.Value)
		}
	}
}

// told is the role as the answer knows it: of one of another account that does not let the caller in it has neither tags
// nor policy, which policies of the asker could find out.
func (t *trusting) told(q *policy.Request) *trusting {
	if t == nil || !t.secret || t.trust.Decide(q).Allowed {
		return t
	}
	for _, tag := range t.tags {
		q.Context.Delete("aws:ResourceTag/" + tag.Key)
	}
	return untold(t.account)
}
