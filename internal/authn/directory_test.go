package authn_test

import (
	"context"
	"crypto/rand"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/authn/srp"
	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// counted counts the work of passwords: what an attacker would time.
type counted struct {
	*seal.Hasher
	hashes, verifiers atomic.Int64
}

func (c *counted) Verify(ctx context.Context, encoded string, p seal.Secret) (bool, bool, error) {
	c.hashes.Add(1)
	return c.Hasher.Verify(ctx, encoded, p)
}

func (c *counted) Spend(ctx context.Context, p seal.Secret) error {
	c.hashes.Add(1)
	return c.Hasher.Spend(ctx, p)
}

func (c *counted) verifier(pool, user, password string, salt []byte) []byte {
	c.verifiers.Add(1)
	return srp.Verifier(pool, user, password, salt)
}

type noMail struct{}

func (noMail) CanSend(notify.Channel) error                  { return nil }
func (noMail) Enqueue(context.Context, notify.Message) error { return nil }

// real is a world whose people are the product's directory.
type real struct {
	*world
	directory *directory.Service
	work      *counted
}

func eachReal(t *testing.T, story func(t *testing.T, w *real)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := &real{world: newWorld(t, db), work: &counted{Hasher: seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1})}}
		pools := store.NewUserPools(db)
		w.pool = &userpool.Pool{ID: poolID, AccountID: "111122223333", Region: "eu-west-1", Name: "people", Version: 1, Created: w.now, Modified: w.now,
			Settings: userpool.Settings{MFA: userpool.MFAOff, SoftwareTokenMFA: true, Schema: userpool.StandardSchema(),
				Password: userpool.PasswordPolicy{MinimumLength: 8, RequireNumbers: true, HistorySize: 2}}}
		if _, err := pools.InsertPool(context.Background(), w.pool); err != nil {
			t.Fatal(err)
		}
		w.directory = &directory.Service{
			Users: store.NewUsers(db), Codes: store.NewUserCodes(db), Groups: store.NewGroups(db), Events: store.NewAuthEvents(db),
			Counts: pools, Tx: db, Keys: w.Keys, Hasher: w.work, Verifier: w.work.verifier, Outbox: noMail{},
			Purgers: []directory.Purger{store.NewSoftwareTokens(db)}, Clock: w.clock, Rand: rand.Reader,
		}
		w.Directory = w.directory
		story(t, w)
	})
}

