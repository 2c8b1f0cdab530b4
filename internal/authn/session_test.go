package authn_test

import (
	"context"
	"encoding/base32"
	"errors"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/userpool"
)

func totpSecret(code string) ([]byte, error) {
	return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(code)
}

func TestAttackSessionReplayed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		session := askedForCode(t, w).Session
		step, err := w.sendCode(session, w.code(secret))
		mustDone(t, step, err)
		w.pass(30 * time.Second)
		step, err = w.sendCode(session, w.code(secret))
		mustRefuse(t, step, err, authn.ErrSessionExpired)
	})
}

func TestAttackSessionAnsweredInParallel(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		temporary(w)
		step, err := w.password("ann", goodPassword)
		session := mustAsk(t, step, err, "NEW_PASSWORD_REQUIRED").Session
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for range 5 {
			wg.Go(func() {
				step, err := w.respond("NEW_PASSWORD_REQUIRED", session, "USERNAME", "ann", "NEW_PASSWORD", "N3w!password")
				mu.Lock()
				defer mu.Unlock()
				if err == nil && step.Done != nil {
					done++
				}
			})
		}
		wg.Wait()
		if done != 1 {
			t.Fatalf("one session signed in %d times", done)
		}
	})
}

func TestAttackSessionOfAnotherClientPoolOrUser(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		session := askedForCode(t, w).Session
		step, err := w.respondAs(w.newClient("client2"), "SOFTWARE_TOKEN_MFA", session, "USERNAME", "ann", "SOFTWARE_TOKEN_MFA_CODE", w.code(secret))
		mustRefuse(t, step, err, authn.ErrSession)
		other := *w.pool
		other.ID = "eu-west-1_other"
		step, err = w.Respond(context.Background(), authn.Answer{Pool: &other, Client: w.client, Challenge: "SOFTWARE_TOKEN_MFA", Session: session,
			Responses: map[string]string{"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": w.code(secret)}})
		mustRefuse(t, step, err, authn.ErrSession)
		w.addUser("0f000000-0000-4000-8000-000000000002", "bob")
		step, err = w.respond("SOFTWARE_TOKEN_MFA", session, "USERNAME", "bob", "SOFTWARE_TOKEN_MFA_CODE", w.code(secret))
		mustRefuse(t, step, err, authn.ErrSession)
		_, err = w.AssociateTOTP(context.Background(), w.pool, w.newClient("client2"), session)
		mustRefuse(t, authn.Step{}, err, authn.ErrSession)
		step, err = w.respond("SOFTWARE_TOKEN_MFA", session, "USERNAME", "ann@example.com", "SOFTWARE_TOKEN_MFA_CODE", w.code(secret))
		mustDone(t, step, err)
	})
}

func TestSessionLivesAsLongAsTheClientSays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		w.client.AuthSessionValidity = 5 * time.Minute
		session := askedForCode(t, w).Session
		w.pass(5*time.Minute - time.Second)
		step, err := w.sendCode(session, wrongCode(secret, w.now))
		mustRefuse(t, step, err, authn.ErrCodeMismatch)
		w.pass(time.Second)
		step, err = w.sendCode(session, w.code(secret))
		mustRefuse(t, step, err, authn.ErrSessionExpired)
		if err := w.Sweep(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}

// What changes about the user while a sign-in is under way ends it.
func TestSignInUnderWayEndsWithItsGrounds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		session := askedForCode(t, w).Session
		w.people.users[annSub].Enabled = false
		step, err := w.sendCode(session, w.code(secret))
		mustRefuse(t, step, err, authn.ErrDisabled)
		w.people.users[annSub].Enabled = true
		w.people.setPassword(w.pool, annSub, "N3w!password", false, w.now.Add(time.Second))
		step, err = w.sendCode(session, w.code(secret))
		mustRefuse(t, step, err, authn.ErrSession)
		delete(w.people.users, annSub)
		step, err = w.sendCode(session, w.code(secret))
		mustRefuse(t, step, err, authn.ErrSession)
	})
}

func TestSessionTellsNothingAndIsKeptAsHash(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.enrol(annSub)
		w.pool.MFA = userpool.MFAOn
		session := askedForCode(t, w).Session
		if len(session) < 20 || len(session) > 2048 || authn.PoolOfSession(session) != poolID {
			t.Error(session)
		}
		_, err := w.Challenges.Challenge(context.Background(), poolID, []byte(session), w.now)
		if !errors.Is(err, authn.ErrNoChallenge) {
			t.Error("the row is found by the session itself")
		}
	})
}
