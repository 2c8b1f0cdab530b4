// Package store keeps everything in SQL: one portable set of statements for SQLite and PostgreSQL, one
// file per domain Store. It implements the interfaces that the domain declares and knows no HTTP.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
)

// Options says which database to open.
type Options struct {
	// DSN is sqlite:PATH, sqlite::memory: or a postgres:// URL.
	DSN string
	// Log receives warnings about how the database is set up; nil drops them.
	Log *slog.Logger
	// Readers and Writers bound PostgreSQL's two pools; zero means 16 and 12. SQLite ignores them.
	Readers, Writers int
	// CacheMiB is how much SQLite's writer keeps of the file in memory; zero means its own 2. Filling large tables is
	// slow without. PostgreSQL ignores it.
	CacheMiB int
	// Throwaway opens a PostgreSQL that runs with fsync=off, which loses what it acknowledged when the
	// power goes: for tests only.
	Throwaway bool
}

// DB is an open database of either engine. Reads outside a transaction see what is committed; a write
// is acknowledged only once it is durable. It is safe for concurrent use.
type DB struct {
	read     querier // statements outside a transaction
	pools    []*sql.DB
	postgres *sql.DB // the pool of writers; nil on SQLite
	writer   *writer // nil on PostgreSQL
	dsn      string
	cleanup  func() error
	ready    atomic.Bool
	unique   uniqueNames
}

// querier is the part of *sql.DB and *sql.Tx that statements run on.
type querier interface {
	ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row
}

// Open opens the database; it does not migrate it.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	switch {
	case strings.HasPrefix(o.DSN, "postgres://"), strings.HasPrefix(o.DSN, "postgresql://"):
		return openPostgres(ctx, o)
	case strings.HasPrefix(o.DSN, "sqlite:"):
		return openSQLite(ctx, o)
	}
	return nil, errors.New("database must be sqlite:PATH, sqlite::memory: or a postgres:// URL")
}

// Engine is "sqlite" or "postgres".
func (db *DB) Engine() string {
	if db.postgres != nil {
		return "postgres"
	}
	return "sqlite"
}

// Connections is how many connections are open, and how many of them are in use.
func (db *DB) Connections() (open, used int) {
	for _, p := range db.pools {
		st := p.Stats()
		open, used = open+st.OpenConnections, used+st.InUse
	}
	return open, used
}

// Close waits for writes under way and closes every connection.
func (db *DB) Close() error {
	var errs []error
	if db.writer != nil {
		errs = append(errs, db.writer.close())
	}
	for _, p := range db.pools {
		errs = append(errs, p.Close())
	}
	if db.cleanup != nil {
		errs = append(errs, db.cleanup())
	}
	return errors.Join(errs...)
}

// row is the answer of a query for one row.
type row struct{ scan func(dest ...any) error }

// Scan reads the columns; ErrNotFound when there is no row, ErrConflict when a unique constraint refused one.
func (r row) Scan(dest ...any) error { return r.scan(dest...) }

// row runs a query for one row, in the transaction of ctx if there is one. It must not write: see returning.
func (db *DB) row(ctx context.Context, q string, args ...any) row {
	if t := db.tx(ctx); t != nil {
		return t.row(ctx, q, args...)
	}
	return row{func(dest ...any) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return db.translate(db.read.QueryRowContext(db.point(ctx), q, args...).Scan(dest...))
	}}
}

// rows runs a query for many rows, in the transaction of ctx if there is one. Read them to the end or
// close them before the next statement: a PostgreSQL connection does one thing at a time.
func (db *DB) rows(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if t := db.tx(ctx); t != nil {
		return t.rows(ctx, q, args...)
	}
	return db.read.QueryContext(ctx, q, args...)
}

// returning runs a write that answers one row, in a transaction of its own if ctx carries none.
func (db *DB) returning(ctx context.Context, q string, args ...any) row {
	return row{func(dest ...any) error {
		return db.alone(ctx, func(ctx context.Context, t *tx) error { return t.row(ctx, q, args...).Scan(dest...) })
	}}
}

// exec runs a write and tells how many rows it changed, in a transaction of its own if ctx carries none.
func (db *DB) exec(ctx context.Context, q string, args ...any) (n int64, err error) {
	err = db.alone(ctx, func(ctx context.Context, t *tx) error {
		n, err = t.exec(ctx, q, args...)
		return err
	})
	return n, err
}

// collect reads every row with scan and closes them: `return collect(scanUser)(db.rows(ctx, q, …))`.
func collect[T any](scan func(r *sql.Rows) (T, error)) func(*sql.Rows, error) ([]T, error) {
	return func(rows *sql.Rows, err error) ([]T, error) {
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		var all []T
		for rows.Next() {
			v, err := scan(rows)
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
		return all, rows.Err()
	}
}

func scanOne[T any](r *sql.Rows) (v T, err error) {
	err = r.Scan(&v)
	return v, err
}

// point is the context of a read of one row: on SQLite such a read ends sooner than it is interrupted.
func (db *DB) point(ctx context.Context) context.Context {
	if db.postgres != nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// statements prepares each text once on a connection or pool and runs it from there. Texts are few and
// fixed; past a bound they run unprepared, so that a text made at run time cannot fill the memory.
type statements struct {
	prepare func(ctx context.Context, q string) (*sql.Stmt, error)
	on      querier
	mu      sync.RWMutex
	made    map[string]*sql.Stmt
}

const maxStatements = 1000

func (s *statements) stmt(ctx context.Context, q string) *sql.Stmt {
	s.mu.RLock()
	st := s.made[q]
	full := len(s.made) >= maxStatements
	s.mu.RUnlock()
	if st != nil || full {
		return st
	}
	st, err := s.prepare(context.WithoutCancel(ctx), q)
	if err != nil {
		return nil // running it unprepared shows the same error
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.made[q]; first != nil {
		st.Close()
		return first
	}
	s.made[q] = st
	return st
}

func (s *statements) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	if st := s.stmt(ctx, q); st != nil {
		return st.ExecContext(ctx, args...)
	}
	return s.on.ExecContext(ctx, q, args...)
}

func (s *statements) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if st := s.stmt(ctx, q); st != nil {
		return st.QueryContext(ctx, args...)
	}
	return s.on.QueryContext(ctx, q, args...)
}

func (s *statements) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	if st := s.stmt(ctx, q); st != nil {
		return st.QueryRowContext(ctx, args...)
	}
	return s.on.QueryRowContext(ctx, q, args...)
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, st := range s.made {
		errs = append(errs, st.Close())
	}
	clear(s.made)
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close statements: %w", err)
	}
	return nil
}
