package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pressly/goose/v3"

	"gatehouse/internal/installation"
	"gatehouse/migrations"
)

// migrationLock is the PostgreSQL advisory lock that one migrating node holds.
const migrationLock = 0x6761746568 // "gateh"

// Migrate brings the schema up to date. Several nodes may do so at once: one does the work, all answer
// when it is done. A schema newer than this binary is left alone: a migration leaves the previous binary working.
func (db *DB) Migrate(ctx context.Context) error {
	if db.postgres != nil {
		return db.migratePostgres(ctx)
	}
	return db.migrateSQLite(ctx)
}

// migratePostgres holds an advisory lock meanwhile. Through a pooler, give Migrate a direct connection.
func (db *DB) migratePostgres(ctx context.Context) error {
	conn, err := db.postgres.Conn(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return fmt.Errorf("lock migrations: %w", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(migrationLock))
	if err := up(ctx, goose.DialectPostgres, db.postgres); err != nil {
		return err
	}
	return db.compareByBytes(ctx)
}

// migrateSQLite has no lock to hold across migrations, but each is one transaction: where another process
// was faster ours fails, and what is left is tried again for as long as the schema moves on.
func (db *DB) migrateSQLite(ctx context.Context) error {
	pool, err := sql.Open("sqlite", sqliteDSN(db.path(ctx), "FULL", "_txlock=immediate"))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	for at := int64(-1); ; {
		err := patiently(ctx, func() error { return up(ctx, goose.DialectSQLite3, pool) })
		if err == nil {
			return nil
		}
		var now int64
		if scan := pool.QueryRowContext(ctx, "SELECT COUNT(*) FROM goose_db_version").Scan(&now); scan != nil || now <= at {
			return errors.Join(err, scan)
		}
		at = now
	}
}

// path is the file that the database lies in.
func (db *DB) path(ctx context.Context) (path string) {
	db.read.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path)
	return path
}

func up(ctx context.Context, dialect goose.Dialect, pool *sql.DB) error {
	p, err := goose.NewProvider(dialect, pool, migrations.FS, goose.WithAllowOutofOrder(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// compareByBytes makes our text columns compare and sort by bytes, as SQLite's do, whatever locale the
// database was created in. Pages follow keys in that order, and ours are ASCII or compared for equality.
func (db *DB) compareByBytes(ctx context.Context) error {
	var byBytes bool
	if err := db.postgres.QueryRowContext(ctx, "SELECT 'B' < 'a' AND 'a' < 'b c' AND 'a-c' < 'ab'").Scan(&byBytes); err != nil || byBytes {
		return err
	}
	rows, err := db.postgres.QueryContext(ctx, `
		SELECT format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE text COLLATE "C"', n.nspname, c.relname, a.attname)
		FROM pg_attribute a
		JOIN pg_class c ON c.oid = a.attrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_type t ON t.oid = a.atttypid
		JOIN pg_collation l ON l.oid = a.attcollation
		WHERE n.nspname = current_schema() AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
			AND t.typname = 'text' AND l.collname = 'default'
		ORDER BY c.relname, a.attnum`)
	alters, err := collect(scanOne[string])(rows, err)
	if err != nil {
		return fmt.Errorf("read collations: %w", err)
	}
	for _, q := range alters {
		if _, err := db.postgres.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("compare by bytes: %w", err)
		}
	}
	return nil
}

// Ready tells whether the database answers and its schema is as new as this binary needs.
func (db *DB) Ready(ctx context.Context) error {
	if db.ready.Load() {
		var one int
		if err := db.read.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
			return fmt.Errorf("database does not answer: %w", err)
		}
		return nil
	}
	schema, err := db.Schema(ctx)
	if err != nil {
		return err
	}
	if len(schema.Pending) > 0 {
		return fmt.Errorf("schema lacks migration %04d and %d more: run `gatehouse migrate`", schema.Pending[0], len(schema.Pending)-1)
	}
	db.ready.Store(true)
	return nil
}

// Schema implements installation.Database.
func (db *DB) Schema(ctx context.Context) (schema installation.Schema, err error) {
	applied, err := appliedMigrations(ctx, db.read)
	if err != nil {
		return schema, fmt.Errorf("schema is not there: %w", err)
	}
	if schema.Applied = len(applied); schema.Applied > 0 {
		schema.Latest = applied[len(applied)-1]
	}
	names, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		return schema, fmt.Errorf("read migrations: %w", err)
	}
	for _, name := range names {
		v, err := goose.NumericComponent(name)
		if err != nil {
			return schema, fmt.Errorf("read migrations: %w", err)
		}
		if !slices.Contains(applied, v) {
			schema.Pending = append(schema.Pending, v)
		}
	}
	return schema, nil
}
