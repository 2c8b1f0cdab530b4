package authn_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/userpool"
)

func TestPasswordSignsIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, flow := range []string{"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH"} {
			step, err := w.start(flow, "USERNAME", "ann@example.com", "PASSWORD", goodPassword)
			out := mustDone(t, step, err)
			if out.User.Sub != annSub || !slices.Equal(out.Methods, []string{"pwd"}) || !out.AuthTime.Equal(w.now) {
				t.Errorf("%s: %+v", flow, out)
			}
		}
		if len(w.events.list) != 2 || !w.events.list[0].Passed {
			t.Errorf("events %+v", w.events.list)
		}
		step, err := w.password("ann", "wrong")
		mustRefuse(t, step, err, authn.ErrCredentials)
		if e := w.events.list[2]; e.Passed || e.Reason != "NotAuthorizedException" || e.Sub != annSub {
			t.Errorf("event %+v", e)
		}
	})
}

func TestFlowsAreRefusedUnlessAllowed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.client.AuthFlows = []string{"ALLOW_CUSTOM_AUTH"}
		for _, flow := range []string{"USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "USER_SRP_AUTH", "USER_AUTH"} {
			step, err := w.start(flow, "USERNAME", "ann", "PASSWORD", goodPassword, "SRP_A", "ff")
			mustRefuse(t, step, err, authn.ErrFlowNotAllowed)
		}
		step, err := w.Start(context.Background(), authn.Attempt{Pool: w.pool, Client: w.newClient("c"), Flow: "ADMIN_USER_PASSWORD_AUTH",
			Params: map[string]string{"USERNAME": "ann", "PASSWORD": goodPassword}})
		mustRefuse(t, step, err, authn.ErrFlow)
		step, err = w.start("NONSENSE", "USERNAME", "ann")
		mustRefuse(t, step, err, authn.ErrFlow)
	})
}

func TestMissingParametersAreNamed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct{ flow, given, missing string }{
			{"USER_PASSWORD_AUTH", "PASSWORD", "USERNAME"}, {"USER_PASSWORD_AUTH", "USERNAME", "PASSWORD"},
			{"USER_SRP_AUTH", "USERNAME", "SRP_A"}, {"USER_AUTH", "SRP_A", "USERNAME"},
		} {
			_, err := w.start(c.flow, c.given, "ann")
			var f *fault.Error
			if !errors.As(err, &f) || f.Message != "Missing required parameter "+c.missing {
				t.Errorf("%+v: %v", c, err)
			}
		}
	})
}

func TestOverlongUsernameIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		step, err := w.start("USER_SRP_AUTH", "USERNAME", strings.Repeat("x", 2049), "SRP_A", "ff")
		mustRefuse(t, step, err, authn.ErrParameter)
	})
}

func TestStatusIsToldOnlyAfterTheRightPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			change func(*directory.User)
			want   error
		}{
			{func(u *directory.User) { u.Enabled = false }, authn.ErrDisabled},
			{func(u *directory.User) { u.Status = directory.Unconfirmed }, authn.ErrNotConfirmed},
			{func(u *directory.User) { u.Status = directory.ResetRequired }, authn.ErrResetRequired},
			{func(u *directory.User) { u.Status = directory.ExternalProvider }, authn.ErrCredentials},
		} {
			w.addUser(annSub, "ann")
			c.change(w.people.users[annSub])
			step, err := w.password("ann", "wrong")
			mustRefuse(t, step, err, authn.ErrCredentials)
			step, err = w.srp("ann", "wrong")
			mustRefuse(t, step, err, authn.ErrCredentials)
			step, err = w.password("ann", goodPassword)
			mustRefuse(t, step, err, c.want)
			step, err = w.srp("ann", goodPassword)
			mustRefuse(t, step, err, c.want)
		}
	})
}

// An imported user has no password yet: only a client that tells who exists says that one must be chosen.
func TestImportedUserIsToldToResetOnlyInLegacyMode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.people.users[annSub].Status = directory.ResetRequired
		delete(w.people.credentials, annSub)
		step, err := w.password("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrCredentials)
		w.client.PreventUserExistenceErrors = false
		step, err = w.password("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrResetRequired)
		step, err = w.srp("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrResetRequired)
	})
}

func temporary(w *world) {
	w.people.users[annSub].Status = directory.ForceChangePassword
	w.people.setPassword(w.pool, annSub, goodPassword, true, w.now)
}

