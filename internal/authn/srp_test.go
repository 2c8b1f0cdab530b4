package authn_test

import (
	"context"
	"encoding/base64"
	"math/big"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/authn/srp"
	"gatehouse/internal/authn/srp/srptest"
)

func TestSRPSignsIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		step, err := w.srp("ann@example.com", goodPassword)
		if out := mustDone(t, step, err); out.User.Sub != annSub {
			t.Error(out.User)
		}
		step, err = w.srp("ann", "wrong")
		mustRefuse(t, step, err, authn.ErrCredentials)
		c := srptest.New(poolID)
		step, err = w.start("USER_AUTH", "USERNAME", "ann", "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", c.SRPA())
		step = mustAsk(t, step, err, "PASSWORD_VERIFIER")
		step, err = w.claim(c.Claim(step.Params, goodPassword, w.now))
		mustDone(t, step, err)
	})
}

// With A ≡ 0 (mod N) both sides' secret is 0 whatever the password; with A ≡ ±1 it is one of two values.
func TestAttackSRPWithZeroA(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		n := srp.N()
		for _, a := range []*big.Int{big.NewInt(0), big.NewInt(1), new(big.Int).Sub(n, big.NewInt(1)), n, new(big.Int).Lsh(n, 1)} {
			step, err := w.start("USER_SRP_AUTH", "USERNAME", "ann", "SRP_A", a.Text(16))
			mustRefuse(t, step, err, authn.ErrParameter)
			step, err = w.start("USER_AUTH", "USERNAME", "ann", "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", a.Text(16))
			mustRefuse(t, step, err, authn.ErrParameter)
		}
	})
}

func exchange(t *testing.T, w *world) (*srptest.Client, map[string]string) {
	t.Helper()
	c := srptest.New(poolID)
	step, err := w.start("USER_SRP_AUTH", "USERNAME", "ann", "SRP_A", c.SRPA())
	return c, mustAsk(t, step, err, "PASSWORD_VERIFIER").Params
}

func TestAttackSRPClaimReplayed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, params := exchange(t, w)
		claim := c.Claim(params, goodPassword, w.now)
		step, err := w.claim(claim)
		mustDone(t, step, err)
		step, err = w.claim(claim)
		mustRefuse(t, step, err, authn.ErrSessionUsed)

		c, params = exchange(t, w) // a block that a wrong guess was made with buys no second guess
		step, err = w.claim(c.Claim(params, "wrong", w.now))
		mustRefuse(t, step, err, authn.ErrCredentials)
		step, err = w.claim(c.Claim(params, goodPassword, w.now))
		mustRefuse(t, step, err, authn.ErrSessionUsed)
	})
}

func TestAttackSecretBlockOfAnotherClientPoolOrUser(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, params := exchange(t, w)
		claim := c.Claim(params, goodPassword, w.now)
		other := *w.pool
		other.ID = "eu-west-1_ABCdef124"
		for name, a := range map[string]authn.Answer{
			"client": {Pool: w.pool, Client: w.newClient("client2")}, "pool": {Pool: &other, Client: w.client},
		} {
			a.Challenge, a.Responses = "PASSWORD_VERIFIER", claim
			step, err := w.Respond(context.Background(), a)
			t.Log(name)
			mustRefuse(t, step, err, authn.ErrCredentials)
		}
		w.addUser("0f000000-0000-4000-8000-000000000002", "bob")
		forged := c.Claim(params, goodPassword, w.now)
		forged["USERNAME"] = "bob"
		step, err := w.claim(forged)
		mustRefuse(t, step, err, authn.ErrCredentials)
		raw, _ := base64.StdEncoding.DecodeString(claim["PASSWORD_CLAIM_SECRET_BLOCK"])
		for _, i := range []int{0, 5, len(raw) / 2, len(raw) - 1} {
			bent := append([]byte{}, raw...)
			bent[i] ^= 1
			params["SECRET_BLOCK"] = base64.StdEncoding.EncodeToString(bent)
			step, err := w.claim(c.Claim(params, goodPassword, w.now))
			mustRefuse(t, step, err, authn.ErrCredentials)
		}
		step, err = w.claim(claim) // none of it spent the real one
		mustDone(t, step, err)
	})
}

func TestAttackStaleSRPClaim(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, params := exchange(t, w)
		for _, at := range []time.Time{w.now.Add(-6 * time.Minute), w.now.Add(6 * time.Minute)} {
			step, err := w.claim(c.Claim(params, goodPassword, at))
			mustRefuse(t, step, err, authn.ErrCredentials)
		}
		w.pass(time.Minute)
		step, err := w.claim(c.Claim(params, goodPassword, w.now))
		mustRefuse(t, step, err, authn.ErrSessionExpired)
	})
}

func TestSRPTimestampMayPadTheDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, params := exchange(t, w)
		claim := c.Claim(params, goodPassword, w.now)
		stamp := w.now.Format("Mon Jan 02 15:04:05 UTC 2006")
		block, _ := base64.StdEncoding.DecodeString(params["SECRET_BLOCK"])
		key := c.Key(params["SALT"], params["SRP_B"], "ann", goodPassword)
		claim["TIMESTAMP"] = stamp
		claim["PASSWORD_CLAIM_SIGNATURE"] = base64.StdEncoding.EncodeToString(srp.Signature(key, w.pool.SRPName(), "ann", block, stamp))
		step, err := w.claim(claim)
		mustDone(t, step, err)
	})
}

// A password that changes between the two requests makes the claim of the old one worthless.
func TestSRPClaimOfAReplacedPasswordFails(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, params := exchange(t, w)
		w.people.setPassword(w.pool, annSub, "N3w!password", false, w.now)
		step, err := w.claim(c.Claim(params, goodPassword, w.now))
		mustRefuse(t, step, err, authn.ErrCredentials)
	})
}

// Users whose password is kept without a verifier fail SRP as a wrong password does (architecture, decision 12).
func TestSRPOfAUserWithoutVerifierIsSimulated(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.people.credentials[annSub].Verifier, w.people.credentials[annSub].Salt = nil, nil
		_, first := exchange(t, w)
		_, second := exchange(t, w)
		if first["SALT"] != second["SALT"] || first["SRP_B"] == second["SRP_B"] {
			t.Error("the simulated salt must stay, B must not")
		}
		step, err := w.srp("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrCredentials)
		step, err = w.password("ann", goodPassword)
		mustDone(t, step, err)
	})
}

func TestSRPUsesTheInternalNameInEmailPools(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.pool.UsernameAttributes = []string{"email"}
		w.people.users[annSub].Username = annSub
		w.people.users[annSub].Attributes["email"] = "ann@example.com"
		w.people.setPassword(w.pool, annSub, goodPassword, false, w.now)
		c := srptest.New(poolID)
		step, err := w.start("USER_SRP_AUTH", "USERNAME", "ann@example.com", "SRP_A", c.SRPA())
		if step.Params["USER_ID_FOR_SRP"] != annSub {
			t.Fatal(step.Params, err)
		}
		step, err = w.claim(c.Claim(step.Params, goodPassword, w.now))
		mustDone(t, step, err)
	})
}
