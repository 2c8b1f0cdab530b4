package authn_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

func (w *world) resume(c *userpool.Client, session, username string) (authn.Step, error) {
	return w.Start(context.Background(), authn.Attempt{Pool: w.pool, Client: c, Flow: "USER_AUTH", Session: session, Params: map[string]string{"USERNAME": username}})
}

// confirmedSession is what a person has who signed up and confirmed.
func confirmedSession(t *testing.T, w *world) (first, second string) {
	t.Helper()
	ctx := context.Background()
	w.people.users[annSub].Status = directory.Unconfirmed
	ann, _ := w.people.User(ctx, poolID, annSub)
	first, err := w.AfterSignUp(ctx, w.pool, w.client, ann)
	if err != nil || first == "" {
		t.Fatal(first, err)
	}
	if s, err := w.AfterConfirm(ctx, w.pool, w.client, ann, first); s != "" || err != nil {
		t.Fatal("a session before the sign-up is confirmed:", s, err)
	}
	w.people.users[annSub].Status = directory.Confirmed
	second, err = w.AfterConfirm(ctx, w.pool, w.client, ann, first)
	if err != nil || second == "" {
		t.Fatal(second, err)
	}
	return first, second
}

func TestConfirmedSignUpSignsInWithoutThePasswordAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, session := confirmedSession(t, w)
		step, err := w.resume(w.client, session, "ann")
		if out := mustDone(t, step, err); out.User.Sub != annSub || len(out.Methods) != 1 || out.Methods[0] != "otp" {
			t.Errorf("%+v", out)
		}
		step, err = w.resume(w.client, session, "ann")
		mustRefuse(t, step, err, authn.ErrSessionExpired)
		w.pool.MFA = userpool.MFAOn
		_, session = confirmedSession(t, w)
		step, err = w.resume(w.client, session, "ann")
		mustAsk(t, step, err, "MFA_SETUP")
	})
}

func TestAttackSessionOfASignUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		first, session := confirmedSession(t, w)
		step, err := w.resume(w.client, first, "ann") // of the sign-up, used
		mustRefuse(t, step, err, authn.ErrSessionExpired)
		ann, _ := w.people.User(ctx, poolID, annSub)
		unconfirmed, err := w.AfterSignUp(ctx, w.pool, w.client, ann)
		if err != nil {
			t.Fatal(err)
		}
		step, err = w.resume(w.client, unconfirmed, "ann") // of a sign-up, without the code
		mustRefuse(t, step, err, authn.ErrSession)
		step, err = w.resume(w.newClient("client2"), session, "ann")
		mustRefuse(t, step, err, authn.ErrSession)
		w.addUser("0f000000-0000-4000-8000-000000000002", "bob")
		step, err = w.resume(w.client, session, "bob")
		mustRefuse(t, step, err, authn.ErrSession)
		for _, name := range []string{"confirmed sign-up", "sign-up"} {
			step, err = w.respond(name, session, "USERNAME", "ann")
			mustRefuse(t, step, err, authn.ErrParameter)
		}
		step, err = w.respond("PASSWORD", session, "USERNAME", "ann", "PASSWORD", goodPassword)
		mustRefuse(t, step, err, authn.ErrSession)
		w.people.setPassword(w.pool, annSub, "N3w!password", false, w.now.Add(time.Second))
		step, err = w.resume(w.client, session, "ann")
		mustRefuse(t, step, err, authn.ErrSession)
		// The session of a challenge is none of a sign-up.
		step, err = w.start("USER_AUTH", "USERNAME", "ann")
		other := mustAsk(t, step, err, "SELECT_CHALLENGE").Session
		step, err = w.resume(w.client, other, "ann")
		mustRefuse(t, step, err, authn.ErrSession)
	})
}
