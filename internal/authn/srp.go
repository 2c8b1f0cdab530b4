package authn

import (
	"context"
	"errors"
	"time"

	"gatehouse/internal/authn/srp"
	"gatehouse/internal/directory"
)

// clockSkew is how far the TIMESTAMP of a claim may be from our clock. Freshness comes from the block's
// own expiry and single use; this only tells a client whose clock is wrong.
const clockSkew = 5 * time.Minute

// srpStep is SRP_A: USER_SRP_AUTH and PASSWORD_SRP of USER_AUTH. It always leads to PASSWORD_VERIFIER.
type srpStep struct{ *Service }

func (srpStep) offer(context.Context, *attempt) (map[string]string, error) {
	return map[string]string{}, nil
}

func (srpStep) ready(in map[string]string) bool { return in["SRP_A"] != "" }

func (srpStep) check(_ context.Context, at *attempt, in map[string]string) (string, error) {
	if in["SRP_A"] == "" {
		return "", missing("SRP_A")
	}
	if _, err := srp.ParseA(in["SRP_A"]); err != nil {
		return "", ErrParameter.With("Invalid SRP_A.")
	}
	at.srpA = in["SRP_A"]
	return passwordVerifier, nil
}

// verifierStep is PASSWORD_VERIFIER: B and the sealed exchange go out, the signature comes back.
type verifierStep struct{ *Service }

func (verifierStep) ready(map[string]string) bool { return false }

func (s verifierStep) offer(ctx context.Context, at *attempt) (map[string]string, error) {
	a, err := srp.ParseA(at.srpA)
	if err != nil {
		return nil, ErrParameter.With("Invalid SRP_A.")
	}
	p, err := s.peer(ctx, at)
	if err != nil {
		return nil, err
	}
	half, err := s.Halves.Take()
	if err != nil {
		return nil, err
	}
	offer := half.Offer(p.verifier)
	u, ok := srp.Scramble(a, offer)
	if !ok {
		return nil, errors.New("SRP: u is 0")
	}
	sealed, err := s.sealBlock(at, block{
		Flow: at.Flow, Login: at.Login, Sub: p.sub, UserID: p.userID,
		A: a.FillBytes(make([]byte, 384)), B: half.Secret().FillBytes(make([]byte, 32)), U: u.FillBytes(make([]byte, 32)),
	})
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"SALT": srp.SaltHex(p.salt), "SRP_B": offer.Text(16), "SECRET_BLOCK": sealed,
		"USERNAME": p.userID, "USER_ID_FOR_SRP": p.userID,
	}, nil
}

// check judges a claim. What it costs and what it answers do not tell whether the user exists.
func (s verifierStep) check(ctx context.Context, at *attempt, in map[string]string) (string, error) {
	for _, p := range []string{"PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"} {
		if in[p] == "" {
			return "", missing(p)
		}
	}
	b, raw, err := s.openBlock(at, in["PASSWORD_CLAIM_SECRET_BLOCK"])
	if err != nil {
		return "", err
	}
	if in["USERNAME"] != b.UserID && in["USERNAME"] != b.Login {
		return "", ErrCredentials
	}
	stamp, err := srp.ParseTimestamp(in["TIMESTAMP"])
	if err != nil || stamp.Sub(s.Clock()).Abs() > clockSkew {
		return "", ErrCredentials
	}
	if err := s.userOf(ctx, at, b); err != nil {
		return "", err
	}
	err = s.Challenges.SpendClaim(ctx, at.pool.ID, b.ID, time.UnixMilli(b.Expires))
	if errors.Is(err, ErrSpent) {
		return "", ErrSessionUsed
	}
	if err != nil {
		return "", err
	}
	err = s.guarded(ctx, at, passwords, func() (bool, error) {
		p, err := s.peer(ctx, at)
		if err != nil {
			return false, err
		}
		key := srp.Key(number(b.A), number(b.B), number(b.U), p.verifier)
		ours := srp.Signature(key, at.pool.SRPName(), b.UserID, raw, in["TIMESTAMP"])
		return srp.SignatureMatches(ours, in["PASSWORD_CLAIM_SIGNATURE"]) && p.real, nil
	})
	if err != nil {
		return "", s.withoutPassword(ctx, at, err)
	}
	return "", s.passwordProved(ctx, at)
}

// userOf finds the user whom an exchange was begun for.
func (s verifierStep) userOf(ctx context.Context, at *attempt, b block) error {
	at.Login, at.Flow = b.Login, b.Flow
	user, err := s.Directory.User(ctx, at.pool.ID, b.Sub)
	switch {
	case err == nil:
		at.user = user
	case !errors.Is(err, directory.ErrUserNotFound): // nobody's sub is simulated; a user may be deleted since
		return err
	}
	return nil
}
