package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/directory"
)

// UserSearches finds users for administrators.
type UserSearches struct {
	db *DB
	// Few is how many users a condition may select for them to be fetched and sorted.
	Few int
	// Window is how many users one call looks at where every condition selects more than Few: it then walks in the
	// order that is asked for and keeps whom the conditions select. Where they select one user in 150, a page of 60
	// is full within a window of 10,000. Where each user has to be read and looked into it is a quarter of that.
	Window int
}

// NewUserSearches finds users in db.
func NewUserSearches(db *DB) *UserSearches { return &UserSearches{db: db, Few: 3000, Window: 10_000} }

var _ directory.SearchStore = (*UserSearches)(nil)

// SearchUsers implements directory.SearchStore. Where one condition selects few users, they are fetched by that
// condition's index and sorted. Else the users are walked along the index of the order, a window at most.
func (s *UserSearches) SearchUsers(ctx context.Context, poolID string, q directory.Query, past *directory.Place, back bool, limit int) (directory.Found, error) {
	few, err := s.few(ctx, poolID, q)
	if err != nil {
		return directory.Found{}, fmt.Errorf("search users: %w", err)
	}
	var found directory.Found
	for _, part := range partsOf(q, back) {
		if past != nil && (part.missing != past.Missing) {
			if part.missing == back { // it lies behind
				continue
			}
		}
		from := past
		if past != nil && part.missing != past.Missing {
			from = nil
		}
		w := &userWalk{poolID: poolID, query: q, part: part, from: from, desc: q.Descending != back, limit: limit - len(found.Users), few: few, UserSearches: s}
		if err := s.walk(ctx, w, &found); err != nil {
			return directory.Found{}, fmt.Errorf("search users: %w", err)
		}
		if len(found.Users) == limit || found.Stopped != nil {
			break
		}
	}
	return found, nil
}

// searchPart is a run of an order that one index serves.
type searchPart struct {
	missing bool
	key     string // column; "" where only the sub orders
	where   string
}

// partsOf are the runs of the order, in the order of reading: those without a value come last, whatever the
// direction.
func partsOf(q directory.Query, back bool) []searchPart {
	switch q.Sort {
	case directory.SortEmail:
		parts := []searchPart{{key: "u.find_email", where: "u.find_email IS NOT NULL"}, {missing: true, where: "u.find_email IS NULL"}}
		if back {
			parts[0], parts[1] = parts[1], parts[0]
		}
		return parts
	case directory.SortCreated:
		return []searchPart{{key: "u.created"}}
	case directory.SortModified:
		return []searchPart{{key: "u.modified"}}
	}
	return []searchPart{{key: "u.find_username"}}
}

// userWalk is one reading of one part.
type userWalk struct {
	*UserSearches
	poolID string
	query  directory.Query
	part   searchPart
	from   *directory.Place
	desc   bool
	limit  int
	few    *condition // whose users are fetched; nil: the index of the order is walked
}

