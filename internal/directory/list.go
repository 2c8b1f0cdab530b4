package directory

import (
	"context"
	"encoding/json"
	"fmt"

	"gatehouse/internal/userpool"
)

// UserQuery selects a page of a pool's users.
type UserQuery struct {
	Filter string // as ListUsers takes it
	Token  string // of the page before; "" for the first
	Limit  int    // 0 is the most, 60
}

// ListUsers answers a page of users and the token of the next one. Users are in the order of the filtered
// value and their subs, so that pages neither skip nor repeat whoever stays.
func (s *Service) ListUsers(ctx context.Context, pool *userpool.Pool, q UserQuery) ([]*User, string, error) {
	f, err := ParseFilter(pool, q.Filter)
	if err != nil {
		return nil, "", err
	}
	list := fmt.Sprintf("users/%s/%s/%t/%s", pool.ID, f.Attribute, f.Prefix, f.Value)
	return page(s, list, q.Token, q.Limit, func(after string, limit int) ([]*User, error) {
		var c Cursor
		if after != "" {
			if err := json.Unmarshal([]byte(after), &c); err != nil {
				return nil, fmt.Errorf("read page token: %w", err)
			}
		}
		return s.Users.ListUsers(ctx, pool.ID, f, c, limit)
	}, func(u *User) string {
		c, _ := json.Marshal(Cursor{f.valueOf(pool, u), u.Sub}) // two strings: it cannot fail
		return string(c)
	})
}
