package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"gatehouse/internal/backup"
)

// Backup writes everything as it is at one moment, while others read and write: one read transaction of
// SQLite's log, one REPEATABLE READ transaction of PostgreSQL.
func (db *DB) Backup(ctx context.Context, to io.Writer, program string, now time.Time) error {
	tx, done, err := db.snapshot(ctx)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer done()
	if err := backUp(ctx, tx, to, backup.Header{Program: program, Engine: db.Engine(), Created: now.UTC()}); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}

// snapshot begins a transaction that reads one state, on a connection of its own.
func (db *DB) snapshot(ctx context.Context) (_ *sql.Tx, done func(), err error) {
	if db.postgres != nil {
		tx, err := db.pools[0].BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
		if err != nil {
			return nil, nil, err
		}
		return tx, func() { tx.Rollback() }, nil
	}
	pool, err := sql.Open("sqlite", sqliteDSN(db.path(ctx), "FULL", "_pragma=query_only(1)"))
	if err != nil {
		return nil, nil, err
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, errors.Join(err, pool.Close())
	}
	return tx, func() { tx.Rollback(); pool.Close() }, nil
}

func backUp(ctx context.Context, tx *sql.Tx, to io.Writer, h backup.Header) error {
	var err error
	if h.Migrations, err = appliedMigrations(ctx, tx); err != nil {
		return fmt.Errorf("the database has no schema: %w", err)
	}
	tables, err := catalog(ctx, tx, h.Engine)
	if err != nil {
		return err
	}
	w, err := backup.NewWriter(to, h)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := backUpTable(ctx, tx, w, t); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return w.Close()
}

func backUpTable(ctx context.Context, tx *sql.Tx, w *backup.Writer, t *catalogTable) error {
	if err := w.Table(t.Table); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, t.selectAll())
	if err != nil {
		return err
	}
	defer rows.Close()
	values, dest := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i, kind := range t.Types {
			if n, ok := values[i].(int64); ok && kind == "boolean" { // as SQLite keeps them
				values[i] = n != 0
			}
		}
		if err := w.Row(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// appliedMigrations are the versions of the schema's migrations, ascending.
func appliedMigrations(ctx context.Context, q querier) ([]int64, error) {
	rows, err := q.QueryContext(ctx, "SELECT version_id FROM goose_db_version WHERE is_applied AND version_id > 0 ORDER BY version_id")
	return collect(scanOne[int64])(rows, err)
}
