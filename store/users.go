package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/directory"
)

// Users keeps the users of pools with their passwords and logins.
type Users struct{ db *DB }

// NewUsers is the users in db.
func NewUsers(db *DB) *Users { return &Users{db} }

var _ directory.UserStore = (*Users)(nil)

const userColumns = `u.pool_id, u.sub, u.username, u.enabled, u.status, u.created, u.modified, u.version, u.attributes,
	u.signed_out, u.totp, u.preferred_mfa`

const recordColumns = userColumns + `, u.password_hash, u.srp_salt, u.srp_verifier, u.password_temporary, u.password_set`

// InsertUser implements directory.UserStore. No username may be another user's sub: administrators name
// users by either. Subs are random and never change, so the other way round cannot happen.
func (s *Users) InsertUser(ctx context.Context, r *directory.Record) error {
	u := r.User
	attributes, err := json.Marshal(u.Attributes)
	if err != nil {
		return fmt.Errorf("encode attributes: %w", err)
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		n, err := s.db.exec(ctx, `
			INSERT INTO users (pool_id, sub, username, enabled, status, created, modified, version, attributes,
				signed_out, totp, preferred_mfa, password_hash, srp_salt, srp_verifier, password_temporary, password_set,
				find_username, find_email, find_phone_number, find_name, find_given_name, find_family_name,
				find_preferred_username, find_status, words)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
				$18, $19, $20, $21, $22, $23, $24, $25, $26
			WHERE NOT EXISTS (SELECT 1 FROM users WHERE pool_id = $1 AND sub = lower($3))`,
			append([]any{u.PoolID, u.Sub, u.Username, u.Enabled, string(u.Status), u.Created.UnixMilli(), u.Modified.UnixMilli(),
				u.Version, string(attributes), millis(u.SignedOut), u.MFA.TOTP, u.MFA.Preferred}, finds(r)...)...)
		if err != nil {
			return err
		}
		if n == 0 {
			return &directory.TakenError{Attribute: "username"}
		}
		if err := s.insertLogins(ctx, r, r.Logins); err != nil {
			return err
		}
		return s.db.insertWords(ctx, u.PoolID, u.Sub, r.Words)
	})
	if err != nil {
		return fmt.Errorf("insert user: %w", err)
	}
	return nil
}

// finds is the password and what the user is found by, in the order of both statements that write them.
func finds(r *directory.Record) []any {
	k := r.Kept
	out := []any{nullText(k.Hash), nullBytes(k.Salt), nullBytes(k.Sealed), k.Temporary, millis(k.Set)}
	for _, a := range directory.SearchAttributes {
		if v, ok := r.Search[a]; ok {
			out = append(out, []byte(v))
		} else {
			out = append(out, []byte(nil))
		}
	}
	return append(out, []byte(r.User.Status), directory.WordsVersion)
}

// SaveUser implements directory.UserStore.
func (s *Users) SaveUser(ctx context.Context, r *directory.Record) error {
	u := r.User
	attributes, err := json.Marshal(u.Attributes)
	if err != nil {
		return fmt.Errorf("encode attributes: %w", err)
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		n, err := s.db.exec(ctx, `
			UPDATE users
			SET username = $3, enabled = $4, status = $5, modified = $6, version = version + 1, attributes = $8,
				signed_out = $9, totp = $10, preferred_mfa = $11, password_hash = $12, srp_salt = $13, srp_verifier = $14,
				password_temporary = $15, password_set = $16, find_username = $17, find_email = $18,
				find_phone_number = $19, find_name = $20, find_given_name = $21, find_family_name = $22,
				find_preferred_username = $23, find_status = $24, words = $25
			WHERE pool_id = $1 AND sub = $2 AND version = $7`,
			append([]any{u.PoolID, u.Sub, u.Username, u.Enabled, string(u.Status), u.Modified.UnixMilli(), u.Version,
				string(attributes), millis(u.SignedOut), u.MFA.TOTP, u.MFA.Preferred}, finds(r)...)...)
		if err != nil {
			return err
		}
		if n == 0 {
			return directory.ErrConcurrent
		}
		if err := s.saveLogins(ctx, r); err != nil {
			return err
		}
		return s.db.saveWords(ctx, u.PoolID, u.Sub, r.Words)
	})
	if err != nil {
		return fmt.Errorf("save user: %w", err)
	}
	u.Version++
	return nil
}

