package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// Ending says what a backup holds that does not live again. The zero Ending leaves everything as it was.
type Ending struct {
	At        time.Time // when sign-ins, codes, messages and access keys end; zero: they do not
	AccessKey string    // id of one that works all the same: the operator names it in the settings
}

// end ends what people, apps and administrators hold: tokens, codes, sessions and what is half way to them, mails that
// were not sent, and access keys. What was revoked, used or deleted after the backup was made would live again
// otherwise. The schema may be older than a table. Console sessions are in no backup.
func (e Ending) end(ctx context.Context, tx *sql.Tx, tables []*catalogTable) error {
	if e.At.IsZero() {
		return nil
	}
	at := e.At.UnixMilli()
	for _, s := range []struct {
		table, statement string
		args             []any
	}{
		{"token_families", `UPDATE token_families SET revoked = $1 WHERE revoked = 0`, []any{at}},
		{"grants", `DELETE FROM grants WHERE redeemed = 0`, nil},
		{"sessions", `DELETE FROM sessions`, nil},
		{"sign_in_attempts", `DELETE FROM sign_in_attempts`, nil},
		{"challenge", `DELETE FROM challenge`, nil},
		{"user_codes", `DELETE FROM user_codes`, nil},
		{"outbox_message", `
			UPDATE outbox_message
			SET sealed = NULL, done_at = COALESCE(done_at, $1), state = CASE WHEN state = 'queued' THEN 'expired' ELSE state END
			WHERE sealed IS NOT NULL`, []any{at}},
		{"iam_access_key", `UPDATE iam_access_key SET status = 'Inactive' WHERE id <> $1`, []any{e.AccessKey}},
		{"iam_user_credential", `UPDATE iam_user_credential SET status = 'Inactive' WHERE kind = 'service'`, nil},
	} {
		if !slices.ContainsFunc(tables, func(t *catalogTable) bool { return t.Name == s.table }) {
			continue
		}
		if _, err := tx.ExecContext(ctx, s.statement, s.args...); err != nil {
			return fmt.Errorf("end %s: %w", s.table, err)
		}
	}
	return nil
}

// InactiveAccessKeys is how many access keys there are that do not work.
func (db *DB) InactiveAccessKeys(ctx context.Context) (n int, err error) {
	err = db.row(ctx, `SELECT COUNT(*) FROM iam_access_key WHERE status <> 'Active'`).Scan(&n)
	return n, err
}
