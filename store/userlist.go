package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/directory"
)

// ListUsers implements directory.UserStore.
func (s *Users) ListUsers(ctx context.Context, poolID string, f directory.Filter, after directory.Cursor, limit int) ([]*directory.User, error) {
	q, args := userListQuery(poolID, f, after, limit)
	if q == "" {
		return nil, nil
	}
	users, err := collect(func(r *sql.Rows) (*directory.User, error) { return scanUser(r.Scan) })(s.db.rows(ctx, q, args...))
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	return users, nil
}

// userListQuery writes the query of a filter, each served by one index in its order; "" when nobody can match.
func userListQuery(poolID string, f directory.Filter, after directory.Cursor, limit int) (string, []any) {
	b := &listQuery{args: []any{poolID}}
	order := "u.sub"
	switch {
	case f.Attribute == "":
		b.where("u.sub > ?", after.Sub)
	case f.Attribute == "sub" && f.Prefix:
		b.where("u.sub > ?", after.Sub)
		b.where("u.sub >= ?", f.Value)
		b.where("u.sub < ?", f.Value+"~") // a sub has no character past the tilde
	case f.Attribute == "sub":
		b.where("u.sub = ?", f.Value)
		b.where("u.sub > ?", after.Sub)
	case f.Attribute == "status":
		if !b.enabled(f) {
			return "", nil
		}
		b.where("u.sub > ?", after.Sub)
	default:
		column := findColumn(f.Attribute)
		if column == "" {
			return "", nil
		}
		if !f.Prefix {
			b.where(column+" = ?", []byte(f.Value))
			b.where("u.sub > ?", after.Sub)
			break
		}
		order = column + ", u.sub"
		b.where(column+" >= ?", []byte(f.Value))
		if end := afterPrefix(f.Value); end != nil {
			b.where(column+" < ?", end)
		}
		b.where("("+column+", u.sub) > (?, ?)", []byte(after.Value), after.Sub)
	}
	b.args = append(b.args, limit)
	return fmt.Sprintf(`
		SELECT %s
		FROM users u
		WHERE u.pool_id = $1%s
		ORDER BY %s
		LIMIT $%d`, userColumns, b.conditions, order, len(b.args)), b.args
}

type listQuery struct {
	conditions string
	args       []any
}

func (b *listQuery) where(condition string, args ...any) {
	for _, a := range args {
		b.args = append(b.args, a)
		condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(b.args)), 1)
	}
	b.conditions += " AND " + condition
}

// enabled adds the condition of a filter by status; false when it matches neither status.
func (b *listQuery) enabled(f directory.Filter) bool {
	matches := func(status string) bool {
		return status == f.Value || f.Prefix && strings.HasPrefix(status, f.Value)
	}
	switch on, off := matches("Enabled"), matches("Disabled"); {
	case on && !off:
		b.where("u.enabled")
	case off && !on:
		b.where("NOT u.enabled")
	case !on && !off:
		return false
	}
	return true
}

func findColumn(attribute string) string {
	switch {
	case attribute == "cognito:user_status":
		return "u.find_status"
	case slices.Contains(directory.SearchAttributes, attribute):
		return "u.find_" + attribute
	}
	return ""
}

// afterPrefix is the first value past all that begin with p; nil for none.
func afterPrefix(p string) []byte {
	end := []byte(p)
	for len(end) > 0 {
		if end[len(end)-1] < 0xff {
			end[len(end)-1]++
			return end
		}
		end = end[:len(end)-1]
	}
	return nil
}
