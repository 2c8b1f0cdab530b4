package organization

import (
	"context"
	"slices"
	"strings"
)

const maxTags = 50

// Tag is a key, whose case does not count, and a value.
type Tag struct {
	Key   string
	Value string
}

// mergeTags adds tags to those that are there; a key that is there is replaced.
func mergeTags(have, add []Tag) ([]Tag, error) {
	out := slices.Clone(have)
	for n, t := range add {
		if strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			return nil, errTagOfAWS
		}
		if slices.ContainsFunc(add[:n], sameKey(t.Key)) {
			return nil, errTagKeyTwice
		}
		if i := slices.IndexFunc(out, sameKey(t.Key)); i >= 0 {
			out[i] = t
		} else {
			out = append(out, t)
		}
	}
	if len(out) > maxTags {
		return nil, violates("MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags allowed on this resource: %d.", maxTags)
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

// Tags are those of the root, a unit, an account, a policy or the resource policy; ErrTargetNotFound for none of them.
func (s *Service) Tags(ctx context.Context, o *Organization, id string) ([]Tag, error) {
	tags, _, err := s.taggable(ctx, o, id)
	return tags, err
}

// ListTags answers a page of them in the order of their keys.
func (s *Service) ListTags(ctx context.Context, o *Organization, id string, at Place) (Page[Tag], error) {
	tags, err := s.Tags(ctx, o, id)
	if err != nil {
		return Page[Tag]{}, err
	}
	key := func(t Tag) string { return strings.ToLower(t.Key) }
	tags = slices.SortedFunc(slices.Values(tags), func(a, b Tag) int { return strings.Compare(key(a), key(b)) })
	return pageOf(s, "tags/"+o.ID+"/"+id, at, tags, key)
}

// Tag adds tags, or replaces them.
func (s *Service) Tag(ctx context.Context, o *Organization, id string, add []Tag) error {
	return s.retag(ctx, o, id, func(have []Tag) ([]Tag, error) { return mergeTags(have, add) })
}

// Untag takes tags away; those that are not there do not matter.
func (s *Service) Untag(ctx context.Context, o *Organization, id string, keys []string) error {
	return s.retag(ctx, o, id, func(have []Tag) ([]Tag, error) { return withoutTags(have, keys), nil })
}

func (s *Service) retag(ctx context.Context, o *Organization, id string, edit func([]Tag) ([]Tag, error)) error {
	return s.write(ctx, o, func(ctx context.Context) error {
		have, save, err := s.taggable(ctx, o, id)
		if err != nil {
			return err
		}
		tags, err := edit(have)
		if err != nil {
			return err
		}
		return save(ctx, tags)
	})
}

// taggable answers the tags of an id, and what replaces them.
func (s *Service) taggable(ctx context.Context, o *Organization, id string) (tags []Tag, save func(context.Context, []Tag) error, err error) {
	switch {
	case id == o.RootID:
		return o.RootTags, func(ctx context.Context, tags []Tag) error {
			o.RootTags = tags
			return s.Organizations.SaveOrganization(ctx, *o)
		}, nil
	case IsUnit(id):
		u, err := s.Units.Unit(ctx, o.ID, id)
		return u.Tags, func(ctx context.Context, tags []Tag) error {
			u.Tags = tags
			return s.Units.SaveUnit(ctx, u)
		}, none(err, ErrTargetNotFound)
	case IsAccount(id):
		a, err := s.member(ctx, o, id, ErrTargetNotFound)
		return a.Tags, func(ctx context.Context, tags []Tag) error {
			a.Tags = tags
			return s.Accounts.Place(ctx, a)
		}, err
	case strings.HasPrefix(id, "rp-"):
		p, err := s.Delegations.ResourcePolicy(ctx, o.ID)
		if err == nil && p.ID != id {
			err = ErrNotFound
		}
		return p.Tags, func(ctx context.Context, tags []Tag) error {
			p.Tags = tags
			return s.Delegations.SaveResourcePolicy(ctx, o.ID, p)
		}, none(err, ErrTargetNotFound)
	}
	p, err := s.policy(ctx, o, id)
	return p.Tags, func(ctx context.Context, tags []Tag) error {
		if p.OfAWS() {
			return errImmutable
		}
		p.Tags = tags
		return s.Policies.SavePolicy(ctx, p)
	}, none(err, ErrTargetNotFound)
}
