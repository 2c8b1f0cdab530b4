package store

import (
	"context"
	"errors"
	"fmt"
)

// Installation keeps facts that are made once for the life of an installation, such as its account id.
type Installation struct{ db *DB }

// NewInstallation is the facts in db.
func NewInstallation(db *DB) *Installation { return &Installation{db} }

// Value is a fact by name, or ErrNotFound.
func (s *Installation) Value(ctx context.Context, name string) (value string, err error) {
	err = s.db.row(ctx, `SELECT value FROM installation WHERE name = $1`, name).Scan(&value)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return value, nil
}

// SetOnce keeps a fact unless there is one already, and answers the one that is kept. Of nodes that start
// together one wins and all agree.
func (s *Installation) SetOnce(ctx context.Context, name, value string) (kept string, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if kept, err = s.Value(ctx, name); !errors.Is(err, ErrNotFound) {
			return err
		}
		_, err = s.db.exec(ctx, `INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, value)
		if err == nil {
			kept, err = s.Value(ctx, name)
		}
		return err
	})
	return kept, err
}
