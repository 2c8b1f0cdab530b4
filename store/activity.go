package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/directory"
)

var _ directory.ActivityStore = (*AuthEvents)(nil)

// eventWindow is how many events a page looks at for what no index finds.
const eventWindow = 5000

const eventColumns = `pool_id, sub, id, at, kind, passed, reason, ip, user_agent, client_id`

// FindEvents implements directory.ActivityStore.
func (s *AuthEvents) FindEvents(ctx context.Context, q directory.EventQuery) (page directory.EventPage, err error) {
	query, args := eventQuery(q, eventWindow+1)
	rows, err := s.db.rows(ctx, query, args...)
	if err != nil {
		return page, fmt.Errorf("find auth events: %w", err)
	}
	defer rows.Close()
	if page, err = eventPage(rows, q); err != nil {
		return page, fmt.Errorf("find auth events: %w", err)
	}
	return page, nil
}

// eventPage reads at most a page of events that match; what the window holds beyond it is for the next one.
func eventPage(rows *sql.Rows, q directory.EventQuery) (page directory.EventPage, err error) {
	last, first := "", ""
	if !q.From.IsZero() {
		first = firstID(q.From.Add(-clockSlack))
	}
	for seen := 1; rows.Next(); seen++ {
		e, err := scanEvent(rows.Scan)
		if err != nil {
			return page, err
		}
		if e.ID < first {
			return page, nil
		}
		if len(page.Events) == q.Limit || seen > eventWindow {
			page.Next = last
			return page, nil
		}
		if last = e.ID; q.Matches(e) {
			page.Events = append(page.Events, e)
		}
	}
	return page, rows.Err()
}

// eventQuery is the statement of a page, served by the index of the user, of failures, or of the pool.
func eventQuery(q directory.EventQuery, limit int) (string, []any) {
	where, args := []string{"pool_id = $1"}, []any{q.PoolID}
	add := func(cond string, arg any) {
		args = append(args, arg)
		where = append(where, cond+" $"+strconv.Itoa(len(args)))
	}
	if q.Sub != "" {
		add("sub =", q.Sub)
	} else if q.Reason != "" || q.Passed != nil && !*q.Passed {
		where = append(where, "NOT passed")
	}
	before := q.Before
	if !q.Until.IsZero() {
		if end := firstID(q.Until.Add(clockSlack)); before == "" || end < before {
			before = end
		}
	}
	if before != "" {
		add("id <", before)
	}
	return `
		SELECT ` + eventColumns + `
		FROM auth_events
		WHERE ` + strings.Join(where, " AND ") + `
		ORDER BY id DESC
		LIMIT ` + strconv.Itoa(limit), args
}

func scanEvent(scan func(...any) error) (e directory.Event, err error) {
	var at int64
	err = scan(&e.PoolID, &e.Sub, &e.ID, &at, &e.Kind, &e.Passed, &e.Reason, &e.IP, &e.UserAgent, &e.ClientID)
	e.At = time.UnixMilli(at).UTC()
	return e, err
}

// Event implements directory.ActivityStore.
func (s *AuthEvents) Event(ctx context.Context, poolID, id string) (directory.Event, error) {
	e, err := scanEvent(s.db.row(ctx, `
		SELECT `+eventColumns+`
		FROM auth_events
		WHERE pool_id = $1 AND id = $2`, poolID, id).Scan)
	if errors.Is(err, ErrNotFound) {
		return e, directory.ErrNoEvent
	}
	if err != nil {
		return e, fmt.Errorf("read auth event: %w", err)
	}
	return e, nil
}

// namesAtOnce is how many users a statement reads: one text serves every page.
const namesAtOnce = 50

// Names implements directory.ActivityStore.
func (s *AuthEvents) Names(ctx context.Context, poolID string, subs []string) (all []*directory.User, err error) {
	for some := range slices.Chunk(subs, namesAtOnce) {
		args := append(make([]any, 0, 1+namesAtOnce), poolID)
		for i := range namesAtOnce {
			args = append(args, some[min(i, len(some)-1)])
		}
		users, err := collect(func(r *sql.Rows) (*directory.User, error) { return scanUser(r.Scan) })(s.db.rows(ctx, `
			SELECT `+userColumns+`
			FROM users u
			WHERE u.pool_id = $1 AND u.sub IN (`+placeholders(2, namesAtOnce)+`)`, args...))
		if err != nil {
			return nil, fmt.Errorf("read users of events: %w", err)
		}
		all = append(all, users...)
	}
	return all, nil
}
