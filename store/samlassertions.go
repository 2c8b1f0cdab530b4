package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/sts"
)

// Assertions remembers which SAML assertions were used.
type Assertions struct{ db *DB }

// NewAssertions is the assertions in db.
func NewAssertions(db *DB) *Assertions { return &Assertions{db} }

var _ sts.Assertions = (*Assertions)(nil)

// SpendAssertion implements sts.Assertions. It forgets those whose time is over.
func (s *Assertions) SpendAssertion(ctx context.Context, id []byte, until, now time.Time) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `DELETE FROM saml_assertion WHERE expires_at < $1`, now.UnixMilli()); err != nil {
			return err
		}
		_, err := s.db.exec(ctx, `INSERT INTO saml_assertion (id, expires_at) VALUES ($1, $2)`, id, until.UnixMilli())
		return err
	})
	switch {
	case errors.Is(err, ErrConflict):
		return sts.ErrReplayed
	case err != nil:
		return fmt.Errorf("spend SAML assertion: %w", err)
	}
	return nil
}
