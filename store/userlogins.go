package store

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/directory"
)

func (s *Users) insertLogins(ctx context.Context, r *directory.Record, logins []directory.Login) error {
	for _, l := range logins {
		n, err := s.db.exec(ctx, `
			INSERT INTO user_logins (pool_id, login, attribute, sub)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT (pool_id, login) DO NOTHING`, r.User.PoolID, l.Key, l.Attribute, r.User.Sub)
		if err != nil {
			return err
		}
		if n == 0 {
			return &directory.TakenError{Attribute: l.Attribute}
		}
	}
	return nil
}

// saveLogins deletes the logins that the record has no more and inserts those that are new.
func (s *Users) saveLogins(ctx context.Context, r *directory.Record) error {
	stored, err := collect(scanOne[string])(s.db.rows(ctx, `
		SELECT login
		FROM user_logins
		WHERE pool_id = $1 AND sub = $2`, r.User.PoolID, r.User.Sub))
	if err != nil {
		return err
	}
	gone := map[string]bool{}
	for _, key := range stored {
		gone[key] = true
	}
	var fresh []directory.Login
	for _, l := range r.Logins {
		if !gone[l.Key] {
			fresh = append(fresh, l)
		}
		delete(gone, l.Key)
	}
	for key := range gone {
		_, err := s.db.exec(ctx, `
			DELETE FROM user_logins
			WHERE pool_id = $1 AND login = $2 AND sub = $3`, r.User.PoolID, key, r.User.Sub)
		if err != nil {
			return err
		}
	}
	return s.insertLogins(ctx, r, fresh)
}

// LoginOwner implements directory.UserStore.
func (s *Users) LoginOwner(ctx context.Context, poolID, login string) (sub string, err error) {
	err = s.db.row(ctx, `
		SELECT sub
		FROM user_logins
		WHERE pool_id = $1 AND login = $2`, poolID, login).Scan(&sub)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", fmt.Errorf("read login: %w", err)
	}
	return sub, nil
}
