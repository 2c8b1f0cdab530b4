package authn_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/authn/totp"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// askedForCode signs ann in as far as her code.
func askedForCode(t testing.TB, w *world) authn.Step {
	t.Helper()
	step, err := w.password("ann", goodPassword)
	return mustAsk(t, step, err, "SOFTWARE_TOKEN_MFA")
}

func (w *world) sendCode(session, code string) (authn.Step, error) {
	return w.respond("SOFTWARE_TOKEN_MFA", session, "USERNAME", "ann", "SOFTWARE_TOKEN_MFA_CODE", code)
}

func TestSoftwareTokenIsAskedFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.enrol(annSub)
		step, err := w.password("ann", goodPassword)
		mustDone(t, step, err) // the pool's MFA is off
		w.pool.MFA = userpool.MFAOptional
		step = askedForCode(t, w)
		if step.Params["USER_ID_FOR_SRP"] != "ann" || step.Params["FRIENDLY_DEVICE_NAME"] != "phone" {
			t.Error(step.Params)
		}
		got, err := w.sendCode(step.Session, wrongCode(secret, w.now))
		mustRefuse(t, got, err, authn.ErrCodeMismatch)
		got, err = w.sendCode(step.Session, w.code(secret)) // the same session may try again
		if out := mustDone(t, got, err); !slices.Equal(out.Methods, []string{"pwd", "otp", "mfa"}) {
			t.Error(out.Methods)
		}
		got, err = w.srp("ann", goodPassword)
		mustAsk(t, got, err, "SOFTWARE_TOKEN_MFA")
	})
}

func TestAttackCodeReplayed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		code := w.code(secret)
		step, err := w.sendCode(askedForCode(t, w).Session, code)
		mustDone(t, step, err)
		step, err = w.sendCode(askedForCode(t, w).Session, code)
		mustRefuse(t, step, err, authn.ErrCodeUsed)
		earlier := totp.Code(secret, totp.Step(w.now)-1)
		step, err = w.sendCode(askedForCode(t, w).Session, earlier)
		mustRefuse(t, step, err, authn.ErrCodeUsed)
		w.pass(30 * time.Second)
		step, err = w.sendCode(askedForCode(t, w).Session, code)
		mustRefuse(t, step, err, authn.ErrCodeUsed)
	})
}

// One code sent at once in many sessions signs in one of them.
func TestAttackCodeUsedInParallel(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		sessions := make([]string, 4)
		for i := range sessions {
			sessions[i] = askedForCode(t, w).Session
		}
		code, done := w.code(secret), 0
		var mu sync.Mutex
		var wg sync.WaitGroup
		for _, s := range sessions {
			wg.Go(func() {
				step, err := w.sendCode(s, code)
				mu.Lock()
				defer mu.Unlock()
				if err == nil && step.Done != nil {
					done++
				}
			})
		}
		wg.Wait()
		if done != 1 {
			t.Fatalf("one code signed in %d times", done)
		}
	})
}

// Guessing in parallel and in new sessions is answered five times; then the user's back-off holds, also for
// the right code.
func TestAttackCodeGuessedInParallelAndInNewSessions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		bad := wrongCode(secret, w.now)
		var mu sync.Mutex
		var wg sync.WaitGroup
		heard := 0
		for range 4 {
			session := askedForCode(t, w).Session
			for range 6 {
				wg.Go(func() {
					_, err := w.sendCode(session, bad)
					mu.Lock()
					defer mu.Unlock()
					if errors.Is(err, authn.ErrCodeMismatch) {
						heard++
					}
				})
			}
		}
		wg.Wait()
		if heard != 5 {
			t.Fatalf("%d guesses were judged", heard)
		}
		step, err := w.sendCode(askedForCode(t, w).Session, w.code(secret))
		mustRefuse(t, step, err, authn.ErrCodesLocked)
		w.pass(2 * time.Second)
		step, err = w.sendCode(askedForCode(t, w).Session, w.code(secret))
		mustDone(t, step, err)
	})
}

func TestChallengeHearsFiveAnswers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		session := askedForCode(t, w).Session
		for range 5 {
			step, err := w.sendCode(session, wrongCode(secret, w.now))
			mustRefuse(t, step, err, authn.ErrCodeMismatch)
			w.pass(1500 * time.Millisecond)
		}
		step, err := w.sendCode(session, w.code(secret))
		mustRefuse(t, step, err, authn.ErrSessionExpired)
	})
}

// setUp signs ann in as far as MFA_SETUP.
func setUp(t testing.TB, w *world) authn.Step {
	t.Helper()
	w.pool.MFA = userpool.MFAOn
	step, err := w.password("ann", goodPassword)
	return mustAsk(t, step, err, "MFA_SETUP")
}