// DeleteUser implements directory.UserStore.
func (s *Users) DeleteUser(ctx context.Context, poolID, sub string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM users
		WHERE pool_id = $1 AND sub = $2`, poolID, sub)
	return oneUser("delete user", n, err)
}

func oneUser(act string, n int64, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	if n == 0 {
		return directory.ErrUserNotFound
	}
	return nil
}

const userByLogin = `
	SELECT ` + recordColumns + `
	FROM users u
	WHERE u.pool_id = $1 AND u.sub = (SELECT l.sub FROM user_logins l WHERE l.pool_id = $1 AND l.login = $2)`

const userBySub = `
	SELECT ` + recordColumns + `
	FROM users u
	WHERE u.pool_id = $1 AND u.sub = $2`

// UserByLogin implements directory.UserStore.
func (s *Users) UserByLogin(ctx context.Context, poolID, login string) (*directory.Record, error) {
	return oneRecord(s.db.row(ctx, userByLogin, poolID, login))
}

// UserBySub implements directory.UserStore.
func (s *Users) UserBySub(ctx context.Context, poolID, sub string) (*directory.Record, error) {
	return oneRecord(s.db.row(ctx, userBySub, poolID, sub))
}

// SetMFA implements directory.UserStore.
func (s *Users) SetMFA(ctx context.Context, poolID, sub string, mfa directory.MFA, at time.Time) error {
	n, err := s.db.exec(ctx, `
		UPDATE users
		SET totp = $3, preferred_mfa = $4, modified = $5, version = version + 1
		WHERE pool_id = $1 AND sub = $2`, poolID, sub, mfa.TOTP, mfa.Preferred, at.UnixMilli())
	return oneUser("set second factors", n, err)
}

// SignOut implements directory.UserStore.
func (s *Users) SignOut(ctx context.Context, poolID, sub string, at time.Time) error {
	n, err := s.db.exec(ctx, `
		UPDATE users
		SET signed_out = CASE WHEN signed_out < $3 THEN $3 ELSE signed_out END, version = version + 1
		WHERE pool_id = $1 AND sub = $2`, poolID, sub, at.UnixMilli())
	return oneUser("sign out user", n, err)
}

func oneRecord(r row) (*directory.Record, error) {
	var hash *string
	var k directory.Kept
	var set int64
	u, err := scanUser(r.Scan, &hash, &k.Salt, &k.Sealed, &k.Temporary, &set)
	if errors.Is(err, ErrNotFound) {
		return nil, directory.ErrUserNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read user: %w", err)
	}
	if hash != nil {
		k.Hash = *hash
	}
	k.Set = fromMillis(set)
	u.PasswordSet = k.Set
	return &directory.Record{User: u, Kept: k}, nil
}

// scanUser reads userColumns and what follows them.
func scanUser(scan func(...any) error, more ...any) (*directory.User, error) {
	u := &directory.User{}
	var created, modified, signedOut int64
	var attributes string
	err := scan(append([]any{&u.PoolID, &u.Sub, &u.Username, &u.Enabled, &u.Status, &created, &modified, &u.Version, &attributes,
		&signedOut, &u.MFA.TOTP, &u.MFA.Preferred}, more...)...)
	if err != nil {
		return nil, err
	}
	u.Created, u.Modified, u.SignedOut = fromMillis(created), fromMillis(modified), fromMillis(signedOut)
	if err := json.Unmarshal([]byte(attributes), &u.Attributes); err != nil {
		return nil, fmt.Errorf("decode attributes: %w", err)
	}
	if u.Attributes == nil {
		u.Attributes = map[string]string{}
	}
	return u, nil
}

// millis is a time as columns hold it, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func nullText(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func nullBytes(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}
