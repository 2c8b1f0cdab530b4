package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/pressly/goose/v3"

	"gatehouse/internal/backup"
	"gatehouse/migrations"
)

// Restore fills an empty database from a backup of either engine: it brings the schema to where the backup's
// was, adds every row in one transaction, which commits only when the backup's checksum is right, ends what is not to
// live again in the same transaction, and then brings the schema up to date. It answers what the backup says of itself.
func (db *DB) Restore(ctx context.Context, from io.Reader, e Ending) (backup.Header, error) {
	r, err := backup.NewReader(from)
	if err != nil {
		return backup.Header{}, fmt.Errorf("restore: %w", err)
	}
	if err := db.restore(ctx, r, e); err != nil {
		return r.Header, fmt.Errorf("restore: %w", err)
	}
	return r.Header, db.Migrate(ctx)
}

func (db *DB) restore(ctx context.Context, r *backup.Reader, e Ending) error {
	pool, done, err := db.restorePool(ctx)
	if err != nil {
		return err
	}
	defer done()
	if err := db.migrateTo(ctx, pool, r.Header.Migrations); err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	tables, err := catalog(ctx, tx, db.Engine())
	if err != nil {
		return err
	}
	if err := refuseFilled(ctx, tx, tables); err != nil {
		return err
	}
	for {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			if err := e.end(ctx, tx, tables); err != nil {
				return err
			}
			return tx.Commit()
		}
		if err != nil {
			return err
		}
		// What a statement names comes from the catalogue, never from the file.
		i := slices.IndexFunc(tables, func(t *catalogTable) bool { return t.Name == head.Name })
		if i < 0 || !slices.Equal(tables[i].Columns, head.Columns) || !slices.Equal(tables[i].Types, head.Types) {
			return fmt.Errorf("%w: the schema has no such table %q", backup.ErrDamaged, head.Name)
		}
		if err := restoreTable(ctx, tx, r, tables[i]); err != nil {
			return fmt.Errorf("table %s: %w", head.Name, err)
		}
	}
}

// restorePool is where one transaction may run for as long as it takes, and is not run again.
func (db *DB) restorePool(ctx context.Context) (_ *sql.DB, done func(), err error) {
	if db.postgres != nil {
		return db.postgres, func() {}, nil
	}
	pool, err := sql.Open("sqlite", sqliteDSN(db.path(ctx), "FULL", "_txlock=immediate"))
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(1)
	return pool, func() { pool.Close() }, nil
}

// migrateTo brings a new database to exactly the migrations that a backup's schema had.
func (db *DB) migrateTo(ctx context.Context, pool *sql.DB, want []int64) error {
	dialect := goose.DialectSQLite3
	if db.postgres != nil {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, pool, migrations.FS, goose.WithAllowOutofOrder(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	state, err := p.Status(ctx)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	missing := slices.Clone(want)
	for _, s := range state {
		i := slices.Index(missing, s.Source.Version)
		if s.State == goose.StateApplied && i < 0 {
			return errors.New("the database's schema is further than the backup's: restore into a new, empty database")
		}
		if i < 0 {
			continue
		}
		missing = slices.Delete(missing, i, i+1)
		if s.State == goose.StateApplied {
			continue
		}
		if _, err := p.ApplyVersion(ctx, s.Source.Version, true); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	if len(missing) > 0 {
		return backup.ErrNewer
	}
	return nil
}

// refuseFilled answers an error when anything is in the database already.
func refuseFilled(ctx context.Context, tx *sql.Tx, tables []*catalogTable) error {
	for _, t := range tables {
		var filled bool
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+t.Name+")").Scan(&filled); err != nil {
			return err
		}
		if filled {
			return fmt.Errorf("the database is not empty (%s has rows): restore into a new one", t.Name)
		}
	}
	return nil
}

// Rows are added many a statement, within what an engine binds.
const (
	restoreRows   = 200
	restoreValues = 30000
)

func restoreTable(ctx context.Context, tx *sql.Tx, r *backup.Reader, t *catalogTable) error {
	size := min(restoreRows, restoreValues/len(t.Columns))
	insert, err := tx.PrepareContext(ctx, t.insert(size))
	if err != nil {
		return err
	}
	defer insert.Close()
	var values []any
	for {
		row, err := r.Row()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if values = append(values, row...); len(values) == size*len(t.Columns) {
			if _, err := insert.ExecContext(ctx, values...); err != nil {
				return err
			}
			values = values[:0]
		}
	}
	if len(values) == 0 {
		return nil
	}
	_, err = tx.ExecContext(ctx, t.insert(len(values)/len(t.Columns)), values...)
	return err
}
