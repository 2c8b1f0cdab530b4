package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// openPostgres opens two pools: one that only reads, at read committed, and one for transactions, all
// serializable, so that a rule which holds on SQLite's single writer holds here too.
func openPostgres(ctx context.Context, o Options) (*DB, error) {
	read, err := postgresPool(o.DSN, or(o.Readers, 16), map[string]string{
		"default_transaction_isolation": "read committed", "default_transaction_read_only": "on"})
	if err != nil {
		return nil, err
	}
	write, err := postgresPool(o.DSN, or(o.Writers, 12), map[string]string{
		"default_transaction_isolation": "serializable", "default_transaction_read_only": "off",
		"idle_in_transaction_session_timeout": "60000"})
	if err != nil {
		return nil, errors.Join(err, read.Close())
	}
	db := &DB{read: read, postgres: write, pools: []*sql.DB{read, write}, dsn: o.DSN}
	if err := db.inspect(ctx, o); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func postgresPool(dsn string, size int, params map[string]string) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("open postgres: the URL does not parse") // the driver's error may show the password
	}
	cfg.RuntimeParams["application_name"] = "gatehouse"
	cfg.RuntimeParams["timezone"] = "UTC"
	for k, v := range params {
		cfg.RuntimeParams[k] = v
	}
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool, nil
}

// inspect refuses a server that would lose what it acknowledged.
func (db *DB) inspect(ctx context.Context, o Options) error {
	var fsync, commit, encoding string
	var version int
	err := db.postgres.QueryRowContext(ctx, `SELECT current_setting('fsync'), current_setting('synchronous_commit'),
		current_setting('server_encoding'), current_setting('server_version_num')::int`).Scan(&fsync, &commit, &encoding, &version)
	if err != nil {
		return fmt.Errorf("open postgres: %w", err)
	}
	switch {
	case version < 150000:
		return fmt.Errorf("open postgres: version %d is too old, 15 is the least", version/10000)
	case encoding != "UTF8":
		return fmt.Errorf("open postgres: the database's encoding is %s; it must be UTF8", encoding)
	case fsync == "off" && !o.Throwaway:
		return errors.New("open postgres: the server runs with fsync=off, which loses acknowledged writes when the power goes; turn it on")
	case commit == "off" && !o.Throwaway:
		o.Log.Warn("PostgreSQL runs with synchronous_commit=off: a crash loses the last acknowledged writes")
	}
	return nil
}

// transient tells an error that a transaction meets only because of others beside it.
func transient(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}
