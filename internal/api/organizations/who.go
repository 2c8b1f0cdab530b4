package organizations

import (
	"context"
	"errors"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
)

// who says which accounts may call an operation, whatever their policies allow.
type who uint8

const (
	anybody    who = iota // accounts in no organization too
	member                // accounts of an organization
	reader                // the management account, delegated administrators, and whom the resource policy lets
	delegable             // the management account, and whom the resource policy lets
	management            // the management account alone
)

// add registers an operation that policies decide on, for some accounts. Run is given the organization of the caller.
func add[In, Out any](s *Service, r *api.Registry, op api.Op[In, Out], w who, run func(context.Context, *organization.Organization, *In) (*Out, error)) {
	op.Access = api.Signed()
	if op.Resource == nil {
		op.Resource = func(ctx context.Context, _ *In) (api.Resource, error) { return s.whole(ctx) }
	}
	op.Run = func(ctx context.Context, in *In) (*Out, error) {
		o, err := s.admitted(ctx, w)
		if err != nil {
			return nil, err
		}
		return run(ctx, &o, in)
	}
	api.Add(r, name, op)
}

// admitted answers the caller's organization where its account may call.
func (s *Service) admitted(ctx context.Context, w who) (organization.Organization, error) {
	account := api.ScopeFrom(ctx).AccountID
	o, err := s.Organizations.Of(ctx, account)
	switch {
	case w == anybody && errors.Is(err, organization.ErrNotInUse):
		return organization.Organization{}, nil
	case err != nil, w <= member, o.Manages(account):
		return o, err
	case w == reader:
		if yes, err := s.Organizations.Delegated(ctx, &o, account); yes || err != nil {
			return o, err
		}
	}
	return o, organization.ErrAccessDenied
}