func (w *world) tokenOf(sub string) []byte {
	w.t.Helper()
	tok, err := w.Tokens.SoftwareToken(context.Background(), poolID, sub)
	if err != nil {
		w.t.Fatal(err)
	}
	secret, err := w.Keys.Open("software-token", []byte(poolID+"/"+sub), tok.Secret)
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

func TestRequiredMFAIsSetUpWithinTheSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		step := setUp(t, w)
		if step.Params["MFAS_CAN_SETUP"] != `["SOFTWARE_TOKEN_MFA"]` {
			t.Error(step.Params)
		}
		tok, err := w.AssociateTOTP(ctx, w.pool, w.client, step.Session)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.AssociateTOTP(ctx, w.pool, w.client, step.Session)
		mustRefuse(t, authn.Step{}, err, authn.ErrSessionExpired) // it rotated
		_, err = w.VerifyTOTP(ctx, w.pool, w.client, tok.Session, "abc", "")
		mustRefuse(t, authn.Step{}, err, authn.ErrTokenMismatch)
		session, err := w.VerifyTOTP(ctx, w.pool, w.client, tok.Session, codeOf(t, tok, w.now), "my phone")
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.respond("MFA_SETUP", session, "USERNAME", "ann")
		if out := mustDone(t, got, err); !slices.Equal(out.Methods, []string{"pwd", "otp", "mfa"}) || !out.User.MFA.TOTP {
			t.Errorf("%+v", out)
		}
		// The code that verified the token signs in nowhere.
		again := askedForCode(t, w)
		got, err = w.sendCode(again.Session, codeOf(t, tok, w.now))
		mustRefuse(t, got, err, authn.ErrCodeUsed)
		w.pass(30 * time.Second)
		got, err = w.sendCode(again.Session, w.code(w.tokenOf(annSub)))
		mustDone(t, got, err)
	})
}

func codeOf(t testing.TB, tok authn.Associated, now time.Time) string {
	t.Helper()
	secret, err := totpSecret(tok.Secret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return totp.Code(secret, totp.Step(now))
}

func TestAttackMFASetupWithoutVerifying(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		step := setUp(t, w)
		got, err := w.respond("MFA_SETUP", step.Session, "USERNAME", "ann")
		mustRefuse(t, got, err, authn.ErrTokenNotSetUp)
		_, err = w.VerifyTOTP(ctx, w.pool, w.client, step.Session, "123456", "")
		mustRefuse(t, authn.Step{}, err, authn.ErrTokenNotSetUp)
		tok, err := w.AssociateTOTP(ctx, w.pool, w.client, step.Session)
		if err != nil {
			t.Fatal(err)
		}
		got, err = w.respond("MFA_SETUP", tok.Session, "USERNAME", "ann")
		mustRefuse(t, got, err, authn.ErrTokenNotSetUp)
	})
}

// A second MFA_SETUP that was begun before the first finished must not replace the factor, nor pass by it.
func TestAttackMFASetupRacesASetUpUser(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		thief, owner := setUp(t, w), setUp(t, w)
		stolen, err := w.AssociateTOTP(ctx, w.pool, w.client, thief.Session)
		if err != nil {
			t.Fatal(err)
		}
		tok, err := w.AssociateTOTP(ctx, w.pool, w.client, owner.Session)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = w.VerifyTOTP(ctx, w.pool, w.client, tok.Session, codeOf(t, tok, w.now), ""); err != nil {
			t.Fatal(err)
		}
		_, err = w.VerifyTOTP(ctx, w.pool, w.client, stolen.Session, codeOf(t, stolen, w.now), "")
		mustRefuse(t, authn.Step{}, err, authn.ErrSession)
		got, err := w.respond("MFA_SETUP", stolen.Session, "USERNAME", "ann")
		mustRefuse(t, got, err, authn.ErrTokenNotSetUp)
	})
}

func TestAttackForgedChallengeOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		temporary(w)
		step, err := w.password("ann", goodPassword)
		first := mustAsk(t, step, err, "NEW_PASSWORD_REQUIRED")
		got, err := w.sendCode(first.Session, w.code(secret))
		mustRefuse(t, got, err, authn.ErrSession)
		got, err = w.respond("MFA_SETUP", first.Session, "USERNAME", "ann")
		mustRefuse(t, got, err, authn.ErrSession)
		got, err = w.respond("SELECT_CHALLENGE", first.Session, "USERNAME", "ann", "ANSWER", "PASSWORD", "PASSWORD", goodPassword)
		mustRefuse(t, got, err, authn.ErrSession)
		_, err = w.AssociateTOTP(context.Background(), w.pool, w.client, first.Session)
		mustRefuse(t, authn.Step{}, err, authn.ErrSession)

		got, err = w.respond("NEW_PASSWORD_REQUIRED", first.Session, "USERNAME", "ann", "NEW_PASSWORD", "N3w!password")
		code := mustAsk(t, got, err, "SOFTWARE_TOKEN_MFA") // the new password alone is not enough
		got, err = w.respond("NEW_PASSWORD_REQUIRED", code.Session, "USERNAME", "ann", "NEW_PASSWORD", "Ev1l!password")
		mustRefuse(t, got, err, authn.ErrSession)
		got, err = w.sendCode(code.Session, w.code(secret))
		mustDone(t, got, err)
	})
}

