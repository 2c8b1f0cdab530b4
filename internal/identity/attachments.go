package identity

import (
	"context"
	"errors"
	"strings"
)

// attachable is a policy that may be given to an identity of the account.
func (s *Service) attachable(ctx context.Context, accountID, policyARN string) (Policy, error) {
	p, err := s.policy(ctx, accountID, policyARN)
	if errors.Is(err, ErrNotFound) {
		return p, ErrNotFound.With("Policy %s does not exist or is not attachable.", policyARN)
	}
	return p, err
}

// Attach gives an identity a managed policy; one that it has already stays.
func (s *Service) Attach(ctx context.Context, accountID string, k Kind, owner, policyARN string) error {
	most := kinds[k].attached
	return s.change(ctx, accountID, func(ctx context.Context) error {
		i, err := s.modifiable(ctx, accountID, k, owner)
		if err != nil {
			return err
		}
		if _, err := s.attachable(ctx, accountID, policyARN); err != nil {
			return err
		}
		have, err := s.Attachments.ListAttachments(ctx, accountID, i.ID)
		if err != nil {
			return err
		}
		for _, a := range have {
			if a == policyARN {
				return nil
			}
		}
		if len(have) >= most {
			return overQuota("PoliciesPer"+kinds[k].label, most)
		}
		return s.Attachments.Attach(ctx, accountID, i.ID, policyARN, s.now())
	})
}

// Detach takes a managed policy from an identity.
func (s *Service) Detach(ctx context.Context, accountID string, k Kind, owner, policyARN string) error {
	return s.change(ctx, accountID, func(ctx context.Context) error {
		i, err := s.modifiable(ctx, accountID, k, owner)
		if err != nil {
			return err
		}
		err = s.Attachments.Detach(ctx, accountID, i.ID, policyARN)
		if errors.Is(err, ErrNotFound) {
			return ErrNotFound.With("Policy %s was not found.", policyARN)
		}
		return err
	})
}

// ListAttached answers a page of the ARNs of an identity's managed policies below a path, in the order of ARNs.
func (s *Service) ListAttached(ctx context.Context, accountID string, k Kind, owner, pathPrefix string, at Place) (Page[string], error) {
	i, err := s.ByName(ctx, accountID, k, owner)
	if err != nil {
		return Page[string]{}, err
	}
	all, err := s.Attachments.ListAttachments(ctx, accountID, i.ID)
	if err != nil {
		return Page[string]{}, err
	}
	var below []string
	for _, a := range all {
		if strings.HasPrefix(policyPath(a), pathOf(pathPrefix)) {
			below = append(below, a)
		}
	}
	return pageOf(s, "attached/"+i.ID+pathPrefix, at, below, func(a string) string { return a })
}

// Usage is how a policy is used.
type Usage uint8

// Usages; the zero value is any.
const (
	AnyUsage Usage = iota
	AsPermissions
	AsBoundary
)

// EntityFilter selects users of a policy.
type EntityFilter struct {
	Kind       Kind // empty for all
	PathPrefix string
	Usage      Usage
}

// ListEntities answers a page of the identities that have a policy, or are bounded by it.
func (s *Service) ListEntities(ctx context.Context, accountID, policyARN string, f EntityFilter, at Place) (Page[Identity], error) {
	if _, err := s.Policy(ctx, accountID, policyARN); err != nil {
		return Page[Identity]{}, err
	}
	f.PathPrefix = pathOf(f.PathPrefix)
	return page(s, "entities/"+accountID+"/"+policyARN+"/"+string(f.Kind)+f.PathPrefix, at, func(after string, limit int) ([]Identity, error) {
		return s.Attachments.ListEntities(ctx, accountID, policyARN, f, after, limit)
	}, func(i Identity) string { return i.ID })
}

// SetBoundary bounds what a user or role may be permitted by a managed policy; empty takes the boundary away.
func (s *Service) SetBoundary(ctx context.Context, accountID string, k Kind, name, policyARN string) error {
	_, err := s.alter(ctx, accountID, k, name, func(ctx context.Context, i *Identity) error {
		if err := protected(i); err != nil {
			return err
		}
		if policyARN == "" && i.Boundary == "" {
			return ErrNotFound.With("%s %s does not have a permissions boundary.", kinds[k].label, i.Name)
		}
		i.Boundary = policyARN
		return s.bounding(ctx, accountID, policyARN)
	})
	return err
}

// bounding tells whether a policy may be a boundary; empty is none.
func (s *Service) bounding(ctx context.Context, accountID, policyARN string) error {
	if policyARN == "" {
		return nil
	}
	_, err := s.policy(ctx, accountID, policyARN)
	switch {
	case errors.Is(err, ErrInvalid):
		return ErrValidation.With("Value (%s) for parameter PermissionsBoundary is invalid.", policyARN)
	case errors.Is(err, ErrNotFound):
		return ErrNotFound.With("Scope ARN: %s does not exist or is not attachable.", policyARN)
	}
	return err
}