func (s *UserSearches) walk(ctx context.Context, w *userWalk, found *directory.Found) error {
	var until *directory.Place
	if w.few == nil && w.query.Narrows() {
		var err error
		if until, err = s.windowEnd(ctx, w); err != nil {
			return err
		}
	}
	q, args := w.page(until)
	rows, err := s.db.rows(ctx, q, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	n := 0
	for rows.Next() && n < w.limit {
		u, err := scanUser(rows.Scan)
		if err != nil {
			return err
		}
		if w.query.Matches(u) {
			found.Users = append(found.Users, u)
			n++
		}
	}
	if n < w.limit {
		found.Stopped = until
	}
	return rows.Err()
}

// windowEnd is the place of the last user of the window; nil when fewer are left.
func (s *UserSearches) windowEnd(ctx context.Context, w *userWalk) (*directory.Place, error) {
	q, args := w.windowEnd()
	rows, err := s.db.rows(ctx, q, args...)
	ends, err := collect(func(r *sql.Rows) (directory.Place, error) { return w.scanPlace(r) })(rows, err)
	if err != nil || len(ends) == 0 {
		return nil, err
	}
	return &ends[0], nil
}

func (w *userWalk) windowEnd() (string, []any) {
	b := w.start()
	key := "u.sub"
	if w.part.key != "" {
		key = w.part.key
	}
	return fmt.Sprintf(`
		SELECT %s, u.sub
		FROM users u
		WHERE u.pool_id = $1%s
		ORDER BY %s
		LIMIT 1 OFFSET %d`, key, b.conditions, w.order(), w.window()-1), b.args
}

func (w *userWalk) window() int {
	if w.query.Checks() {
		return max(1, w.Window/4)
	}
	return w.Window
}

func (w *userWalk) scanPlace(r *sql.Rows) (directory.Place, error) {
	p := directory.Place{Missing: w.part.missing}
	if w.part.missing {
		return p, r.Scan(&p.Sub, &p.Sub)
	}
	if w.numeric() {
		var n int64
		err := r.Scan(&n, &p.Sub)
		p.Value = strconv.FormatInt(n, 10)
		return p, err
	}
	var b []byte
	err := r.Scan(&b, &p.Sub)
	p.Value = string(b)
	return p, err
}

func (w *userWalk) numeric() bool {
	return w.query.Sort == directory.SortCreated || w.query.Sort == directory.SortModified
}

// start has the conditions that the index of the order serves: part, place, and ranges of the value sorted by.
func (w *userWalk) start() *listQuery {
	b := &listQuery{args: []any{w.poolID}}
	if w.part.where != "" {
		b.where(w.part.where)
	}
	if w.from != nil {
		w.beyond(b, *w.from, false)
	}
	for _, c := range w.conditions() {
		if c.column == w.part.key && c.column != "" {
			b.where(c.within, c.args...)
		}
	}
	return b
}

// beyond adds that users stand past a place, or up to it.
func (w *userWalk) beyond(b *listQuery, p directory.Place, upTo bool) {
	sign := ">"
	if w.desc != upTo {
		sign = "<"
	}
	if upTo {
		sign += "="
	}
	switch {
	case w.part.key == "":
		b.where("u.sub "+sign+" ?", p.Sub)
	case w.numeric():
		n, _ := strconv.ParseInt(p.Value, 10, 64) // written by us
		b.where("("+w.part.key+", u.sub) "+sign+" (?, ?)", n, p.Sub)
	default:
		b.where("("+w.part.key+", u.sub) "+sign+" (?, ?)", []byte(p.Value), p.Sub)
	}
}

func (w *userWalk) order() string {
	way := ""
	if w.desc {
		way = " DESC"
	}
	if w.part.key == "" {
		return "u.sub" + way
	}
	return w.part.key + way + ", u.sub" + way
}

// page writes the statement that reads the users.
func (w *userWalk) page(until *directory.Place) (string, []any) {
	b := w.start()
	if until != nil {
		w.beyond(b, *until, true)
	}
	for _, c := range w.conditions() {
		if c.column != w.part.key || c.column == "" {
			b.where(c.where, c.args...)
		}
	}
	limit := w.limit
	if w.query.Checks() { // whether it is there is told row by row
		limit = max(w.Few, w.Window)
	}
	from := "users u"
	if w.few != nil {
		from = "(SELECT DISTINCT sub FROM (" + b.bind(w.few.find(w.poolID, w.Few)) + ") x) c CROSS JOIN users u"
		b.where("u.sub = c.sub")
	}
	b.args = append(b.args, limit)
	return fmt.Sprintf(`
		SELECT %s
		FROM %s
		WHERE u.pool_id = $1%s
		ORDER BY %s
		LIMIT $%d`, userColumns, from, b.conditions, w.order(), len(b.args)), b.args
}

func (w *userWalk) conditions() []*condition { return conditionsOf(w.query) }

// few is the first condition that selects few users; nil when none does.
func (s *UserSearches) few(ctx context.Context, poolID string, q directory.Query) (*condition, error) {
	for _, c := range conditionsOf(q) {
		if c.index == "" {
			continue
		}
		b := &listQuery{}
		var n int
		err := s.db.row(ctx, `SELECT COUNT(*) FROM (`+b.bind(c.find(poolID, s.Few))+`) x`, b.args...).Scan(&n)
		if err != nil {
			return nil, err
		}
		if n <= s.Few {
			return c, nil
		}
	}
	return nil, nil
}

// LastPassed implements directory.SearchStore. Of a user's newest twenty events the newest that passed counts, so
// that somebody's guesses at a password make no page slow.
func (s *UserSearches) LastPassed(ctx context.Context, poolID string, subs []string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	for _, sub := range subs {
		var at int64
		err := s.db.row(ctx, lastPassed, poolID, sub).Scan(&at)
		if err != nil {
			return nil, fmt.Errorf("read last event: %w", err)
		}
		if at > 0 {
			out[sub] = fromMillis(at)
		}
	}
	return out, nil
}

const lastPassed = `
	SELECT COALESCE(MAX(CASE WHEN e.passed THEN e.at ELSE 0 END), 0)
	FROM (SELECT at, passed FROM auth_events WHERE pool_id = $1 AND sub = $2 ORDER BY id DESC LIMIT 20) e`

// bind takes a statement with ? and its arguments in, and answers it with our placeholders.
func (b *listQuery) bind(q string, args []any) string {
	for _, a := range args {
		b.args = append(b.args, a)
		q = strings.Replace(q, "?", fmt.Sprintf("$%d", len(b.args)), 1)
	}
	return q
}
