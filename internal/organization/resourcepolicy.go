package organization

import (
	"context"
	"errors"
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/policy"
)

// ResourcePolicy lets member accounts administer the policies of an organization.
type ResourcePolicy struct {
	ID      string // rp-
	Content string
	Tags    []Tag
}

// delegable are the actions that a resource policy may let others do, as they begin.
var delegable = []string{
	"organizations:Describe", "organizations:List", "organizations:AttachPolicy", "organizations:DetachPolicy",
	"organizations:CreatePolicy", "organizations:UpdatePolicy", "organizations:DeletePolicy",
	"organizations:EnablePolicyType", "organizations:DisablePolicyType", "organizations:TagResource", "organizations:UntagResource",
}

// canDelegate tells whether a resource policy may let others do an action.
func canDelegate(action string) bool {
	for _, prefix := range delegable {
		if len(action) >= len(prefix) && strings.EqualFold(action[:len(prefix)], prefix) {
			return true
		}
	}
	return false
}

// PutResourcePolicy sets it. Tags are for a new one.
func (s *Service) PutResourcePolicy(ctx context.Context, o *Organization, content string, tags []Tag) (p ResourcePolicy, err error) {
	if err := checkResourcePolicy(content); err != nil {
		return p, err
	}
	id, err := s.newID("rp-", 8)
	if err != nil {
		return p, err
	}
	tags, err = mergeTags(nil, tags)
	if err != nil {
		return p, err
	}
	err = s.write(ctx, o, func(ctx context.Context) error {
		if !o.AllFeatures {
			return errUnavailableInBilling
		}
		have, err := s.Delegations.ResourcePolicy(ctx, o.ID)
		switch {
		case errors.Is(err, ErrNotFound):
			p = ResourcePolicy{ID: id, Content: content, Tags: tags}
		case err != nil:
			return err
		case len(tags) > 0:
			return errTagsOnUpdate
		default:
			p = ResourcePolicy{ID: have.ID, Content: content, Tags: have.Tags}
		}
		return s.Delegations.SaveResourcePolicy(ctx, o.ID, p)
	})
	return p, err
}

func checkResourcePolicy(content string) error {
	d, err := policy.ParseValid(content, policy.Resource)
	var f *fault.Error
	if errors.As(err, &f) {
		return invalid("INVALID_RESOURCE_POLICY_JSON", "%s", f.Message)
	}
	if err != nil {
		return err
	}
	for _, st := range d.Statements {
		if p := st.Principal; p.Not || p.Everyone || len(p.Service)+len(p.Federated)+len(p.Canonical) > 0 {
			return invalid("INVALID_PRINCIPAL", "The principals of a resource policy are accounts, users and roles of member accounts.")
		}
		for _, a := range st.Actions {
			if st.NotAction || !canDelegate(a.Value) {
				return invalid("UNSUPPORTED_ACTION_IN_RESOURCE_POLICY", "%s can't be delegated.", a.Value)
			}
		}
	}
	return nil
}

// ResourcePolicy is the one of an organization.
func (s *Service) ResourcePolicy(ctx context.Context, o *Organization) (ResourcePolicy, error) {
	p, err := s.Delegations.ResourcePolicy(ctx, o.ID)
	return p, none(err, ErrNoResourcePolicy)
}

// DeleteResourcePolicy ends all delegation by it.
func (s *Service) DeleteResourcePolicy(ctx context.Context, o *Organization) error {
	return s.write(ctx, o, func(ctx context.Context) error {
		return none(s.Delegations.DeleteResourcePolicy(ctx, o.ID), ErrNoResourcePolicy)
	})
}
