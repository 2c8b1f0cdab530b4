package organizations

import (
	"context"
	"errors"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/organization"
)

// of is the Resource of an operation on what an id names in the caller's organization: the root, a unit, an account or a
// policy. An account in no organization asks for everything.
func of[In any](s *Service, id func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) { return s.resource(ctx, *id(in)) }
}

// also asks for the same action on further resources.
func also[In any](s *Service, action string, ids func(*In) []*string) func(context.Context, *In) ([]api.Also, error) {
	return func(ctx context.Context, in *In) (list []api.Also, err error) {
		for _, id := range ids(in) {
			r, err := s.resource(ctx, *id)
			if err != nil {
				return nil, err
			}
			list = append(list, api.Also{Action: name + ":" + action, Resource: &r})
		}
		return list, nil
	}
}

// tagging asks for the right to tag where what is made has tags.
func tagging[In any](tags func(*In) int) func(context.Context, *In) ([]api.Also, error) {
	return func(_ context.Context, in *In) ([]api.Also, error) {
		if tags(in) == 0 {
			return nil, nil
		}
		return []api.Also{{Action: name + ":TagResource"}}, nil
	}
}

// mine is the caller's organization, the zero value for none.
func (s *Service) mine(ctx context.Context) (organization.Organization, error) {
	o, err := s.Organizations.Of(ctx, api.ScopeFrom(ctx).AccountID)
	if errors.Is(err, organization.ErrNotInUse) {
		err = nil
	}
	return o, err
}

func (s *Service) resource(ctx context.Context, id string) (api.Resource, error) {
	o, err := s.mine(ctx)
	if err != nil || o.ID == "" {
		return api.Resource{ARN: "*"}, err
	}
	r := api.Resource{Tags: func(ctx context.Context) (map[string]string, error) {
		tags, err := s.Organizations.Tags(ctx, &o, id)
		if errors.Is(err, organization.ErrTargetNotFound) {
			return nil, nil
		}
		return tagMap(tags), err
	}}
	switch {
	case organization.IsRoot(id):
		r.ARN = arn.ARN{Service: name, AccountID: o.ManagementID, Resource: "root/" + o.ID + "/" + id}.String()
	case organization.IsUnit(id):
		r.ARN = o.UnitARN(id)
	case organization.IsAccount(id):
		r.ARN = o.AccountARN(id)
	case len(id) > 3 && id[:3] == "rp-":
		r.ARN = o.ResourcePolicyARN(id)
	default:
		p, err := s.Organizations.Policy(ctx, &o, id)
		r.Told = o.PolicyARN("*", id) // which type it is of is told to nobody
		if errors.Is(err, organization.ErrPolicyNotFound) {
			r.ARN = r.Told
			return r, nil
		}
		r.ARN = o.PolicyARN(p.Type, id)
		return r, err
	}
	return r, nil
}

// handshake is the Resource of an operation on a handshake.
func handshake[In any](s *Service, id func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		account := api.ScopeFrom(ctx).AccountID
		told := arn.ARN{Service: name, AccountID: account, Resource: "handshake/*/*/" + *id(in)}.String()
		h, err := s.Organizations.HandshakeFor(ctx, account, *id(in))
		if errors.Is(err, organization.ErrHandshakeNotFound) {
			return api.Resource{ARN: told}, nil
		}
		return api.Resource{ARN: h.Organization().HandshakeARN(h.Action, h.ID), Told: told}, err
	}
}
