package authn

import (
	"context"
	"fmt"

	"gatehouse/internal/authn/totp"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// Waiting is the step that a session waits for, as it was offered, so that a page can be shown again. The
// session stays as it is. Refusals are those of Respond.
func (s *Service) Waiting(ctx context.Context, pool *userpool.Pool, client *userpool.Client, session string) (Step, error) {
	at, err := s.load(ctx, pool, session)
	if err != nil {
		return Step{}, err
	}
	at.client = client
	if at.row.ClientID != client.ID {
		return Step{}, ErrSession
	}
	if err := s.fresh(ctx, at, at.Login); err != nil {
		return Step{}, err
	}
	st := s.step(at.row.Challenge)
	if st == nil {
		return Step{}, ErrSession
	}
	params, err := st.offer(ctx, at)
	if err != nil {
		return Step{}, err
	}
	return Step{Challenge: at.row.Challenge, Session: session, Params: params}, nil
}

// PendingTOTP is the software token that an MFA_SETUP session sets up: the one that waits for its first
// code, with the session as it was, or else a new one as AssociateTOTP makes it.
func (s *Service) PendingTOTP(ctx context.Context, pool *userpool.Pool, client *userpool.Client, session string) (Associated, error) {
	at, err := s.loadSetup(ctx, pool, client, session)
	if err != nil {
		return Associated{}, err
	}
	if len(at.Secret) == 0 {
		return s.AssociateTOTP(ctx, pool, client, session)
	}
	secret, err := s.Keys.Open(SoftwareTokenPurpose, tokenAAD(pool.ID, at.user.Sub), at.Secret)
	if err != nil {
		return Associated{}, fmt.Errorf("open software token: %w", err)
	}
	return Associated{
		Secret:  seal.Secret(totp.SecretCode(secret)),
		URL:     seal.Secret(totp.URL(pool.Name, accountName(at.user), secret)),
		Session: session,
	}, nil
}
