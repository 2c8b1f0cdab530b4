package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/authn"
)

// Challenges keeps the steps of sign-ins that wait for an answer, and the SRP exchanges that were claimed.
type Challenges struct{ db *DB }

// NewChallenges is the challenges in db.
func NewChallenges(db *DB) *Challenges { return &Challenges{db} }

var _ authn.Challenges = (*Challenges)(nil)

// InsertChallenge implements authn.Challenges.
func (s *Challenges) InsertChallenge(ctx context.Context, c authn.Challenge) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO challenge (pool_id, hash, client_id, sub, challenge, state, tries, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)`,
		c.PoolID, c.Hash, c.ClientID, c.Sub, c.Challenge, string(c.State), c.Created.UnixMilli(), c.Expires.UnixMilli())
	if err != nil {
		return fmt.Errorf("insert challenge: %w", err)
	}
	return nil
}

// Challenge implements authn.Challenges.
func (s *Challenges) Challenge(ctx context.Context, poolID string, hash []byte, now time.Time) (*authn.Challenge, error) {
	c := authn.Challenge{PoolID: poolID, Hash: hash}
	var state string
	var created, expires int64
	err := s.db.row(ctx, `
		SELECT client_id, sub, challenge, state, created_at, expires_at
		FROM challenge
		WHERE pool_id = $1 AND hash = $2 AND expires_at > $3`,
		poolID, hash, now.UnixMilli()).Scan(&c.ClientID, &c.Sub, &c.Challenge, &state, &created, &expires)
	if err := noChallenge(err); err != nil {
		return nil, err
	}
	c.State, c.Created, c.Expires = []byte(state), time.UnixMilli(created).UTC(), time.UnixMilli(expires).UTC()
	return &c, nil
}

// CountTry implements authn.Challenges.
func (s *Challenges) CountTry(ctx context.Context, poolID string, hash []byte, limit int, now time.Time) error {
	n, err := s.db.exec(ctx, `
		UPDATE challenge
		SET tries = tries + 1
		WHERE pool_id = $1 AND hash = $2 AND tries < $3 AND expires_at > $4`,
		poolID, hash, limit, now.UnixMilli())
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return noChallenge(err)
}

// TakeChallenge implements authn.Challenges.
func (s *Challenges) TakeChallenge(ctx context.Context, poolID string, hash []byte, now time.Time) error {
	var challenge string
	return noChallenge(s.db.returning(ctx, `
		DELETE FROM challenge
		WHERE pool_id = $1 AND hash = $2 AND expires_at > $3
		RETURNING challenge`,
		poolID, hash, now.UnixMilli()).Scan(&challenge))
}

// SpendClaim implements authn.Challenges.
func (s *Challenges) SpendClaim(ctx context.Context, poolID string, id []byte, expires time.Time) error {
	n, err := s.db.exec(ctx, `
		INSERT INTO srp_claim (pool_id, id, expires_at)
		VALUES ($1, $2, $3)
		ON CONFLICT (pool_id, id) DO NOTHING`,
		poolID, id, expires.UnixMilli())
	if err != nil {
		return fmt.Errorf("spend SRP claim: %w", err)
	}
	if n == 0 {
		return authn.ErrSpent
	}
	return nil
}

// DeleteExpiredChallenges implements authn.Challenges.
func (s *Challenges) DeleteExpiredChallenges(ctx context.Context, now time.Time) error {
	if _, err := s.db.exec(ctx, `DELETE FROM challenge WHERE expires_at <= $1`, now.UnixMilli()); err != nil {
		return fmt.Errorf("delete expired challenges: %w", err)
	}
	if _, err := s.db.exec(ctx, `DELETE FROM srp_claim WHERE expires_at <= $1`, now.UnixMilli()); err != nil {
		return fmt.Errorf("delete expired SRP claims: %w", err)
	}
	return nil
}

// PurgePool removes the sign-ins under way of a pool that is being deleted: it is userpool's Purger. SRP
// exchanges that were claimed stay until they expire, so that a pool restored under its id hears none twice.
func (s *Challenges) PurgePool(ctx context.Context, poolID string) error {
	if _, err := s.db.exec(ctx, `DELETE FROM challenge WHERE pool_id = $1`, poolID); err != nil {
		return fmt.Errorf("delete challenges: %w", err)
	}
	return nil
}

func noChallenge(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotFound):
		return authn.ErrNoChallenge
	}
	return fmt.Errorf("challenge: %w", err)
}
