package authn_test

import (
	"context"
	"testing"

	"gatehouse/internal/authn"
)

func TestWaitingShowsAStepWithoutUsingItUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		secret := w.enrol(annSub)
		w.pool.MFA = "ON"
		step, err := w.password("ann", goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			again, err := w.Waiting(ctx, w.pool, w.client, step.Session)
			if err != nil || again.Challenge != "SOFTWARE_TOKEN_MFA" || again.Params["USER_ID_FOR_SRP"] != "ann" || again.Session != step.Session {
				t.Fatalf("%+v, %v", again, err)
			}
		}
		got, err := w.Waiting(ctx, w.pool, w.newClient("client2"), step.Session)
		mustRefuse(t, got, err, authn.ErrSession)
		out, err := w.respond("SOFTWARE_TOKEN_MFA", step.Session, "USERNAME", "ann", "SOFTWARE_TOKEN_MFA_CODE", w.code(secret))
		mustDone(t, out, err)
		got, err = w.Waiting(ctx, w.pool, w.client, step.Session)
		mustRefuse(t, got, err, authn.ErrSessionExpired)
	})
}

func TestPendingTOTPStaysTheSameUntilItIsVerified(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		step := setUp(t, w)
		first, err := w.PendingTOTP(ctx, w.pool, w.client, step.Session)
		if err != nil || first.Session == step.Session {
			t.Fatalf("%+v, %v", first, err)
		}
		again, err := w.PendingTOTP(ctx, w.pool, w.client, first.Session)
		if err != nil || again != first {
			t.Fatalf("the key changed, or %v", err)
		}
		_, err = w.VerifyTOTP(ctx, w.pool, w.client, first.Session, "abc", "")
		mustRefuse(t, authn.Step{}, err, authn.ErrTokenMismatch)
		if again, err = w.PendingTOTP(ctx, w.pool, w.client, first.Session); err != nil || again != first {
			t.Fatalf("after a wrong code the key changed, or %v", err)
		}
		session, err := w.VerifyTOTP(ctx, w.pool, w.client, first.Session, codeOf(t, first, w.now), "")
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.respond("MFA_SETUP", session, "USERNAME", "ann")
		mustDone(t, got, err)
	})
}
