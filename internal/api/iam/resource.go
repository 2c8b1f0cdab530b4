package iam

import (
	"context"
	"errors"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
)

// resource is the Resource of an operation on an identity that is named. One that is not there has the ARN that it
// would have at the path "/": whether it is there is told only to whoever may act on it.
func resource[In any](s *Service, k identity.Kind, name func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		n := name(in)
		if n == nil {
			return s.self(ctx)
		}
		account := api.ScopeFrom(ctx).AccountID
		i, err := s.Identities.ByName(ctx, account, k, *n)
		told := identity.ARN(account, k, "/", *n)
		if errors.Is(err, identity.ErrNotFound) {
			return api.Resource{ARN: told}, nil
		}
		r := resourceOf(i)
		r.Told = told
		return r, err
	}
}

// resourceOf tells what bounds an identity, so that policies can let people administer only what a boundary bounds.
func resourceOf(i identity.Identity) api.Resource {
	r := api.Resource{ARN: i.ARN(), Tags: func(context.Context) (map[string]string, error) { return tagMap(i.Tags), nil }}
	if i.Boundary != "" {
		r.Keys = map[string]string{"iam:PermissionsBoundary": i.Boundary}
	}
	return r
}

// policyResource is the Resource of an operation on a managed policy. One that is not there has no tags.
func policyResource[In any](s *Service, policyARN func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(_ context.Context, in *In) (api.Resource, error) {
		given := *policyARN(in)
		return api.Resource{ARN: given, Tags: func(ctx context.Context) (map[string]string, error) {
			p, err := s.Identities.Policy(ctx, api.ScopeFrom(ctx).AccountID, given)
			if errors.Is(err, identity.ErrNotFound) || errors.Is(err, identity.ErrInvalid) {
				return nil, nil
			}
			return tagMap(p.Tags), err
		}}, nil
	}
}

// self is the caller, whom operations on a user mean when they name none.
func (s *Service) self(ctx context.Context) (api.Resource, error) {
	p := api.PrincipalFrom(ctx)
	if p.Kind != api.IAMUser {
		return api.Resource{ARN: p.ARN}, nil
	}
	i, err := s.Identities.ByID(ctx, p.AccountID, p.UserID)
	return resourceOf(i), err
}

// created is the Resource of an operation that makes an identity.
func created[In any](k identity.Kind, what func(*In) (path, name *string)) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		path, name := what(in)
		at := "/"
		if path != nil {
			at = *path
		}
		return api.Resource{ARN: identity.ARN(api.ScopeFrom(ctx).AccountID, k, at, *name)}, nil
	}
}

// below is the Resource of an operation that lists identities: everything below a path.
func below[In any](k identity.Kind, prefix func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		path := "/"
		if p := prefix(in); p != nil {
			path = *p
		}
		return api.Resource{ARN: identity.ARN(api.ScopeFrom(ctx).AccountID, k, path, "")}, nil
	}
}

// tagging asks for the right to tag where what is made has tags.
func tagging[In any](action string, tags func(*In) int) func(context.Context, *In) ([]api.Also, error) {
	return func(_ context.Context, in *In) ([]api.Also, error) {
		if tags(in) == 0 {
			return nil, nil
		}
		return []api.Also{{Action: action}}, nil
	}
}

// given is the Resource of an operation that takes the ARN of what it is about.
func given[In any](arn func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(_ context.Context, in *In) (api.Resource, error) { return api.Resource{ARN: *arn(in)}, nil }
}
