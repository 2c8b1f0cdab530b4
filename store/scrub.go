package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Scrub implements privacy.Store: what was deleted is overwritten in the files of the database.
//
// SQLite zeroes what is deleted as it goes; what is left is its log, which is written back and cut to nothing.
//
// PostgreSQL keeps deleted rows in a table's files until they are overwritten, after a VACUUM too. So tables that
// hold people's values are rewritten (VACUUM FULL) where they are not too large, and the planner's samples of them
// made anew. What is too large, or in use for long, is vacuumed and named in the answer. The server's own log
// (pg_wal) is beyond a client's reach.
func (s *Privacy) Scrub(ctx context.Context) (residue []string, err error) {
	if s.db.postgres != nil {
		return s.scrubPostgres(ctx)
	}
	return s.scrubSQLite(ctx)
}

func (s *Privacy) scrubSQLite(ctx context.Context) ([]string, error) {
	for end := time.Now().Add(patience); ; {
		var busy int
		err := s.db.writer.alone(ctx, func(conn *sql.Conn) error {
			// A reader that is at an older state keeps the log; others' writes must not wait for it.
			if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 100"); err != nil {
				return err
			}
			defer conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = 10000")
			var log, written int
			return conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &written)
		})
		switch {
		case err != nil:
			return nil, fmt.Errorf("cut the log: %w", err)
		case busy == 0:
			return nil, nil
		case time.Now().After(end):
			return []string{"write-ahead log"}, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// personal are the tables that hold people's values.
var personal = []string{"users", "user_logins", "user_password_history", "user_group_members", "user_codes", "user_attempts", "software_token", "auth_events",
	"audit_record", "outbox_message", "sessions", "sign_in_attempts", "token_families", "refresh_tokens", "grants", "challenge", "erasure",
	"user_words", "user_jobs", "user_job_users", "user_views"}

func (s *Privacy) scrubPostgres(ctx context.Context) (residue []string, err error) {
	conn, err := s.db.postgres.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SET lock_timeout = '2s'"); err != nil {
		return nil, err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SET lock_timeout = DEFAULT")
	for _, table := range personal {
		clean, err := s.rewrite(ctx, conn, table)
		if err != nil {
			return nil, fmt.Errorf("rewrite %s: %w", table, err)
		}
		if !clean {
			residue = append(residue, table)
		}
	}
	return s.forgetSamples(ctx, conn, residue)
}

// rewrite tells whether a table's files hold no deleted row any more. A server that refuses (no room for the copy) is
// not asked again and again: the table is named.
func (s *Privacy) rewrite(ctx context.Context, conn *sql.Conn, table string) (bool, error) {
	var size int64
	if err := conn.QueryRowContext(ctx, "SELECT pg_total_relation_size($1::regclass)", table).Scan(&size); err != nil {
		return false, err
	}
	if size > s.Largest {
		_, err := conn.ExecContext(ctx, "VACUUM ANALYZE "+table)
		return false, err
	}
	for range 5 {
		_, err := conn.ExecContext(ctx, "VACUUM (FULL, ANALYZE) "+table)
		var pg *pgconn.PgError
		switch {
		case err == nil:
			return true, nil
		case !errors.As(err, &pg):
			return false, err
		case pg.Code != "55P03" && pg.Code != "40P01": // other than that somebody uses it
			return false, nil
		}
	}
	return false, nil
}

// forgetSamples rewrites the planner's samples, which were made anew with the tables: they are a table too. Only
// the database's owner may.
func (s *Privacy) forgetSamples(ctx context.Context, conn *sql.Conn, residue []string) ([]string, error) {
	var mine bool
	err := conn.QueryRowContext(ctx, "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()").Scan(&mine)
	if err != nil {
		return nil, err
	}
	if !mine || slices.Contains(residue, "users") {
		return append(residue, "pg_statistic"), nil
	}
	clean, err := s.rewrite(ctx, conn, "pg_statistic")
	if err != nil {
		return nil, fmt.Errorf("rewrite the planner's samples: %w", err)
	}
	if !clean {
		residue = append(residue, "pg_statistic")
	}
	return residue, nil
}
