package rolesanywhere

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/arn"
	"gatehouse/internal/identity"
)

const maxTags = 200

func checkTags(tags []identity.Tag) error {
	if len(tags) > maxTags {
		return ErrTags.With("A resource has at most %d tags.", maxTags)
	}
	for i, t := range tags {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > 128 || utf8.RuneCountInString(t.Value) > 256 || strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return ErrValidation.With("A tag has a key of 1 to 128 characters, which does not begin with aws:, and a value of at most 256.")
		case slices.ContainsFunc(tags[:i], func(o identity.Tag) bool { return o.Key == t.Key }):
			return ErrValidation.With("The tag %s is given more than once.", t.Key)
		}
	}
	return nil
}

// Tags of what an ARN names in an account and region.
func (s *Service) Tags(ctx context.Context, accountID, region, resource string) ([]identity.Tag, error) {
	k, id, err := parse(accountID, region, resource)
	if err != nil {
		return nil, err
	}
	kept, err := s.Store.EntityByID(ctx, accountID, region, k, id)
	return kept.Tags, err
}

// SetTags adds and replaces tags and takes those of some keys away.
func (s *Service) SetTags(ctx context.Context, accountID, region, resource string, add []identity.Tag, remove []string) error {
	k, id, err := parse(accountID, region, resource)
	if err != nil {
		return err
	}
	if err := checkTags(add); err != nil {
		return err
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		kept, err := s.Store.EntityByID(ctx, accountID, region, k, id)
		if err != nil {
			return err
		}
		kept.Tags = slices.DeleteFunc(kept.Tags, func(t identity.Tag) bool {
			return slices.Contains(remove, t.Key) || slices.ContainsFunc(add, func(a identity.Tag) bool { return a.Key == t.Key })
		})
		kept.Tags = append(kept.Tags, add...)
		if err := checkTags(kept.Tags); err != nil {
			return err
		}
		return s.Store.SaveEntity(ctx, kept)
	})
}

// parse reads the ARN of an entity that an account may have in a region; any other is not found.
func parse(accountID, region, text string) (Kind, string, error) {
	a, err := arn.Parse(text)
	kind, id, ok := strings.Cut(a.Resource, "/")
	if err != nil || !ok || a.Service != Name || a.AccountID != accountID || a.Region != region || quotas[Kind(kind)] == 0 {
		return "", "", ErrNotFound.With("There is no resource %s.", text)
	}
	return Kind(kind), id, nil
}
