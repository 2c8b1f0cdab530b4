package organizations

import (
	"context"
	"errors"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
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
	if op.Resource == nil { // as AWS has it, policies know no resource of such an action
		op.Resource = func(context.Context, *In) (api.Resource, error) { return api.Resource{ARN: "*"}, nil }
	}
	op.Run = func(ctx context.Context, in *In) (*Out, error) {
		o, err := s.admitted(ctx, w, func(ctx context.Context) (list []api.Also, err error) {
			resource, err := op.Resource(ctx, in)
			if err == nil && op.Also != nil {
				list, err = op.Also(ctx, in)
			}
			return append(list, api.Also{Resource: &resource}), err
		})
		if err != nil {
			return nil, err
		}
		return run(ctx, &o, in)
	}
	api.Add(r, name, op)
}

// admitted answers the caller's organization where its account may call; asks are what the operation asks policies.
func (s *Service) admitted(ctx context.Context, w who, asks func(context.Context) ([]api.Also, error)) (organization.Organization, error) {
	account := api.ScopeFrom(ctx).AccountID
	o, err := s.Organizations.Of(ctx, account)
	switch {
	case w == anybody && errors.Is(err, organization.ErrNotInUse):
		return organization.Organization{}, nil
	case err != nil, w <= member, o.Manages(account):
		return o, err
	case w == management:
		return o, organization.ErrAccessDenied
	case w == reader:
		if yes, err := s.Organizations.Delegated(ctx, &o, account); yes || err != nil {
			return o, err
		}
	}
	return o, s.delegated(ctx, &o, asks)
}

// delegated asks the organization's resource policy, as that of resources of the management account, whether somebody of
// a member account may what the operation does.
func (s *Service) delegated(ctx context.Context, o *organization.Organization, asks func(context.Context) ([]api.Also, error)) error {
	p, err := s.Organizations.ResourcePolicy(ctx, o)
	if errors.Is(err, organization.ErrNoResourcePolicy) {
		return organization.ErrAccessDenied
	}
	if err != nil {
		return err
	}
	set, err := s.Policies.Set(policy.Resource, permission.Source{Name: p.ID, Document: p.Content})
	if err != nil {
		return err
	}
	list, err := asks(ctx)
	if err != nil {
		return err
	}
	whole := list[len(list)-1].Resource
	for _, what := range list {
		if what.Resource == nil {
			what.Resource = whole
		}
		on := *what.Resource
		on.Account, on.Policy = o.ManagementID, set
		what.Resource = &on
		if err := api.MayAlso(ctx, what); errors.Is(err, api.ErrAccessDenied) {
			return organization.ErrAccessDenied
		} else if err != nil {
			return err
		}
	}
	return nil
}
