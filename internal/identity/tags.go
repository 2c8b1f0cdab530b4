package identity

import (
	"context"
	"slices"
	"strings"
)

const maxTags = 50

// mergeTags adds tags to those that are there; a key that is there in any case of its letters is replaced.
func mergeTags(have, add []Tag) ([]Tag, error) {
	out := slices.Clone(have)
	for n, t := range add {
		if strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			return nil, ErrInvalid.With("Tag keys that begin with aws: are reserved: %s", t.Key)
		}
		if slices.ContainsFunc(add[:n], sameKey(t.Key)) {
			return nil, ErrInvalid.With("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		if i := slices.IndexFunc(out, sameKey(t.Key)); i >= 0 {
			out[i] = t
		} else {
			out = append(out, t)
		}
	}
	if len(out) > maxTags {
		return nil, overQuota("TagsPerResource", maxTags)
	}
	return out, nil
}

func sameKey(key string) func(Tag) bool {
	return func(t Tag) bool { return strings.EqualFold(t.Key, key) }
}

func withoutTags(have []Tag, keys []string) []Tag {
	return slices.DeleteFunc(slices.Clone(have), func(t Tag) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, t.Key) })
	})
}

// Tag adds tags to a user or role, or replaces them.
func (s *Service) Tag(ctx context.Context, accountID string, k Kind, name string, tags []Tag) error {
	_, err := s.alter(ctx, accountID, k, name, func(_ context.Context, i *Identity) (err error) {
		i.Tags, err = mergeTags(i.Tags, tags)
		return err
	})
	return err
}

// Untag takes tags away; those that are not there do not matter.
func (s *Service) Untag(ctx context.Context, accountID string, k Kind, name string, keys []string) error {
	_, err := s.alter(ctx, accountID, k, name, func(_ context.Context, i *Identity) error {
		i.Tags = withoutTags(i.Tags, keys)
		return nil
	})
	return err
}

// ListTags answers a page of tags in the order of their keys.
func (s *Service) ListTags(list string, tags []Tag, at Place) (Page[Tag], error) {
	tags = slices.SortedFunc(slices.Values(tags), func(a, b Tag) int { return strings.Compare(nameKey(a.Key), nameKey(b.Key)) })
	return pageOf(s, "tags/"+list, at, tags, func(t Tag) string { return nameKey(t.Key) })
}