// create makes a user with a temporary password.
func (w *real) create(name string) *directory.User {
	w.t.Helper()
	u, err := w.directory.Create(context.Background(), w.pool, directory.NewUser{Username: name, Password: goodPassword, Action: directory.Suppress,
		Attributes: map[string]string{"email": name + "@example.com"}})
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

func (w *real) createPermanent(name string) *directory.User {
	w.t.Helper()
	u := w.create(name)
	if err := w.directory.SetPassword(context.Background(), w.pool, name, goodPassword, true); err != nil {
		w.t.Fatal(err)
	}
	return u
}

func TestPasswordKeptAsVerifierSignsInByBothFlows(t *testing.T) {
	eachReal(t, func(t *testing.T, w *real) {
		w.pool.SRPClients = 1
		w.createPermanent("ann")
		step, err := w.srp("ann", goodPassword)
		mustDone(t, step, err)
		step, err = w.password("ann", goodPassword)
		mustDone(t, step, err)
		for _, try := range []func(string, string) (authn.Step, error){w.srp, w.password} {
			step, err = try("ann", "wrong")
			mustRefuse(t, step, err, authn.ErrCredentials)
		}
	})
}

// Architecture, decision 12: SRP works from the first sign-in by password after a client allows it.
func TestPasswordIsConvertedAtItsNextSignIn(t *testing.T) {
	eachReal(t, func(t *testing.T, w *real) {
		w.createPermanent("ann")
		step, err := w.srp("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrCredentials)
		w.pool.SRPClients = 1
		step, err = w.srp("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrCredentials)
		step, err = w.password("ann", goodPassword)
		mustDone(t, step, err)
		step, err = w.srp("ann", goodPassword)
		mustDone(t, step, err)
		w.pool.SRPClients = 0
		step, err = w.password("ann", goodPassword)
		mustDone(t, step, err)
		step, err = w.srp("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrCredentials)
	})
}

func TestNewPasswordFollowsThePolicyAndTheClientsRights(t *testing.T) {
	eachReal(t, func(t *testing.T, w *real) {
		w.create("ann")
		w.client.WriteAttributes = []string{"email", "nickname"}
		step, err := w.password("ann", goodPassword)
		session := mustAsk(t, step, err, "NEW_PASSWORD_REQUIRED").Session
		answer := func(kv ...string) (authn.Step, error) {
			return w.respond("NEW_PASSWORD_REQUIRED", session, append([]string{"USERNAME", "ann"}, kv...)...)
		}
		step, err = answer("NEW_PASSWORD", "short")
		mustRefuse(t, step, err, directory.ErrInvalidPassword)
		step, err = answer("NEW_PASSWORD", "l0ng enough", "userAttributes.name", "Ann")
		mustRefuse(t, step, err, directory.ErrNotAuthorized)
		step, err = answer("NEW_PASSWORD", "l0ng enough", "userAttributes.email_verified", "true")
		mustRefuse(t, step, err, directory.ErrNotAuthorized)
		step, err = answer("NEW_PASSWORD", "l0ng enough", "userAttributes.nickname", "A")
		if out := mustDone(t, step, err); out.User.Status != directory.Confirmed || out.User.Attributes["nickname"] != "A" {
			t.Errorf("%+v", out.User)
		}
		step, err = w.password("ann", "l0ng enough")
		mustDone(t, step, err)
	})
}

func TestWhatAnAdministratorDoesToAUserDecidesAtOnce(t *testing.T) {
	eachReal(t, func(t *testing.T, w *real) {
		ctx := context.Background()
		w.pool.Recovery = []userpool.RecoveryOption{{Name: "verified_email", Priority: 1}}
		w.createPermanent("ann")
		if err := w.directory.SetEnabled(ctx, w.pool, "ann", false); err != nil {
			t.Fatal(err)
		}
		step, err := w.password("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrDisabled)
		if err := w.directory.SetEnabled(ctx, w.pool, "ann", true); err != nil {
			t.Fatal(err)
		}
		if err := w.directory.SetAttributes(ctx, w.pool, "ann", map[string]string{"email": "ann@example.com", "email_verified": "true"}); err != nil {
			t.Fatal(err)
		}
		if err := w.directory.ResetPassword(ctx, w.pool, "ann"); err != nil {
			t.Fatal(err)
		}
		step, err = w.password("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrResetRequired)
		if err := w.directory.SetPassword(ctx, w.pool, "ann", "T3mporary", false); err != nil {
			t.Fatal(err)
		}
		step, err = w.password("ann", "T3mporary")
		mustAsk(t, step, err, "NEW_PASSWORD_REQUIRED")
		w.pass(8 * 24 * time.Hour)
		step, err = w.password("ann", "T3mporary")
		mustRefuse(t, step, err, authn.ErrTemporaryStale)
		if err := w.directory.Delete(ctx, w.pool, "ann"); err != nil {
			t.Fatal(err)
		}
		step, err = w.password("ann", "T3mporary")
		mustRefuse(t, step, err, authn.ErrCredentials)
	})
}

// Somebody and nobody cost the same hashes, whichever way the pool keeps passwords: once it has turned to SRP, each
// costs both, for ann's is still kept the old way.
func TestAttackEnumerationByCostInBothSchemes(t *testing.T) {
	eachReal(t, func(t *testing.T, w *real) {
		for _, srpClients := range []int64{0, 1} {
			w.pass(time.Hour) // forgives what the round before guessed
			w.pool.SRPClients = srpClients
			name := []string{"ann", "bob"}[srpClients]
			w.createPermanent(name)
			cost := func(login string) [2]int64 {
				h, v := w.work.hashes.Load(), w.work.verifiers.Load()
				step, err := w.password(login, "wrong")
				mustRefuse(t, step, err, authn.ErrCredentials)
				step, err = w.srp(login, "wrong")
				mustRefuse(t, step, err, authn.ErrCredentials)
				return [2]int64{w.work.hashes.Load() - h, w.work.verifiers.Load() - v}
			}
			for _, login := range []string{"ann", name, "nobody"} {
				if got, want := cost(login), [2]int64{1, srpClients}; got != want {
					t.Errorf("SRP clients %d: %s costs %v, want %v", srpClients, login, got, want)
				}
			}
		}
	})
}

func TestDeletedUserLeavesNoSoftwareToken(t *testing.T) {
	eachReal(t, func(t *testing.T, w *real) {
		ctx := context.Background()
		u := w.createPermanent("ann")
		if _, err := w.AssociateUserTOTP(ctx, w.pool, u); err != nil {
			t.Fatal(err)
		}
		if err := w.directory.Delete(ctx, w.pool, "ann"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Tokens.SoftwareToken(ctx, poolID, u.Sub); err == nil {
			t.Error("the secret is still there")
		}
	})
}
