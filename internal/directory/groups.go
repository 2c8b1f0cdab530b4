package directory

import (
	"context"

	"gatehouse/internal/userpool"
)

// Quotas of Cognito.
const (
	maxGroupsPerPool = 10_000
	maxGroupsPerUser = 100
	maxPageSize      = 60
)

// CreateGroup adds a group to a pool; ErrGroupExists when the name is taken.
func (s *Service) CreateGroup(ctx context.Context, pool *userpool.Pool, g Group) (Group, error) {
	g.PoolID = pool.ID
	g.Created = s.now()
	g.Modified = g.Created
	err := s.Tx.InTx(ctx, func(ctx context.Context) error {
		return s.Groups.InsertGroup(ctx, g, maxGroupsPerPool)
	})
	return g, err
}

// Group reads one group; ErrGroupNotFound when there is none of that name.
func (s *Service) Group(ctx context.Context, poolID, name string) (Group, error) {
	return s.Groups.Group(ctx, poolID, name)
}

// GroupChange is what UpdateGroup alters; nil leaves as it is.
type GroupChange struct {
	Description, RoleARN *string
	Precedence           *int
}

// UpdateGroup alters a group and answers it as it then is.
func (s *Service) UpdateGroup(ctx context.Context, poolID, name string, c GroupChange) (Group, error) {
	var g Group
	err := s.Tx.InTx(ctx, func(ctx context.Context) (err error) {
		if g, err = s.Groups.Group(ctx, poolID, name); err != nil {
			return err
		}
		if c.Description != nil {
			g.Description = *c.Description
		}
		if c.RoleARN != nil {
			g.RoleARN = *c.RoleARN
		}
		if c.Precedence != nil {
			g.Precedence = c.Precedence
		}
		g.Modified = s.now()
		return s.Groups.SaveGroup(ctx, g)
	})
	return g, err
}

// DeleteGroup deletes a group; its members stay users.
func (s *Service) DeleteGroup(ctx context.Context, poolID, name string) error {
	return s.Groups.DeleteGroup(ctx, poolID, name)
}

// ListGroups answers a page of a pool's groups in the order of names, and the token of the next one.
func (s *Service) ListGroups(ctx context.Context, poolID, token string, limit int) ([]Group, string, error) {
	return page(s, "groups/"+poolID, token, limit, func(after string, limit int) ([]Group, error) {
		return s.Groups.ListGroups(ctx, poolID, after, limit)
	}, func(g Group) string { return g.Name })
}

// AddToGroup makes a user a member; adding a member again changes nothing.
func (s *Service) AddToGroup(ctx context.Context, pool *userpool.Pool, login, group string) error {
	u, err := s.Lookup(ctx, pool, login)
	if err != nil {
		return err
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		return s.Groups.AddMember(ctx, pool.ID, group, u.Sub, s.now(), maxGroupsPerUser)
	})
}

// RemoveFromGroup ends a membership; a user who is no member stays none.
func (s *Service) RemoveFromGroup(ctx context.Context, pool *userpool.Pool, login, group string) error {
	u, err := s.Lookup(ctx, pool, login)
	if err != nil {
		return err
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Groups.Group(ctx, pool.ID, group); err != nil {
			return err
		}
		return s.Groups.RemoveMember(ctx, pool.ID, group, u.Sub)
	})
}

// GroupsOf lists all groups of a user in the order of names, for the claims of a token.
func (s *Service) GroupsOf(ctx context.Context, poolID, sub string) ([]Group, error) {
	return s.Groups.GroupsOfUser(ctx, poolID, sub, "", maxGroupsPerUser)
}

// ListGroupsOf answers a page of a user's groups, and the token of the next one.
func (s *Service) ListGroupsOf(ctx context.Context, pool *userpool.Pool, login, token string, limit int) ([]Group, string, error) {
	u, err := s.Lookup(ctx, pool, login)
	if err != nil {
		return nil, "", err
	}
	return page(s, "groups-of/"+pool.ID+"/"+u.Sub, token, limit, func(after string, limit int) ([]Group, error) {
		return s.Groups.GroupsOfUser(ctx, pool.ID, u.Sub, after, limit)
	}, func(g Group) string { return g.Name })
}

// ListMembers answers a page of a group's users in the order of subs, and the token of the next one.
func (s *Service) ListMembers(ctx context.Context, pool *userpool.Pool, group, token string, limit int) ([]*User, string, error) {
	if _, err := s.Groups.Group(ctx, pool.ID, group); err != nil {
		return nil, "", err
	}
	return page(s, "members/"+pool.ID+"/"+group, token, limit, func(after string, limit int) ([]*User, error) {
		return s.Groups.ListMembers(ctx, pool.ID, group, after, limit)
	}, func(u *User) string { return u.Sub })
}
