// Package store keeps everything in SQL: one portable set of statements for SQLite and PostgreSQL, one
// file per domain Store. It implements the interfaces that the domain declares and knows no HTTP.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the SQLite driver

	"gatehouse/internal/audit"
	"gatehouse/migrations"
)

// ErrNotFound is answered where one row was asked for and there is none.
var ErrNotFound = errors.New("no such row")

// ErrConflict is answered where a unique constraint refuses a row.
var ErrConflict = errors.New("row exists")

// Options says which database to open.
type Options struct {
	// DSN is sqlite:PATH, sqlite::memory: or a postgres:// URL.
	DSN string
}

// DB is an open database of either engine.
type DB struct {
	read, write *sql.DB
	postgres    bool
}

type txKey struct{}

// Open opens the database; it does not migrate it.
func Open(ctx context.Context, o Options) (*DB, error) {
	if strings.HasPrefix(o.DSN, "postgres://") || strings.HasPrefix(o.DSN, "postgresql://") {
		pg, err := sql.Open("pgx", o.DSN)
		if err != nil {
			return nil, fmt.Errorf("open postgres: %w", err)
		}
		return &DB{read: pg, write: pg, postgres: true}, pg.PingContext(ctx)
	}
	path := strings.TrimPrefix(o.DSN, "sqlite:")
	const pragmas = "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)"
	w, err := sql.Open("sqlite", "file:"+path+"?"+pragmas+"&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	w.SetMaxOpenConns(1)
	if path == ":memory:" {
		return &DB{read: w, write: w}, w.PingContext(ctx)
	}
	r, err := sql.Open("sqlite", "file:"+path+"?"+pragmas)
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	return &DB{read: r, write: w}, w.PingContext(ctx)
}

// Migrate brings the schema up to date.
func (db *DB) Migrate(ctx context.Context) error {
	dialect := goose.DialectSQLite3
	if db.postgres {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, db.write, migrations.FS)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Close closes every connection.
func (db *DB) Close() error { return errors.Join(db.read.Close(), db.write.Close()) }

// InTx runs fn in a transaction, joining the one that ctx carries. fn may run more than once.
func (db *DB) InTx(ctx context.Context, fn func(context.Context) error) error {
	if _, ok := ctx.Value(txKey{}).(*sql.Tx); ok {
		return fn(ctx)
	}
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	inTx := context.WithValue(ctx, txKey{}, tx)
	if err := fn(inTx); err != nil {
		return err
	}
	record := audit.From(ctx) // the call's audit record commits with what the call changes
	if err := record.BeforeCommit(inTx); err != nil {
		return fmt.Errorf("write audit record: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	record.Committed()
	return nil
}

// row is the answer of a query for one row; Scan translates no-rows and conflicts.
type row struct{ scan func(dest ...any) error }

// Scan reads the columns; ErrNotFound when there is no row, ErrConflict when a unique constraint refused one.
func (r row) Scan(dest ...any) error { return translate(r.scan(dest...)) }

func (db *DB) row(ctx context.Context, q string, args ...any) row {
	if tx, ok := ctx.Value(txKey{}).(*sql.Tx); ok {
		return row{tx.QueryRowContext(ctx, q, args...).Scan}
	}
	return row{db.read.QueryRowContext(ctx, q, args...).Scan}
}

func (db *DB) rows(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if tx, ok := ctx.Value(txKey{}).(*sql.Tx); ok {
		return tx.QueryContext(ctx, q, args...)
	}
	return db.read.QueryContext(ctx, q, args...)
}

// returning runs a write that answers one row.
func (db *DB) returning(ctx context.Context, q string, args ...any) row {
	return row{func(dest ...any) error {
		return db.InTx(ctx, func(ctx context.Context) error { return db.row(ctx, q, args...).scan(dest...) })
	}}
}

// exec runs a write and tells how many rows it changed.
func (db *DB) exec(ctx context.Context, q string, args ...any) (n int64, err error) {
	err = db.InTx(ctx, func(ctx context.Context) error {
		res, err := ctx.Value(txKey{}).(*sql.Tx).ExecContext(ctx, q, args...)
		if err != nil {
			return translate(err)
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, err
}

func translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case strings.Contains(err.Error(), "UNIQUE constraint") || strings.Contains(err.Error(), "23505"):
		return fmt.Errorf("%w: %v", ErrConflict, err)
	}
	return err
}
