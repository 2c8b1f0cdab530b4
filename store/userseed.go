package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/directory"
)

// seedParams is how many parameters a statement of many rows has at most.
const seedParams = 16_000

// InsertUsers adds many users at once and counts them, for a pool that nobody uses yet: names that are taken fail
// the transaction, whoever has them.
func (s *Users) InsertUsers(ctx context.Context, records []*directory.Record) error {
	var users, logins, words [][]any
	for _, r := range records {
		u := r.User
		attributes, err := json.Marshal(u.Attributes)
		if err != nil {
			return fmt.Errorf("encode attributes: %w", err)
		}
		users = append(users, append([]any{u.PoolID, u.Sub, u.Username, u.Enabled, string(u.Status), u.Created.UnixMilli(), u.Modified.UnixMilli(),
			u.Version, string(attributes), millis(u.SignedOut), u.MFA.TOTP, u.MFA.Preferred}, finds(r)...))
		for _, l := range r.Logins {
			logins = append(logins, []any{u.PoolID, l.Key, l.Attribute, u.Sub})
		}
		for _, w := range r.Words {
			words = append(words, []any{u.PoolID, u.Sub, []byte(w)})
		}
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		for _, t := range []struct {
			into string
			rows [][]any
		}{
			{`users (pool_id, sub, username, enabled, status, created, modified, version, attributes, signed_out, totp, preferred_mfa,
				password_hash, srp_salt, srp_verifier, password_temporary, password_set, find_username, find_email, find_phone_number,
				find_name, find_given_name, find_family_name, find_preferred_username, find_status, words)`, users},
			{"user_logins (pool_id, login, attribute, sub)", logins},
			{"user_words (pool_id, sub, word)", words},
		} {
			if err := s.db.insertMany(ctx, t.into, t.rows); err != nil {
				return err
			}
		}
		return NewUserPools(s.db).AddUsers(ctx, records[0].User.PoolID, int64(len(records)))
	})
	if err != nil {
		return fmt.Errorf("insert users: %w", err)
	}
	return nil
}

// insertMany inserts rows of equal length. SQLite gets them one by one, for it finds each parameter of a statement by
// name, one after another, and keeps a journal for each statement of several rows; PostgreSQL as many as fit.
func (db *DB) insertMany(ctx context.Context, into string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	width, many := len(rows[0]), 1
	if db.postgres != nil {
		many = seedParams / width
	}
	for chunk := range slices.Chunk(rows, many) {
		values := make([]string, len(chunk))
		args := make([]any, 0, len(chunk)*width)
		for i, row := range chunk {
			values[i] = "(" + placeholders(1+i*width, width) + ")"
			args = append(args, row...)
		}
		if _, err := db.exec(ctx, "INSERT INTO "+into+" VALUES "+strings.Join(values, ", "), args...); err != nil {
			return err
		}
	}
	return nil
}

// InsertMembers makes many users members of a group.
func (s *Groups) InsertMembers(ctx context.Context, poolID, name string, subs []string, at time.Time) error {
	rows := make([][]any, len(subs))
	for i, sub := range subs {
		rows[i] = []any{poolID, sub, name, at.UnixMilli()}
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		return s.db.insertMany(ctx, "user_group_members (pool_id, sub, group_name, added)", rows)
	})
	if err != nil {
		return fmt.Errorf("insert members: %w", err)
	}
	return nil
}
