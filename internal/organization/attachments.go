package organization

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Attachment is a policy on the root, a unit or an account.
type Attachment struct {
	OrganizationID, TargetID, PolicyID string
	Type                               PolicyType
}

// Target is what a policy can hang on.
type Target struct{ ID, Name string }

// Target finds one.
func (s *Service) Target(ctx context.Context, o *Organization, id string) (Target, error) {
	switch {
	case id == o.RootID:
		return Target{id, "Root"}, nil
	case IsUnit(id):
		u, err := s.Units.Unit(ctx, o.ID, id)
		return Target{id, u.Name}, none(err, ErrTargetNotFound)
	}
	a, err := s.member(ctx, o, id, ErrTargetNotFound)
	return Target{id, a.Name}, err
}

// Attach hangs a policy on a target, where it counts at once.
func (s *Service) Attach(ctx context.Context, o *Organization, policyID, targetID string) error {
	err := s.change(ctx, o, func(ctx context.Context) error {
		p, err := s.Policy(ctx, o, policyID)
		if err != nil {
			return err
		}
		if _, err := s.Target(ctx, o, targetID); err != nil {
			return err
		}
		if !o.Enabled(p.Type) {
			return ErrTypeNotEnabled
		}
		have, err := s.Policies.Attached(ctx, o.ID, targetID, p.Type)
		switch {
		case err != nil:
			return err
		case slices.Contains(have, policyID):
			return ErrDuplicateAttachment
		case len(have) >= policyTypes[p.Type].hangs:
			return violates("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", "You attempted to exceed the number of policies of this type that can be attached to an entity: %d.", policyTypes[p.Type].hangs)
		}
		return s.Policies.Attach(ctx, Attachment{o.ID, targetID, policyID, p.Type}, s.now())
	})
	if errors.Is(err, ErrExists) {
		return ErrDuplicateAttachment
	}
	return err
}

// Detach takes a policy from a target. The last service control policy stays: without one nothing would be allowed.
func (s *Service) Detach(ctx context.Context, o *Organization, policyID, targetID string) error {
	return s.change(ctx, o, func(ctx context.Context) error {
		p, err := s.Policy(ctx, o, policyID)
		if err != nil {
			return err
		}
		if _, err := s.Target(ctx, o, targetID); err != nil {
			return err
		}
		have, err := s.Policies.Attached(ctx, o.ID, targetID, p.Type)
		switch {
		case err != nil:
			return err
		case !slices.Contains(have, policyID):
			return ErrNotAttached
		case policyID == FullResourceAccess:
			return errNotDetachable
		case len(have) == 1 && p.Type == ServiceControl:
			return violates("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", "You can't detach the last service control policy: attach another one first.")
		}
		return s.Policies.Detach(ctx, o.ID, targetID, policyID)
	})
}

// ListPoliciesOf answers a page of the policies of a type on a target.
func (s *Service) ListPoliciesOf(ctx context.Context, o *Organization, targetID string, t PolicyType, at Place) (Page[Policy], error) {
	if _, err := s.Target(ctx, o, targetID); err != nil {
		return Page[Policy]{}, err
	}
	ps, err := s.policiesOn(ctx, o, targetID, t)
	if err != nil {
		return Page[Policy]{}, err
	}
	return pageOf(s, "attached/"+o.ID+"/"+targetID+"/"+string(t), at, ps, func(p Policy) string { return p.ID })
}

func (s *Service) policiesOn(ctx context.Context, o *Organization, targetID string, t PolicyType) ([]Policy, error) {
	ids, err := s.Policies.Attached(ctx, o.ID, targetID, t)
	if err != nil {
		return nil, err
	}
	ps := make([]Policy, len(ids))
	for i, id := range ids {
		if ps[i], err = s.Policy(ctx, o, id); err != nil {
			return nil, err
		}
	}
	return ps, nil
}

// ListTargets answers a page of what a policy hangs on.
func (s *Service) ListTargets(ctx context.Context, o *Organization, policyID string, at Place) (Page[Target], error) {
	if _, err := s.Policy(ctx, o, policyID); err != nil {
		return Page[Target]{}, err
	}
	return page(s, "targets/"+o.ID+"/"+policyID, at, func(after string, limit int) ([]Target, error) {
		ids, err := s.Policies.Targets(ctx, o.ID, policyID, after, limit)
		if err != nil {
			return nil, err
		}
		targets := make([]Target, len(ids))
		for i, id := range ids {
			if targets[i], err = s.Target(ctx, o, id); err != nil {
				return nil, err
			}
		}
		return targets, nil
	}, func(t Target) string { return t.ID })
}

// attachDefaults hangs on a new unit or account what everything has.
func (s *Service) attachDefaults(ctx context.Context, o *Organization, targetID string) error {
	for _, t := range o.PolicyTypes {
		if err := s.attachDefault(ctx, o, targetID, t, s.now()); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) attachDefault(ctx context.Context, o *Organization, targetID string, t PolicyType, at time.Time) error {
	id := t.everywhere()
	if id == "" {
		return nil
	}
	return s.Policies.Attach(ctx, Attachment{o.ID, targetID, id, t}, at)
}

// attachEverywhere hangs a type's policy of AWS on the root and on every unit and account.
func (s *Service) attachEverywhere(ctx context.Context, o *Organization, t PolicyType) error {
	if t.everywhere() == "" {
		return nil
	}
	targets := []string{o.RootID}
	units, err := s.Units.ListUnits(ctx, o.ID, "", "", maxUnits+1)
	if err != nil {
		return err
	}
	for _, u := range units {
		targets = append(targets, u.ID)
	}
	accounts, err := s.Accounts.ListAccounts(ctx, o.ID, "", "", maxAccounts+1)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		targets = append(targets, a.ID)
	}
	now := s.now()
	for _, id := range targets {
		if err := s.attachDefault(ctx, o, id, t, now); err != nil {
			return err
		}
	}
	return nil
}
