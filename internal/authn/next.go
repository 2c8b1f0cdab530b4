package authn

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/userpool"
)

// The challenges, as ChallengeName spells them.
const (
	selectChallenge  = "SELECT_CHALLENGE"
	password         = "PASSWORD"
	passwordSRP      = "PASSWORD_SRP"
	passwordVerifier = "PASSWORD_VERIFIER"
	newPassword      = "NEW_PASSWORD_REQUIRED"
	softwareTokenMFA = "SOFTWARE_TOKEN_MFA"
	mfaSetup         = "MFA_SETUP"
)

// step is one kind of challenge. Steps do not know each other: what a step leads to is said by name, and
// what comes when one has passed is decided by next.
type step interface {
	// offer makes the ChallengeParameters.
	offer(ctx context.Context, at *attempt) (map[string]string, error)
	// ready tells whether a request that chose the step has its answer with it.
	ready(in map[string]string) bool
	// check judges an answer and notes in the attempt what it proved. It may choose the step to follow; ""
	// leaves that to next.
	check(ctx context.Context, at *attempt, in map[string]string) (chosen string, err error)
}

// effect is a step that changes something when it passed. It runs once, after the session was taken; a
// refusal puts the session back.
type effect interface {
	apply(ctx context.Context, at *attempt, in map[string]string) error
}

// step finds a challenge's step; nil when there is none of that name.
func (s *Service) step(name string) step {
	switch name {
	case selectChallenge:
		return selectStep{s}
	case password:
		return passwordStep{s}
	case passwordSRP:
		return srpStep{s}
	case passwordVerifier:
		return verifierStep{s}
	case newPassword:
		return newPasswordStep{s}
	case softwareTokenMFA:
		return softwareTokenStep{s}
	case mfaSetup:
		return setupStep{s}
	}
	return nil
}

func (s *Service) challengeNamed(name string) (string, error) {
	if s.step(name) == nil {
		return "", ErrParameter.With("Challenge %s is not supported.", name)
	}
	return name, nil
}

// advance judges the answer to a step and goes on to what follows.
func (s *Service) advance(ctx context.Context, at *attempt, name string, in map[string]string) (Step, error) {
	for {
		st := s.step(name)
		chosen, err := st.check(ctx, at, in)
		if err != nil {
			return Step{}, err
		}
		if chosen != "" && s.step(chosen).ready(in) {
			name = chosen
			continue
		}
		if err := s.take(ctx, at); err != nil {
			return Step{}, err
		}
		if e, ok := st.(effect); ok {
			if err := e.apply(ctx, at, in); err != nil {
				return Step{}, s.putBack(ctx, at, err)
			}
		}
		if chosen != "" {
			return s.offer(ctx, at, chosen)
		}
		return s.next(ctx, at)
	}
}

// putBack gives a session back whose answer was refused for its content, so that the person may correct it.
func (s *Service) putBack(ctx context.Context, at *attempt, err error) error {
	var refusal *fault.Error
	if at.row == nil || !errors.As(err, &refusal) {
		return err
	}
	if perr := s.Challenges.InsertChallenge(ctx, *at.row); perr != nil {
		return fmt.Errorf("put challenge back: %w", errors.Join(perr, err))
	}
	return err
}

// next decides what an attempt needs now. It is the only place that says a person is signed in.
func (s *Service) next(ctx context.Context, at *attempt) (Step, error) {
	if !at.First {
		return s.offer(ctx, at, selectChallenge)
	}
	if err := s.admissible(ctx, at); err != nil {
		return Step{}, err
	}
	if at.user.Status == directory.ForceChangePassword {
		return s.offer(ctx, at, newPassword)
	}
	factor, err := secondFactor(at)
	if err != nil {
		return Step{}, err
	}
	if factor != "" && !at.Second {
		return s.offer(ctx, at, factor)
	}
	return Step{Done: &Outcome{User: at.user, AuthTime: s.Clock(), Methods: at.Methods}}, nil
}

// secondFactor is the challenge that must pass after the first factor; "" for none.
func secondFactor(at *attempt) (string, error) {
	if at.pool.MFA != userpool.MFAOn && at.pool.MFA != userpool.MFAOptional {
		return "", nil
	}
	switch {
	case at.user.MFA.TOTP: // whatever the pool allows for new users: a factor that is on is never skipped
		return softwareTokenMFA, nil
	case at.pool.MFA == userpool.MFAOptional:
		return "", nil
	case at.pool.SoftwareTokenMFA:
		return mfaSetup, nil
	}
	return "", ErrNoFactor
}

// offer puts a challenge to the person.
func (s *Service) offer(ctx context.Context, at *attempt, name string) (Step, error) {
	st := s.step(name)
	params, err := st.offer(ctx, at)
	if err != nil {
		return Step{}, err
	}
	out := Step{Challenge: name, Params: params}
	switch {
	case name == passwordVerifier: // the SECRET_BLOCK is its session
		return out, nil
	case name == selectChallenge:
		out.Available = firstFactors(at.pool)
	case at.Flow == flowUser && !at.First:
		out.Available = []string{name}
	}
	out.Session, err = s.keep(ctx, at, name)
	return out, err
}
