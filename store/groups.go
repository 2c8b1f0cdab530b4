package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/directory"
)

// Groups keeps groups and their members.
type Groups struct{ db *DB }

// NewGroups is the groups in db.
func NewGroups(db *DB) *Groups { return &Groups{db} }

var _ directory.GroupStore = (*Groups)(nil)

const groupColumns = `g.pool_id, g.name, g.description, g.role_arn, g.precedence, g.created, g.modified`

// InsertGroup implements directory.GroupStore.
func (s *Groups) InsertGroup(ctx context.Context, g directory.Group, max int) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		var count int
		err := s.db.row(ctx, `
			SELECT COUNT(*)
			FROM user_groups
			WHERE pool_id = $1`, g.PoolID).Scan(&count)
		if err != nil {
			return err
		}
		if count >= max {
			return directory.ErrLimit.With("You have exceeded the number of groups of a user pool: %d.", max)
		}
		n, err := s.db.exec(ctx, `
			INSERT INTO user_groups (pool_id, name, description, role_arn, precedence, created, modified)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (pool_id, name) DO NOTHING`,
			g.PoolID, g.Name, g.Description, g.RoleARN, g.Precedence, g.Created.UnixMilli(), g.Modified.UnixMilli())
		if err == nil && n == 0 {
			return directory.ErrGroupExists
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("insert group: %w", err)
	}
	return nil
}

// SaveGroup implements directory.GroupStore.
func (s *Groups) SaveGroup(ctx context.Context, g directory.Group) error {
	n, err := s.db.exec(ctx, `
		UPDATE user_groups
		SET description = $3, role_arn = $4, precedence = $5, modified = $6
		WHERE pool_id = $1 AND name = $2`,
		g.PoolID, g.Name, g.Description, g.RoleARN, g.Precedence, g.Modified.UnixMilli())
	return oneGroup("update group", n, err)
}

// DeleteGroup implements directory.GroupStore.
func (s *Groups) DeleteGroup(ctx context.Context, poolID, name string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM user_groups
		WHERE pool_id = $1 AND name = $2`, poolID, name)
	return oneGroup("delete group", n, err)
}

func oneGroup(act string, n int64, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	if n == 0 {
		return directory.ErrGroupNotFound
	}
	return nil
}

// Group implements directory.GroupStore.
func (s *Groups) Group(ctx context.Context, poolID, name string) (directory.Group, error) {
	g, err := scanGroup(s.db.row(ctx, `
		SELECT `+groupColumns+`
		FROM user_groups g
		WHERE g.pool_id = $1 AND g.name = $2`, poolID, name).Scan)
	if errors.Is(err, ErrNotFound) {
		return g, directory.ErrGroupNotFound
	}
	if err != nil {
		return g, fmt.Errorf("read group: %w", err)
	}
	return g, nil
}

// ListGroups implements directory.GroupStore.
func (s *Groups) ListGroups(ctx context.Context, poolID, after string, limit int) ([]directory.Group, error) {
	return s.list(ctx, `
		SELECT `+groupColumns+`
		FROM user_groups g
		WHERE g.pool_id = $1 AND g.name > $2
		ORDER BY g.name
		LIMIT $3`, poolID, after, limit)
}

// GroupsOfUser implements directory.GroupStore.
func (s *Groups) GroupsOfUser(ctx context.Context, poolID, sub, after string, limit int) ([]directory.Group, error) {
	return s.list(ctx, `
		SELECT `+groupColumns+`
		FROM user_group_members m
		JOIN user_groups g ON g.pool_id = m.pool_id AND g.name = m.group_name
		WHERE m.pool_id = $1 AND m.sub = $2 AND m.group_name > $3
		ORDER BY m.group_name
		LIMIT $4`, poolID, sub, after, limit)
}

func (s *Groups) list(ctx context.Context, q string, args ...any) ([]directory.Group, error) {
	rows, err := s.db.rows(ctx, q, args...)
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	defer rows.Close()
	var out []directory.Group
	for rows.Next() {
		g, err := scanGroup(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("list groups: %w", err)
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

func scanGroup(scan func(...any) error) (g directory.Group, err error) {
	var created, modified int64
	err = scan(&g.PoolID, &g.Name, &g.Description, &g.RoleARN, &g.Precedence, &created, &modified)
	g.Created, g.Modified = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
	return g, err
}

// AddMember implements directory.GroupStore.
func (s *Groups) AddMember(ctx context.Context, poolID, name, sub string, at time.Time, max int) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Group(ctx, poolID, name); err != nil {
			return err
		}
		var groups, member int
		err := s.db.row(ctx, `
			SELECT COUNT(*), COALESCE(SUM(CASE WHEN group_name = $3 THEN 1 ELSE 0 END), 0)
			FROM user_group_members
			WHERE pool_id = $1 AND sub = $2`, poolID, sub, name).Scan(&groups, &member)
		if err != nil || member > 0 {
			return err
		}
		if groups >= max {
			return directory.ErrLimit.With("You have exceeded the number of groups of a user: %d.", max)
		}
		n, err := s.db.exec(ctx, `
			INSERT INTO user_group_members (pool_id, sub, group_name, added)
			SELECT pool_id, sub, $3, $4
			FROM users
			WHERE pool_id = $1 AND sub = $2`, poolID, sub, name, at.UnixMilli())
		if err == nil && n == 0 {
			return directory.ErrUserNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("add to group: %w", err)
	}
	return nil
}

// RemoveMember implements directory.GroupStore.
func (s *Groups) RemoveMember(ctx context.Context, poolID, name, sub string) error {
	_, err := s.db.exec(ctx, `
		DELETE FROM user_group_members
		WHERE pool_id = $1 AND sub = $2 AND group_name = $3`, poolID, sub, name)
	if err != nil {
		return fmt.Errorf("remove from group: %w", err)
	}
	return nil
}

const listMembers = `
	SELECT ` + userColumns + `
	FROM user_group_members m
	JOIN users u ON u.pool_id = m.pool_id AND u.sub = m.sub
	WHERE m.pool_id = $1 AND m.group_name = $2 AND m.sub > $3
	ORDER BY m.sub
	LIMIT $4`

// ListMembers implements directory.GroupStore.
func (s *Groups) ListMembers(ctx context.Context, poolID, name, after string, limit int) ([]*directory.User, error) {
	users, err := collect(func(r *sql.Rows) (*directory.User, error) { return scanUser(r.Scan) })(s.db.rows(ctx, listMembers, poolID, name, after, limit))
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	return users, nil
}
