package store

import (
	"fmt"

	"gatehouse/internal/directory"
)

// condition is something that a search asks of a user: as a condition on the row u, and where an index can answer
// it alone, as a list of subs.
type condition struct {
	column string // of users, where it is a range of one
	where  string
	args   []any

	index     string // table and conditions after "pool_id = ?" of the list of subs; "" for none
	indexArgs []any
}

// find writes the list of the first so many subs, one more than few.
func (c *condition) find(poolID string, few int) (string, []any) {
	return fmt.Sprintf("SELECT i.sub FROM %s LIMIT %d", c.index, few+1), append([]any{poolID}, c.indexArgs...)
}

// conditionsOf are the conditions of a query, those first that are likely to select few.
func conditionsOf(q directory.Query) []*condition {
	var out []*condition
	add := func(c *condition) { out = append(out, c) }
	for _, f := range q.Columns {
		add(columnCondition(f))
	}
	for _, w := range q.Words {
		add(wordCondition(w))
	}
	if q.Group != "" {
		add(&condition{
			where:     "EXISTS (SELECT 1 FROM user_group_members m WHERE m.pool_id = u.pool_id AND m.sub = u.sub AND m.group_name = ?)",
			args:      []any{q.Group},
			index:     "user_group_members i WHERE i.pool_id = ? AND i.group_name = ?",
			indexArgs: []any{q.Group},
		})
	}
	if q.Status != "" {
		add(&condition{where: "u.find_status = ?", args: []any{[]byte(q.Status)}, index: "users i WHERE i.pool_id = ? AND i.find_status = ?", indexArgs: []any{[]byte(q.Status)}})
	}
	switch {
	case q.Enabled == nil:
	case *q.Enabled:
		add(&condition{where: "u.enabled", index: "users i WHERE i.pool_id = ? AND i.enabled"})
	default:
		add(&condition{where: "NOT u.enabled", index: "users i WHERE i.pool_id = ? AND NOT i.enabled"})
	}
	switch {
	case q.TOTP == nil:
	case *q.TOTP:
		add(&condition{where: "u.totp", index: "users i WHERE i.pool_id = ? AND i.totp"})
	default: // most users, mostly
		add(&condition{where: "NOT u.totp"})
	}
	if at := q.Created[0]; !at.IsZero() {
		add(&condition{column: "u.created", where: "u.created >= ?", args: []any{at.UnixMilli()}, index: "users i WHERE i.pool_id = ? AND i.created >= ?", indexArgs: []any{at.UnixMilli()}})
	}
	if at := q.Created[1]; !at.IsZero() {
		add(&condition{column: "u.created", where: "u.created < ?", args: []any{at.UnixMilli()}, index: "users i WHERE i.pool_id = ? AND i.created < ?", indexArgs: []any{at.UnixMilli()}})
	}
	return out
}

func columnCondition(f directory.Filter) *condition {
	c := &condition{column: findColumn(f.Attribute)}
	var end any
	value := any([]byte(f.Value))
	if f.Attribute == "sub" {
		c.column, value, end = "u.sub", f.Value, f.Value+"~" // a sub has no character past the tilde
	} else if past := afterPrefix(f.Value); past != nil {
		end = past
	}
	name := c.column[len("u."):]
	switch {
	case !f.Prefix:
		c.where, c.args = c.column+" = ?", []any{value}
		c.index = "users i WHERE i.pool_id = ? AND i." + name + " = ?"
	case end == nil:
		c.where, c.args = c.column+" >= ?", []any{value}
		c.index = "users i WHERE i.pool_id = ? AND i." + name + " >= ?"
	default:
		c.where, c.args = c.column+" >= ? AND "+c.column+" < ?", []any{value, end}
		c.index = "users i WHERE i.pool_id = ? AND i." + name + " >= ? AND i." + name + " < ?"
	}
	c.indexArgs = c.args
	return c
}

func wordCondition(f directory.WordFilter) *condition {
	is, args := " = ?", []any{[]byte(f.Word)}
	if f.Prefix {
		is = " >= ?"
		if end := afterPrefix(f.Word); end != nil {
			is, args = " >= ? AND w.word < ?", append(args, end)
		}
	}
	return &condition{
		where:     "EXISTS (SELECT 1 FROM user_words w WHERE w.pool_id = u.pool_id AND w.sub = u.sub AND w.word" + is + ")",
		args:      args,
		index:     "(SELECT w.pool_id, w.sub FROM user_words w WHERE w.pool_id = ? AND w.word" + is + ") i",
		indexArgs: args,
	}
}
