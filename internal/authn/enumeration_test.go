package authn_test

import (
	"context"
	"regexp"
	"testing"

	"gatehouse/internal/authn"
	"gatehouse/internal/authn/srp/srptest"
	"gatehouse/internal/directory"
)

func TestUnknownUserIsNamedInLegacyMode(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.client.PreventUserExistenceErrors = false
		for _, flow := range []string{"USER_PASSWORD_AUTH", "USER_SRP_AUTH", "USER_AUTH"} {
			step, err := w.start(flow, "USERNAME", "nobody", "PASSWORD", "x", "SRP_A", "ff")
			mustRefuse(t, step, err, directory.ErrUserNotFound)
		}
		// The hosted pages never tell.
		step, err := w.Start(context.Background(), authn.Attempt{Pool: w.pool, Client: w.client, Flow: "USER_PASSWORD_AUTH",
			Params: map[string]string{"USERNAME": "nobody", "PASSWORD": "x"}, Caller: authn.Caller{Hosted: true}})
		mustRefuse(t, step, err, authn.ErrCredentials)
	})
}

// Whatever is asked, somebody and nobody get answers of one form, at one cost, and are locked out alike.
func TestAttackEnumerationByAnswerAndByCost(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		type seen struct {
			answers string
			hashes  int
		}
		probe := func(login string) (s seen) {
			before := w.people.hashes
			note := func(step authn.Step, err error) {
				if err != nil {
					s.answers += err.Error() + "\n"
					return
				}
				s.answers += step.Challenge + "\n"
			}
			step, err := w.start("USER_AUTH", "USERNAME", login)
			note(step, err)
			note(w.respond("SELECT_CHALLENGE", step.Session, "USERNAME", login, "ANSWER", "PASSWORD", "PASSWORD", "wrong"))
			note(w.respond("SELECT_CHALLENGE", step.Session, "USERNAME", "zoe", "ANSWER", "PASSWORD", "PASSWORD", "wrong"))
			for range 3 {
				note(w.password(login, "wrong"))
			}
			note(w.srp(login, "wrong")) // the fifth failure
			note(w.password(login, "wrong"))
			s.hashes = w.people.hashes - before
			return s
		}
		somebody, nobody := probe("ann"), probe("bob")
		if somebody != nobody {
			t.Fatalf("they differ:\n%+v\n%+v", somebody, nobody)
		}
		if somebody.hashes != 4 {
			t.Errorf("%d hashes", somebody.hashes)
		}
	})
}

func TestSimulatedSRPIsDeterministicAndAlike(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ask := func(login string) map[string]string {
			step, err := w.start("USER_SRP_AUTH", "USERNAME", login, "SRP_A", srptest.New(poolID).SRPA())
			return mustAsk(t, step, err, "PASSWORD_VERIFIER").Params
		}
		a, b, other := ask("bob"), ask("bob"), ask("eve")
		if a["SALT"] != b["SALT"] || a["USER_ID_FOR_SRP"] != b["USER_ID_FOR_SRP"] || a["SRP_B"] == b["SRP_B"] || a["SALT"] == other["SALT"] {
			t.Error("the simulation must be the same each time, but for B")
		}
		real := ask("ann")
		for k, v := range real {
			if len(a[k]) == 0 || k != "SALT" && k != "SRP_B" && len(a[k]) != len(v) { // those two are numbers without leading zeros
				t.Errorf("%s: %d characters for nobody, %d for ann", k, len(a[k]), len(v))
			}
		}
		w.pool.UsernameAttributes = []string{"email"}
		uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
		if id := ask("bob@example.com")["USER_ID_FOR_SRP"]; !uuid.MatchString(id) || id != ask("BOB@example.com")["USER_ID_FOR_SRP"] {
			t.Error(id)
		}
	})
}

// Nobody's account registered while a challenge waits must not be signed in by it.
func TestAttackNobodysSessionAfterRegistration(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		step, err := w.start("USER_AUTH", "USERNAME", "bob")
		step = mustAsk(t, step, err, "SELECT_CHALLENGE")
		w.addUser("0f000000-0000-4000-8000-000000000002", "bob")
		got, err := w.respond("SELECT_CHALLENGE", step.Session, "USERNAME", "bob", "ANSWER", "PASSWORD", "PASSWORD", goodPassword)
		mustRefuse(t, got, err, authn.ErrCredentials)
	})
}

// Attack: sign up with somebody else's address and try that password on the page. Whether the account is new
// or another's, the same number of tries locks.
func TestAttackEnumerationBySigningUpAndSigningIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.pool.UsernameAttributes = []string{"email"}
		w.people.users[annSub].Status = directory.Unconfirmed // made by whoever tries
		for i := range 6 {
			step, err := w.Start(context.Background(), authn.Attempt{Pool: w.pool, Client: w.client, Flow: "USER_PASSWORD_AUTH",
				Params: map[string]string{"USERNAME": "ann", "PASSWORD": goodPassword}, Caller: authn.Caller{Hosted: true}})
			want := authn.ErrCredentials
			if i == 5 {
				want = authn.ErrLocked
			}
			mustRefuse(t, step, err, want)
		}
	})
}