func TestTemporaryPasswordMustBeChanged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		temporary(w)
		w.pool.Schema = []userpool.Attribute{{Name: "sub", Required: true}, {Name: "email", Required: true}, {Name: "name", Required: true}}
		step, err := w.password("ann", goodPassword)
		step = mustAsk(t, step, err, "NEW_PASSWORD_REQUIRED")
		want := map[string]string{"USER_ID_FOR_SRP": "ann", "userAttributes": `{"email":"ann@example.com"}`, "requiredAttributes": `["userAttributes.name"]`}
		for k, v := range want {
			if step.Params[k] != v {
				t.Errorf("%s: %s", k, step.Params[k])
			}
		}
		got, err := w.respond("NEW_PASSWORD_REQUIRED", step.Session, "USERNAME", "ann", "NEW_PASSWORD", "N3w!password")
		mustRefuse(t, got, err, authn.ErrParameter) // name is missing
		got, err = w.respond("NEW_PASSWORD_REQUIRED", step.Session, "USERNAME", "ann", "NEW_PASSWORD", "N3w!password",
			"userAttributes.name", "Ann", "userAttributes.email", "evil@example.com")
		mustRefuse(t, got, err, authn.ErrParameter) // email has a value
		got, err = w.respond("NEW_PASSWORD_REQUIRED", step.Session, "USERNAME", "ann", "NEW_PASSWORD", "N3w!password", "userAttributes.name", "Ann")
		mustDone(t, got, err)
		got, err = w.password("ann", goodPassword)
		mustRefuse(t, got, err, authn.ErrCredentials)
		got, err = w.srp("ann", "N3w!password")
		mustDone(t, got, err)
	})
}

func TestRefusedNewPasswordKeepsTheSession(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		temporary(w)
		step, err := w.password("ann", goodPassword)
		step = mustAsk(t, step, err, "NEW_PASSWORD_REQUIRED")
		w.people.refuse = fault.New("InvalidPasswordException", "Password does not conform to policy: Password not long enough")
		got, err := w.respond("NEW_PASSWORD_REQUIRED", step.Session, "USERNAME", "ann", "NEW_PASSWORD", "x")
		mustRefuse(t, got, err, w.people.refuse)
		w.people.refuse = nil
		got, err = w.respond("NEW_PASSWORD_REQUIRED", step.Session, "USERNAME", "ann", "NEW_PASSWORD", "N3w!password")
		mustDone(t, got, err)
		got, err = w.respond("NEW_PASSWORD_REQUIRED", step.Session, "USERNAME", "ann", "NEW_PASSWORD", "An0ther!password")
		mustRefuse(t, got, err, authn.ErrSessionExpired)
	})
}

func TestTemporaryPasswordExpires(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		temporary(w)
		w.pass(7*24*time.Hour + time.Second)
		step, err := w.password("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrTemporaryStale)
		w.pool.Password.TemporaryValidityDays = 8
		step, err = w.password("ann", goodPassword)
		mustAsk(t, step, err, "NEW_PASSWORD_REQUIRED")
	})
}

func TestUserAuthChoosesAPasswordFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		step, err := w.start("USER_AUTH", "USERNAME", "ann")
		step = mustAsk(t, step, err, "SELECT_CHALLENGE")
		if !slices.Equal(step.Available, []string{"PASSWORD_SRP", "PASSWORD"}) {
			t.Error(step.Available)
		}
		got, err := w.respond("SELECT_CHALLENGE", step.Session, "USERNAME", "ann", "ANSWER", "SMS_OTP")
		mustRefuse(t, got, err, authn.ErrParameter)
		got, err = w.respond("SELECT_CHALLENGE", step.Session, "USERNAME", "ann", "ANSWER", "PASSWORD")
		got = mustAsk(t, got, err, "PASSWORD")
		bad, err := w.respond("PASSWORD", got.Session, "USERNAME", "ann", "PASSWORD", "wrong")
		mustRefuse(t, bad, err, authn.ErrCredentials)
		got, err = w.respond("PASSWORD", got.Session, "USERNAME", "ann", "PASSWORD", goodPassword)
		mustDone(t, got, err)

		step, err = w.start("USER_AUTH", "USERNAME", "ann")
		step = mustAsk(t, step, err, "SELECT_CHALLENGE")
		got, err = w.respond("SELECT_CHALLENGE", step.Session, "USERNAME", "ann", "ANSWER", "PASSWORD", "PASSWORD", goodPassword)
		mustDone(t, got, err)
		step, err = w.start("USER_AUTH", "USERNAME", "ann", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", goodPassword)
		mustDone(t, step, err)
		step, err = w.start("USER_AUTH", "USERNAME", "ann", "PREFERRED_CHALLENGE", "EMAIL_OTP")
		mustAsk(t, step, err, "SELECT_CHALLENGE")
		step, err = w.start("USER_AUTH", "USERNAME", "ann", "PREFERRED_CHALLENGE", "PASSWORD_SRP")
		mustAsk(t, step, err, "PASSWORD_SRP")
	})
}

// Attack: keep signing in while the owner replaces the password, so that one sign-in is judged by the old one and
// ends after the new one was set, by a node whose clock is ahead or behind.
func TestAttackOldPasswordJudgedWhileItIsReplaced(t *testing.T) {
	for name, off := range map[string]time.Duration{"ahead": time.Second, "behind": -3 * time.Second} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.people.during = func() { w.people.setPassword(w.pool, annSub, "An0ther!pass", false, w.clock().Add(off)) }
				step, err := w.password("ann", goodPassword)
				mustRefuse(t, step, err, authn.ErrCredentials)
				step, err = w.password("ann", "An0ther!pass")
				mustDone(t, step, err)
			})
		})
	}
}
