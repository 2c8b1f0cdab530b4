package token

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// RefreshRequest asks for new tokens against a refresh token.
type RefreshRequest struct {
	Pool   *userpool.Pool
	Client *userpool.Client // authenticated by the caller, unless Prove does
	Token  string
	Scopes []string // fewer than granted (RFC 6749 section 6); nil: all that were granted
	// Prove checks what needs the token's user first (SECRET_HASH); nil: nothing.
	Prove func(*directory.User) error
}

// Refresh answers new tokens for a refresh token of this client. A client that rotates gets a successor in
// Tokens.Refresh, kept before the answer; otherwise nothing is written. Reuse of a rotated token after its
// grace period revokes the family: ErrRefreshReused.
func (s *Service) Refresh(ctx context.Context, r RefreshRequest) (*Tokens, error) {
	now := s.now()
	hash := seal.HashHandle(r.Token)
	kept, f, err := s.refreshable(ctx, r, hash, now)
	if err != nil {
		return nil, err
	}
	user, err := s.holder(ctx, f)
	if err != nil {
		return nil, err
	}
	if r.Prove != nil {
		if err := r.Prove(user); err != nil {
			return nil, err
		}
	}
	if err := s.checkReuse(ctx, r.Client, kept, f, now); err != nil {
		return nil, err
	}
	scopes := f.Scopes
	if r.Scopes != nil {
		for _, scope := range r.Scopes {
			if !slices.Contains(f.Scopes, scope) {
				return nil, ErrScope
			}
		}
		scopes = r.Scopes
	}
	groups, err := s.People.GroupsOf(ctx, f.PoolID, f.Sub)
	if err != nil {
		return nil, fmt.Errorf("read groups: %w", err)
	}
	t, err := s.jwts(ctx, issue{
		Grant: Grant{Pool: r.Pool, Client: r.Client, User: user, Groups: groups, Scopes: scopes, AuthTime: f.AuthTime,
			Methods: f.Methods, OAuth: f.OAuth},
		family: f, now: now,
	})
	if err != nil {
		return nil, err
	}
	s.tell("refresh")
	if !r.Client.RotateRefreshTokens {
		return t, nil
	}
	t.Refresh, err = s.rotate(ctx, r.Client, kept, f, now)
	return t, err
}

// refreshable finds a live refresh token of this client.
func (s *Service) refreshable(ctx context.Context, r RefreshRequest, hash []byte, now time.Time) (Refresh, Family, error) {
	kept, f, err := s.Families.RefreshByHash(ctx, r.Pool.ID, hash)
	switch {
	case errors.Is(err, ErrNoRow):
		return kept, f, ErrRefreshInvalid
	case err != nil:
		return kept, f, fmt.Errorf("read refresh token: %w", err)
	case f.ClientID != r.Client.ID: // another client's: tell nothing, revoke nothing
		return kept, f, ErrRefreshInvalid
	case !f.Revoked.IsZero():
		return kept, f, ErrRefreshRevoked
	case !now.Before(f.Expires):
		return kept, f, ErrRefreshExpired
	}
	return kept, f, nil
}

// holder is the family's user, still enabled and not signed out since.
func (s *Service) holder(ctx context.Context, f Family) (*directory.User, error) {
	user, err := s.People.User(ctx, f.PoolID, f.Sub)
	switch {
	case gone(err):
		return nil, ErrRefreshInvalid
	case err != nil:
		return nil, err
	case signedOut(user, f):
		return nil, ErrRefreshRevoked
	case !user.Enabled:
		return nil, ErrUserDisabled
	}
	return user, nil
}

// checkReuse refuses a token that was rotated longer ago than the client's grace period, and ends its
// family: either the client or a thief holds the successor, and nobody can tell which.
func (s *Service) checkReuse(ctx context.Context, c *userpool.Client, kept Refresh, f Family, now time.Time) error {
	if kept.Rotated.IsZero() || withinGrace(c, kept, now) {
		return nil
	}
	if err := s.Families.RevokeFamily(ctx, f.PoolID, f.ID, now); err != nil {
		return fmt.Errorf("revoke reused family: %w", err)
	}
	return ErrRefreshReused
}

// withinGrace tells whether a rotated token may still be retried.
func withinGrace(c *userpool.Client, kept Refresh, now time.Time) bool {
	return c.RotationGrace > 0 && now.Sub(kept.Rotated) <= c.RotationGrace
}

func (s *Service) rotate(ctx context.Context, c *userpool.Client, kept Refresh, f Family, now time.Time) (string, error) {
	next, err := seal.NewHandle(s.Rand)
	if err != nil {
		return "", err
	}
	hash := seal.HashHandle(next)
	if kept.Rotated.IsZero() {
		won, err := s.Families.Rotate(ctx, f.PoolID, f.ID, kept.Hash, hash, now)
		if err != nil {
			return "", fmt.Errorf("rotate refresh token: %w", err)
		}
		if won {
			return next, nil
		}
		// Somebody else rotated or revoked it meanwhile: judge what is kept now.
		if kept, f, err = s.refreshable(ctx, RefreshRequest{Pool: &userpool.Pool{ID: f.PoolID}, Client: c}, kept.Hash, now); err != nil {
			return "", err
		}
		if err := s.checkReuse(ctx, c, kept, f, now); err != nil {
			return "", err
		}
	}
	if err := s.Families.AddChild(ctx, f.PoolID, f.ID, hash, now); err != nil {
		return "", fmt.Errorf("add refresh token: %w", err)
	}
	return next, nil
}

// Revoke ends the family of a refresh token of this client (RFC 7009): its refresh tokens, and its access
// tokens for everything that asks us. A token that is unknown, expired or revoked already is no error;
// anything that looks like a JWT is ErrUnsupportedType, a client without revocation ErrRevocationOff.
func (s *Service) Revoke(ctx context.Context, pool *userpool.Pool, client *userpool.Client, refresh string) error {
	if !client.TokenRevocation {
		return ErrRevocationOff
	}
	if strings.Count(refresh, ".") == 2 {
		return ErrUnsupportedType
	}
	_, f, err := s.Families.RefreshByHash(ctx, pool.ID, seal.HashHandle(refresh))
	if errors.Is(err, ErrNoRow) || err == nil && (f.ClientID != client.ID || !f.Revoked.IsZero()) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read refresh token: %w", err)
	}
	return s.Families.RevokeFamily(ctx, pool.ID, f.ID, s.now())
}

// SignOutUser revokes every token of a user, whatever bought it. The hosted session's cookie stays, as
// Cognito has it.
func (s *Service) SignOutUser(ctx context.Context, poolID, sub string) error {
	return s.People.SignOut(ctx, poolID, sub, s.now())
}

// signedOut tells whether the user's tokens were revoked after the family began.
func signedOut(u *directory.User, f Family) bool {
	return !u.SignedOut.IsZero() && !f.Created.After(u.SignedOut)
}

func join(scopes []string) string { return strings.Join(scopes, " ") }
