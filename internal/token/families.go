package token

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/directory"
)

// maxFamiliesListed bounds what an administrator is shown of one user's sign-ins.
const maxFamiliesListed = 100

// SignIns lists the sign-ins of a user whose refresh tokens are still worth something, the newest first, a
// hundred at most.
func (s *Service) SignIns(ctx context.Context, u *directory.User) ([]Family, error) {
	return s.Families.FamiliesOf(ctx, u.PoolID, u.Sub, u.SignedOut, s.now(), maxFamiliesListed)
}

// EndSignIn revokes the tokens of one sign-in of a user; ErrNoRow when the user has no such sign-in.
func (s *Service) EndSignIn(ctx context.Context, u *directory.User, id string) error {
	f, err := s.Families.FamilyOf(ctx, u.PoolID, id, "")
	if err == nil && f.Sub != u.Sub {
		err = ErrNoRow
	}
	if err != nil {
		if errors.Is(err, ErrNoRow) {
			return err
		}
		return fmt.Errorf("read token family: %w", err)
	}
	return s.Families.RevokeFamily(ctx, u.PoolID, f.ID, s.now())
}
