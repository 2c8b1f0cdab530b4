package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"gatehouse/internal/audit"
)

// errEnded is answered by a transaction that is over, or that an earlier error has already decided.
var errEnded = errors.New("transaction has ended")

type txKey struct{ db *DB }

// tx is one transaction; it serves one goroutine.
type tx struct {
	db     *DB
	q      querier
	failed error // the first statement that failed: nothing may follow it
	over   bool
}

func (db *DB) tx(ctx context.Context) *tx {
	t, _ := ctx.Value(txKey{db}).(*tx)
	return t
}

// InTx runs fn in a transaction that fn's ctx carries, or in the one that ctx carries already. What fn
// wrote is there when InTx answers nil, and durable; none of it when fn answers an error. The
// transaction is as if it ran alone (serializable). fn may run more than once: it does no cryptography,
// network or mail. After a statement that failed (ErrConflict too, but not ErrNotFound) the transaction
// is lost, on both engines: return the error, or avoid it with ON CONFLICT.
func (db *DB) InTx(ctx context.Context, fn func(context.Context) error) error {
	if t := db.tx(ctx); t != nil {
		return fn(ctx)
	}
	record := audit.From(ctx) // the call's audit record commits with what the call changes
	run := func(t *tx) error {
		defer func() { t.over = true }()
		inTx := context.WithValue(ctx, txKey{db}, t)
		if err := fn(inTx); err != nil {
			return err
		}
		if t.failed != nil {
			return t.failed
		}
		if err := record.BeforeCommit(inTx); err != nil {
			return fmt.Errorf("write audit record: %w", err)
		}
		return nil
	}
	err := db.run(ctx, run)
	if err == nil {
		record.Committed()
	}
	return err
}

func (db *DB) run(ctx context.Context, run func(*tx) error) error {
	if db.writer != nil {
		return db.writer.run(ctx, func(q querier) error { return run(&tx{db: db, q: q}) })
	}
	return db.retry(ctx, func() error { return db.inPostgres(ctx, run) })
}

// alone runs one statement: in the transaction of ctx, in a turn of SQLite's writer, or bare on PostgreSQL.
func (db *DB) alone(ctx context.Context, fn func(context.Context, *tx) error) error {
	if t := db.tx(ctx); t != nil {
		return fn(ctx, t)
	}
	if audit.From(ctx) != nil {
		return db.InTx(ctx, func(ctx context.Context) error { return fn(ctx, db.tx(ctx)) })
	}
	if db.writer != nil {
		return db.writer.run(ctx, func(q querier) error { return fn(ctx, &tx{db: db, q: q}) })
	}
	return db.retry(ctx, func() error { return fn(ctx, &tx{db: db, q: db.postgres}) })
}

func (db *DB) inPostgres(ctx context.Context, run func(*tx) error) error {
	pg, err := db.postgres.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer pg.Rollback()
	if err := run(&tx{db: db, q: pg}); err != nil {
		return err
	}
	if err := pg.Commit(); err != nil {
		return fmt.Errorf("commit: %w", db.translate(err))
	}
	return nil
}

// retry runs fn again while PostgreSQL refuses it only because of what ran beside it.
func (db *DB) retry(ctx context.Context, fn func() error) error {
	const attempts = 15
	for i := 0; ; i++ {
		err := fn()
		if err == nil || i == attempts || !transient(err) {
			return err
		}
		wait := min(time.Millisecond<<i, 100*time.Millisecond)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait/2 + rand.N(wait)):
		}
	}
}

func (t *tx) usable(ctx context.Context) error {
	switch {
	case t.over:
		return errEnded
	case t.failed != nil:
		return fmt.Errorf("%w: an earlier statement failed: %w", errEnded, t.failed)
	}
	return ctx.Err()
}

// on is the context that a statement runs with. SQLite answers an interrupted write by rolling back the
// whole transaction, and others' work may be in it, so there ctx is only looked at between statements.
func (t *tx) on(ctx context.Context) context.Context { return t.db.point(ctx) }

func (t *tx) fail(err error) error {
	err = t.db.translate(err)
	if err != nil && !errors.Is(err, ErrNotFound) && t.failed == nil {
		t.failed = err
	}
	return err
}

func (t *tx) exec(ctx context.Context, q string, args ...any) (int64, error) {
	if err := t.usable(ctx); err != nil {
		return 0, err
	}
	res, err := t.q.ExecContext(t.on(ctx), q, args...)
	if err != nil {
		return 0, t.fail(err)
	}
	return res.RowsAffected()
}

func (t *tx) row(ctx context.Context, q string, args ...any) row {
	return row{func(dest ...any) error {
		if err := t.usable(ctx); err != nil {
			return err
		}
		return t.fail(t.q.QueryRowContext(t.on(ctx), q, args...).Scan(dest...))
	}}
}

func (t *tx) rows(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if err := t.usable(ctx); err != nil {
		return nil, err
	}
	rows, err := t.q.QueryContext(t.on(ctx), q, args...)
	return rows, t.fail(err)
}
