package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/directory"
)

// What the tests of the engine need of its inside.

func (db *DB) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	return db.exec(ctx, q, args...)
}
func (db *DB) Row(ctx context.Context, q string, args ...any) interface{ Scan(...any) error } {
	return db.row(ctx, q, args...)
}
func (db *DB) Returning(ctx context.Context, q string, args ...any) interface{ Scan(...any) error } {
	return db.returning(ctx, q, args...)
}
func (db *DB) Rows(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return db.rows(ctx, q, args...)
}
func (db *DB) Path(ctx context.Context) string { return db.path(ctx) }
func (db *DB) Waiting() int {
	db.writer.mu.Lock()
	defer db.writer.mu.Unlock()
	return len(db.writer.queue)
}

// ConflictOn tells whether err is a unique constraint's refusal and that constraint is the one named:
// by the name of its CREATE UNIQUE INDEX, or by its columns ("pool_id,username").
func ConflictOn(err error, what string) bool {
	var c *conflict
	return errors.As(err, &c) && (c.name == what || len(c.columns) > 0 && strings.Join(c.columns, ",") == strings.ReplaceAll(what, " ", ""))
}

func SealedColumns() (names []string) {
	for _, c := range sealedColumns() {
		names = append(names, c.table+"."+c.column)
	}
	return names
}

var (
	UserListQuery = userListQuery
	AuditQuery    = auditQuery
	MessageQuery  = messageQuery
	PoolSearch    = poolSearch
	EventQuery    = eventQuery
)

const (
	TextWindow  = textWindow
	EventWindow = eventWindow
)

const (
	UserByLogin    = userByLogin
	UserBySub      = userBySub
	KeepsHashes    = keepsHashes
	KeepsVerifiers = keepsVerifiers
	PurgeCodes     = purgeCodes
	CountTests     = countTests
	PurgeAttempts  = purgeAttempts
	OldEvents      = oldEvents
	OldMessages    = oldMessages
	OldRecords     = oldRecords
	ListEvents     = listEvents
	ListMembers    = listMembers
	ClientsNamed   = clientsNamed

	UserWithoutWords = userWithoutWords
	PoolWithoutWords = poolWithoutWords
	LastPassed       = lastPassed
	ListJobs         = listJobs
	JobUsers         = jobUsers
	JobUsersOf       = jobUsersOf
	ClaimJob         = claimJob
	SweepJobs        = sweepJobs
)

// Statement is a query and its arguments.
type Statement struct {
	Query string
	Args  []any
	Few   bool // sorts the few that a condition selects
}

// SearchStatements are all that a search may run, past a place and from the start, forwards and back.
func SearchStatements(q directory.Query) (out []Statement) {
	s := NewUserSearches(nil)
	add := func(few bool, q string, args []any) { out = append(out, Statement{q, args, few}) }
	conditions := append(conditionsOf(q), nil)
	for _, back := range []bool{false, true} {
		for _, part := range partsOf(q, back) {
			for _, from := range []*directory.Place{nil, {Value: "1", Sub: "s", Missing: part.missing}} {
				w := &userWalk{UserSearches: s, poolID: "pool", query: q, part: part, from: from, desc: q.Descending != back, limit: 61}
				text, args := w.windowEnd()
				add(false, text, args)
				for _, c := range conditions {
					if w.few = c; c != nil && c.index == "" {
						continue
					}
					text, args = w.page(nil)
					add(c != nil, text, args)
				}
			}
		}
	}
	for _, c := range conditions {
		if c != nil && c.index != "" {
			b := &listQuery{}
			text := b.bind(c.find("pool", s.Few))
			add(false, text, b.args)
		}
	}
	return out
}

// FillEveryTable adds rows to every table that backups hold: text equal everywhere, so that foreign keys
// hold, and one row without what may be NULL.
func (db *DB) FillEveryTable(ctx context.Context, texts ...string) error {
	return db.InTx(ctx, func(ctx context.Context) error {
		tables, err := catalog(ctx, db.tx(ctx).q, db.Engine())
		if err != nil {
			return err
		}
		for _, t := range tables {
			rows, err := db.rows(ctx, `SELECT name FROM pragma_table_info('`+t.Name+`') WHERE "notnull" = 0 AND pk = 0`)
			nullable, err := collect(scanOne[string])(rows, err)
			if err != nil {
				return err
			}
			for i, text := range texts {
				values := make([]any, len(t.Columns))
				for j, kind := range t.Types {
					if i == len(texts)-1 && slices.Contains(nullable, t.Columns[j]) {
						continue
					}
					values[j] = map[string]any{"text": text, "bigint": int64(i) - 1<<62, "boolean": i == 0, "bytea": append([]byte{0, 255}, text...)}[kind]
				}
				if _, err := db.exec(ctx, t.insert(1), values...); err != nil {
					return fmt.Errorf("%s: %w", t.Name, err)
				}
			}
		}
		return nil
	})
}
