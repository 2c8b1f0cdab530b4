package identity

import (
	"context"
	"errors"
)

const maxGroups = 10 // of a user

// AddToGroup makes a user a member of a group; who is one stays one.
func (s *Service) AddToGroup(ctx context.Context, accountID, group, user string) error {
	return s.change(ctx, accountID, func(ctx context.Context) error {
		g, u, err := s.groupAndUser(ctx, accountID, group, user)
		if err != nil {
			return err
		}
		have, err := s.Members.GroupsOf(ctx, accountID, u.ID, "", maxGroups+1)
		if err != nil {
			return err
		}
		for _, h := range have {
			if h.ID == g.ID {
				return nil
			}
		}
		if len(have) >= maxGroups {
			return overQuota("GroupsPerUser", maxGroups)
		}
		return s.Members.AddMember(ctx, accountID, g.ID, u.ID, s.now())
	})
}

// RemoveFromGroup ends a membership.
func (s *Service) RemoveFromGroup(ctx context.Context, accountID, group, user string) error {
	return s.change(ctx, accountID, func(ctx context.Context) error {
		g, u, err := s.groupAndUser(ctx, accountID, group, user)
		if err != nil {
			return err
		}
		err = s.Members.RemoveMember(ctx, accountID, g.ID, u.ID)
		if errors.Is(err, ErrNotFound) {
			return ErrNotFound.With("User %s not in group %s", u.Name, g.Name)
		}
		return err
	})
}

func (s *Service) groupAndUser(ctx context.Context, accountID, group, user string) (g, u Identity, err error) {
	if g, err = s.ByName(ctx, accountID, Group, group); err != nil {
		return g, u, err
	}
	u, err = s.ByName(ctx, accountID, User, user)
	return g, u, err
}

// ListMembers answers a group and a page of its users, in the order of names.
func (s *Service) ListMembers(ctx context.Context, accountID, group string, at Place) (Identity, Page[Identity], error) {
	g, err := s.ByName(ctx, accountID, Group, group)
	if err != nil {
		return g, Page[Identity]{}, err
	}
	p, err := page(s, "members/"+g.ID, at, func(after string, limit int) ([]Identity, error) {
		return s.Members.MembersOf(ctx, accountID, g.ID, after, limit)
	}, func(i Identity) string { return nameKey(i.Name) })
	return g, p, err
}

// ListGroupsOf answers a page of a user's groups, in the order of names.
func (s *Service) ListGroupsOf(ctx context.Context, accountID, user string, at Place) (Page[Identity], error) {
	u, err := s.ByName(ctx, accountID, User, user)
	if err != nil {
		return Page[Identity]{}, err
	}
	return page(s, "groups-of/"+u.ID, at, func(after string, limit int) ([]Identity, error) {
		return s.Members.GroupsOf(ctx, accountID, u.ID, after, limit)
	}, func(i Identity) string { return nameKey(i.Name) })
}
