package organization

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

const maxPolicies = 1000 // of a type

// Policy is a document that hangs on the root, units and accounts.
type Policy struct {
	OrganizationID string // empty for AWS's
	ID             string // p-…
	Type           PolicyType
	Name           string // unique in its type
	Description    string
	Content        string
	Tags           []Tag
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// OfAWS tells whether it is one of AWS's, which nobody changes.
func (p *Policy) OfAWS() bool { return p.OrganizationID == "" }

// CreatePolicy makes a policy that hangs on nothing yet.
func (s *Service) CreatePolicy(ctx context.Context, o *Organization, in Policy) (Policy, error) {
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return Policy{}, err
	}
	if err := in.Type.check(in.Content); err != nil {
		return Policy{}, err
	}
	id, err := s.newID("p-", 10)
	if err != nil {
		return Policy{}, err
	}
	p := in
	p.OrganizationID, p.ID, p.Tags, p.CreatedAt = o.ID, id, tags, s.now()
	p.UpdatedAt = p.CreatedAt
	err = s.write(ctx, o, func(ctx context.Context) error {
		if !o.AllFeatures {
			return ErrTypeNotAvailable
		}
		n, err := s.Policies.CountPolicies(ctx, o.ID, p.Type)
		switch {
		case err != nil:
			return err
		case n >= maxPolicies:
			return violates("POLICY_NUMBER_LIMIT_EXCEEDED", "You attempted to exceed the number of policies that you can have in an organization: %d.", maxPolicies)
		case nameOfAWS(p.Type, p.Name):
			return ErrDuplicatePolicy
		}
		return s.Policies.InsertPolicy(ctx, p)
	})
	return p, duplicate(err)
}

func nameOfAWS(t PolicyType, name string) bool { return ofAWS[t.everywhere()].Name == name }

func duplicate(err error) error {
	if errors.Is(err, ErrExists) {
		return ErrDuplicatePolicy
	}
	return err
}

// Policy is a policy of an organization, or one of AWS's.
func (s *Service) Policy(ctx context.Context, o *Organization, id string) (Policy, error) {
	p, err := s.policy(ctx, o, id)
	return p, none(err, ErrPolicyNotFound)
}

func (s *Service) policy(ctx context.Context, o *Organization, id string) (Policy, error) {
	if p, ok := ofAWS[id]; ok {
		return p, nil
	}
	return s.Policies.Policy(ctx, o.ID, id)
}

// PolicyChange is what UpdatePolicy sets; nil leaves as it is.
type PolicyChange struct{ Name, Description, Content *string }

// UpdatePolicy changes a policy, wherever it hangs, at once.
func (s *Service) UpdatePolicy(ctx context.Context, o *Organization, id string, c PolicyChange) (p Policy, err error) {
	err = s.change(ctx, o, func(ctx context.Context) error {
		if p, err = s.Policy(ctx, o, id); err != nil {
			return err
		}
		if p.OfAWS() {
			return errImmutable
		}
		for _, f := range []struct{ to, from *string }{{&p.Name, c.Name}, {&p.Description, c.Description}, {&p.Content, c.Content}} {
			if f.from != nil {
				*f.to = *f.from
			}
		}
		if nameOfAWS(p.Type, p.Name) {
			return ErrDuplicatePolicy
		}
		if err := p.Type.check(p.Content); err != nil {
			return err
		}
		p.UpdatedAt = s.now()
		return s.Policies.SavePolicy(ctx, p)
	})
	return p, duplicate(err)
}

// DeletePolicy deletes a policy that hangs on nothing.
func (s *Service) DeletePolicy(ctx context.Context, o *Organization, id string) error {
	return s.write(ctx, o, func(ctx context.Context) error {
		p, err := s.Policy(ctx, o, id)
		switch {
		case err != nil:
			return err
		case p.OfAWS():
			return errImmutable
		}
		targets, err := s.Policies.Targets(ctx, o.ID, id, "", 1)
		switch {
		case err != nil:
			return err
		case len(targets) > 0:
			return ErrPolicyInUse
		}
		return s.Policies.DeletePolicy(ctx, o.ID, id)
	})
}

// ListPolicies answers a page of the policies of a type, AWS's first.
func (s *Service) ListPolicies(ctx context.Context, o *Organization, t PolicyType, at Place) (Page[Policy], error) {
	return page(s, "policies/"+o.ID+"/"+string(t), at, func(after string, limit int) (ps []Policy, err error) {
		if p, ok := ofAWS[t.everywhere()]; ok && after < p.ID && o.AllFeatures {
			ps = []Policy{p}
		}
		more, err := s.Policies.ListPolicies(ctx, o.ID, t, after, limit)
		ps = append(ps, more...)
		slices.SortFunc(ps, func(a, b Policy) int { return strings.Compare(a.ID, b.ID) })
		return ps[:min(limit, len(ps))], err
	}, func(p Policy) string { return p.ID })
}

// EnablePolicyType makes policies of a type count. Everything gets AWS's policy of the type, where there is one.
func (s *Service) EnablePolicyType(ctx context.Context, o *Organization, rootID string, t PolicyType) error {
	return s.change(ctx, o, func(ctx context.Context) error {
		switch {
		case rootID != o.RootID:
			return ErrRootNotFound
		case !o.AllFeatures:
			return ErrTypeNotAvailable
		case o.Enabled(t):
			return ErrTypeEnabled
		}
		o.PolicyTypes = append(o.PolicyTypes, t)
		slices.Sort(o.PolicyTypes)
		if err := s.Organizations.SaveOrganization(ctx, *o); err != nil {
			return err
		}
		return s.attachEverywhere(ctx, o, t)
	})
}

// DisablePolicyType makes policies of a type count no more, and detaches all.
func (s *Service) DisablePolicyType(ctx context.Context, o *Organization, rootID string, t PolicyType) error {
	return s.change(ctx, o, func(ctx context.Context) error {
		switch {
		case rootID != o.RootID:
			return ErrRootNotFound
		case !o.Enabled(t):
			return ErrTypeNotEnabled
		}
		o.PolicyTypes = slices.DeleteFunc(o.PolicyTypes, func(other PolicyType) bool { return other == t })
		if err := s.Policies.DetachAll(ctx, o.ID, "", t); err != nil {
			return err
		}
		return s.Organizations.SaveOrganization(ctx, *o)
	})
}
