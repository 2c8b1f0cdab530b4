package authn

import (
	"context"

	"gatehouse/internal/directory"
)

// admissible refuses a person whose password was right and whose account is not, in Cognito's order.
func (s *Service) admissible(ctx context.Context, at *attempt) error {
	switch {
	case !at.user.Enabled:
		return ErrDisabled
	case at.user.Status == directory.Unconfirmed:
		return ErrNotConfirmed
	case at.user.Status == directory.ResetRequired:
		return ErrResetRequired
	case at.user.Status == directory.ForceChangePassword:
		return s.temporaryStillGood(ctx, at)
	case at.user.Status == directory.Confirmed:
		return nil
	}
	return ErrCredentials
}

// temporaryStillGood refuses a temporary password after TemporaryPasswordValidityDays.
func (s *Service) temporaryStillGood(ctx context.Context, at *attempt) error {
	c, err := s.Directory.Credential(ctx, at.pool.ID, at.user.Sub)
	if err != nil {
		return err
	}
	if s.Clock().After(c.Set.Add(at.pool.Password.TemporaryValidity())) {
		return ErrTemporaryStale
	}
	return nil
}