// A software token is set up at its own step of its own client, not at any step that has a session.
func TestAttackSetUpAtAnotherStepOrClient(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		session := setUp(t, w).Session
		_, err := w.AssociateTOTP(ctx, w.pool, w.newClient("client2"), session)
		mustRefuse(t, authn.Step{}, err, authn.ErrSession)
		temporary(w)
		step, err := w.password("ann", goodPassword)
		first := mustAsk(t, step, err, "NEW_PASSWORD_REQUIRED")
		_, err = w.AssociateTOTP(ctx, w.pool, w.client, first.Session)
		mustRefuse(t, authn.Step{}, err, authn.ErrSession)
		_, err = w.VerifyTOTP(ctx, w.pool, w.client, first.Session, "123456", "")
		mustRefuse(t, authn.Step{}, err, authn.ErrSession)
	})
}

func TestFactorOfAUserIsNeverSkipped(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.enrol(annSub)
		w.pool.MFA, w.pool.SoftwareTokenMFA = userpool.MFAOptional, false
		askedForCode(t, w)
		w.people.users[annSub].MFA = directory.MFA{}
		w.pool.MFA = userpool.MFAOn
		step, err := w.password("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrNoFactor)
	})
}

func TestPreferenceNeedsAVerifiedToken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, on := context.Background(), authn.Preferences{SoftwareToken: &authn.Preference{Enabled: true, Preferred: true}}
		ann := func() *directory.User { u, _ := w.people.User(ctx, poolID, annSub); return u }
		w.pool.MFA = userpool.MFAOptional
		mustRefuse(t, authn.Step{}, w.SetMFAPreference(ctx, w.pool, ann(), on), authn.ErrParameter)
		tok, err := w.AssociateUserTOTP(ctx, w.pool, ann())
		if err != nil {
			t.Fatal(err)
		}
		mustRefuse(t, authn.Step{}, w.SetMFAPreference(ctx, w.pool, ann(), on), authn.ErrParameter)
		mustRefuse(t, authn.Step{}, w.VerifyUserTOTP(ctx, w.pool, ann(), "nonsense", ""), authn.ErrTokenMismatch)
		if err := w.VerifyUserTOTP(ctx, w.pool, ann(), codeOf(t, tok, w.now), ""); err != nil {
			t.Fatal(err)
		}
		step, err := w.password("ann", goodPassword)
		mustDone(t, step, err) // verified, and not turned on
		if err := w.SetMFAPreference(ctx, w.pool, ann(), on); err != nil {
			t.Fatal(err)
		}
		askedForCode(t, w)
		w.pool.MFA = userpool.MFAOn
		off := authn.Preferences{SoftwareToken: &authn.Preference{}}
		mustRefuse(t, authn.Step{}, w.SetMFAPreference(ctx, w.pool, ann(), off), authn.ErrParameter)
		w.pool.MFA = userpool.MFAOptional
		if err := w.SetMFAPreference(ctx, w.pool, ann(), off); err != nil {
			t.Fatal(err)
		}
		step, err = w.password("ann", goodPassword)
		mustDone(t, step, err)
		w.pool.SoftwareTokenMFA = false
		mustRefuse(t, authn.Step{}, w.SetMFAPreference(ctx, w.pool, ann(), on), authn.ErrNoSoftwareToken)
	})
}

func TestNewTokenReplacesTheOldOneOnlyWhenVerified(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		old := w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		u, _ := w.people.User(ctx, poolID, annSub)
		tok, err := w.AssociateUserTOTP(ctx, w.pool, u)
		if err != nil {
			t.Fatal(err)
		}
		step, err := w.sendCode(askedForCode(t, w).Session, w.code(old))
		mustDone(t, step, err)
		w.pass(time.Minute)
		if err := w.VerifyUserTOTP(ctx, w.pool, u, codeOf(t, tok, w.now), ""); err != nil {
			t.Fatal(err)
		}
		w.pass(time.Minute)
		step, err = w.sendCode(askedForCode(t, w).Session, w.code(old))
		mustRefuse(t, step, err, authn.ErrCodeMismatch)
		step, err = w.sendCode(askedForCode(t, w).Session, codeOf(t, tok, w.now))
		mustDone(t, step, err)
	})
}
