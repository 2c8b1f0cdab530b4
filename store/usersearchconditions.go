package store

import (
	"fmt"
	"strings"

	"gatehouse/internal/directory"
)

// condition is something that a search asks of a user: as a condition on the row u, and where an index can answer
// it alone, as a list of subs.
type condition struct {
	column string // of users, where it is a range of one
	where  string // written so that no index serves it, lest a planner takes it for a way in
	within string // the same for the column's own index, where it is a range of one
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
			where:     "(SELECT 1 FROM user_group_members m WHERE m.pool_id = u.pool_id AND m.sub = u.sub AND m.group_name = ? LIMIT 1) IS NOT NULL",
			args:      []any{q.Group},
			index:     "user_group_members i WHERE i.pool_id = ? AND i.group_name = ?",
			indexArgs: []any{q.Group},
		})
	}
	if q.Status != "" {
		add(&condition{where: "COALESCE(u.find_status, u.find_status) = ?", args: []any{[]byte(q.Status)}, index: "users i WHERE i.pool_id = ? AND i.find_status = ?", indexArgs: []any{[]byte(q.Status)}})
	}
	switch {
	case q.Enabled == nil:
	case *q.Enabled:
		add(&condition{where: "COALESCE(u.enabled, u.enabled)", index: "users i WHERE i.pool_id = ? AND i.enabled"})
	default:
		add(&condition{where: "NOT COALESCE(u.enabled, u.enabled)", index: "users i WHERE i.pool_id = ? AND NOT i.enabled"})
	}
	switch {
	case q.TOTP == nil:
	case *q.TOTP:
		add(&condition{where: "COALESCE(u.totp, u.totp)", index: "users i WHERE i.pool_id = ? AND i.totp"})
	default: // most users, mostly
		add(&condition{where: "NOT COALESCE(u.totp, u.totp)"})
	}
	if at := q.Created[0]; !at.IsZero() {
		add(rangeCondition("u.created", ">= ?", at.UnixMilli()))
	}
	if at := q.Created[1]; !at.IsZero() {
		add(rangeCondition("u.created", "< ?", at.UnixMilli()))
	}
	return out
}

func columnCondition(f directory.Filter) *condition {
	column, value, end := findColumn(f.Attribute), any([]byte(f.Value)), any(nil)
	if f.Attribute == "sub" {
		column, value, end = "u.sub", f.Value, f.Value+"~" // a sub has no character past the tilde
	} else if past := afterPrefix(f.Value); past != nil {
		end = past
	}
	switch {
	case !f.Prefix:
		return rangeCondition(column, "= ?", value)
	case end == nil:
		return rangeCondition(column, ">= ?", value)
	}
	return rangeCondition(column, ">= ? AND %s < ?", value, end)
}

// rangeCondition compares a column; %s stands for the column again.
func rangeCondition(column, is string, args ...any) *condition {
	written := func(column string) string { return column + " " + strings.ReplaceAll(is, "%s", column) }
	return &condition{
		column: column, where: written("COALESCE(" + column + ", " + column + ")"), within: written(column), args: args,
		index: "users i WHERE i.pool_id = ? AND " + written("i."+strings.TrimPrefix(column, "u.")), indexArgs: args,
	}
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
		where:     "(SELECT 1 FROM user_words w WHERE w.pool_id = u.pool_id AND w.sub = u.sub AND w.word" + is + " LIMIT 1) IS NOT NULL",
		args:      args,
		index:     "(SELECT w.pool_id, w.sub FROM user_words w WHERE w.pool_id = ? AND w.word" + is + ") i",
		indexArgs: args,
	}
}
