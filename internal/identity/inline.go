package identity

import (
	"context"
	"errors"

	"gatehouse/internal/policy"
)

// PutInlinePolicy gives an identity a policy of its own, or replaces it.
func (s *Service) PutInlinePolicy(ctx context.Context, accountID string, k Kind, owner, name, document string) error {
	d, err := policy.ParseValid(document, policy.Identity)
	if err != nil {
		return err
	}
	quota := kinds[k].inline
	return s.change(ctx, accountID, func(ctx context.Context) error {
		i, err := s.modifiable(ctx, accountID, k, owner)
		if err != nil {
			return err
		}
		others, err := s.Inline.InlineSize(ctx, accountID, i.ID, name)
		if err != nil {
			return err
		}
		if others+d.Size > quota {
			return ErrLimit.With("Maximum policy size of %d bytes exceeded for %s %s", quota, k, i.Name)
		}
		return s.Inline.PutInlinePolicy(ctx, accountID, i.ID, InlinePolicy{Name: name, Document: document, Size: d.Size})
	})
}

// InlinePolicy answers a policy of an identity.
func (s *Service) InlinePolicy(ctx context.Context, accountID string, k Kind, owner, name string) (Identity, InlinePolicy, error) {
	i, err := s.ByName(ctx, accountID, k, owner)
	if err != nil {
		return i, InlinePolicy{}, err
	}
	p, err := s.Inline.InlinePolicy(ctx, accountID, i.ID, name)
	return i, p, noInline(err, k, name)
}

func noInline(err error, k Kind, name string) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNotFound.With("The %s policy with name %s cannot be found.", k, name)
	}
	return err
}

// DeleteInlinePolicy takes a policy from an identity.
func (s *Service) DeleteInlinePolicy(ctx context.Context, accountID string, k Kind, owner, name string) error {
	return s.change(ctx, accountID, func(ctx context.Context) error {
		i, err := s.modifiable(ctx, accountID, k, owner)
		if err != nil {
			return err
		}
		return noInline(s.Inline.DeleteInlinePolicy(ctx, accountID, i.ID, name), k, name)
	})
}

// ListInlinePolicies answers a page of an identity's inline policies in the order of names.
func (s *Service) ListInlinePolicies(ctx context.Context, accountID string, k Kind, owner string, at Place) (Page[InlinePolicy], error) {
	i, err := s.ByName(ctx, accountID, k, owner)
	if err != nil {
		return Page[InlinePolicy]{}, err
	}
	return page(s, "inline/"+i.ID, at, func(after string, limit int) ([]InlinePolicy, error) {
		return s.Inline.ListInlinePolicies(ctx, accountID, i.ID, after, limit)
	}, func(p InlinePolicy) string { return p.Name })
}
