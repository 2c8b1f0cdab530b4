package authn_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/authn/srp/srptest"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// Five failures lock for a second, each further one for twice as long, up to 15 minutes; attempts during a
// lock lengthen nothing; a right password after it forgives.
func TestLockoutDoubles(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 4 {
			step, err := w.password("ann", "wrong")
			mustRefuse(t, step, err, authn.ErrCredentials)
		}
		for _, lock := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900} {
			step, err := w.password("ann", "wrong")
			mustRefuse(t, step, err, authn.ErrCredentials)
			for range 3 {
				step, err = w.password("ann", goodPassword)
				mustRefuse(t, step, err, authn.ErrLocked)
			}
			w.pass(lock*time.Second - time.Millisecond)
			step, err = w.password("ann", goodPassword)
			mustRefuse(t, step, err, authn.ErrLocked)
			w.pass(time.Millisecond)
		}
		step, err := w.password("ann", goodPassword)
		mustDone(t, step, err)
		for range 4 {
			step, err := w.password("ann", "wrong")
			mustRefuse(t, step, err, authn.ErrCredentials)
		}
		step, err = w.password("ann", goodPassword)
		mustDone(t, step, err)
	})
}

func TestLockoutForgetsAfterFifteenQuietMinutes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 5 {
			w.password("ann", "wrong")
		}
		w.pass(time.Second + 15*time.Minute)
		for range 4 {
			step, err := w.password("ann", "wrong")
			mustRefuse(t, step, err, authn.ErrCredentials)
		}
		step, err := w.password("ann", goodPassword)
		mustDone(t, step, err)
	})
}

// What was forgiven leaves no row, and what was not is not swept.
func TestSweepForgivesNothingEarly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 5 {
			w.password("ann", "wrong")
		}
		w.pass(15*time.Minute + 500*time.Millisecond)
		if err := w.Sweep(context.Background()); err != nil {
			t.Fatal(err)
		}
		step, err := w.password("ann", "wrong") // the sixth
		mustRefuse(t, step, err, authn.ErrCredentials)
		step, err = w.password("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrLocked)
	})
}

// Guesses at once, by every flow and under every name of a user, are judged as if one came after the other.
func TestAttackLockoutBypassedByConcurrencyFlowsAndAliases(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tries := []func() error{
			func() error { _, err := w.password("ann", "wrong"); return err },
			func() error { _, err := w.password("ann@example.com", "wrong"); return err },
			func() error { _, err := w.srp("ann", "wrong"); return err },
			func() error {
				_, err := w.start("USER_AUTH", "USERNAME", "ann", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", "wrong")
				return err
			},
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		judged := 0
		for i := range 24 {
			wg.Go(func() {
				err := tries[i%len(tries)]()
				mu.Lock()
				defer mu.Unlock()
				if errors.Is(err, authn.ErrCredentials) {
					judged++
				} else if !errors.Is(err, authn.ErrLocked) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if judged != 5 {
			t.Fatalf("%d guesses were judged", judged)
		}
		step, err := w.srp("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrLocked)
	})
}

// Exchanges begun before the lock are held by it too.
func TestAttackLockoutBypassedByExchangesBegunBefore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := srptest.New(poolID)
		step, err := w.start("USER_SRP_AUTH", "USERNAME", "ann", "SRP_A", c.SRPA())
		step = mustAsk(t, step, err, "PASSWORD_VERIFIER")
		for range 5 {
			w.password("ann", "wrong")
		}
		got, err := w.claim(c.Claim(step.Params, goodPassword, w.now))
		mustRefuse(t, got, err, authn.ErrLocked)
	})
}

// A burst of guesses buys as many as serial guessing does, wherever in it the right one stands: no more are even
// judged by one node, and one more by a second.
func TestAttackBurstOfPasswords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for round := range 5 {
			before := w.people.judged()
			right := rand.IntN(100)
			passed, _ := burst(t, 100, func(i int) (authn.Step, error) {
				guess := "wrong"
				if i == right {
					guess = goodPassword
				}
				return w.node(i).password("ann", guess)
			})
			judged, allowed := w.people.judged()-before, 6
			if passed {
				allowed = 11 // it forgives those before it
			}
			if judged > allowed || judged < 5 {
				t.Errorf("round %d: %d guesses were judged (signed in: %v)", round, judged, passed)
			}
			w.pass(time.Hour)
		}
	})
}

// The same burst at a name that nobody has costs the same.
func TestAttackBurstTellsNobodyApart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, login := range []string{"ann", "nobody"} {
			before := w.people.judged()
			_, heard := burst(t, 40, func(i int) (authn.Step, error) { return w.node(i).password(login, "wrong") })
			if judged := w.people.judged() - before; judged > 6 || heard != 5 {
				t.Errorf("%s: %d judged, %d answered", login, judged, heard)
			}
		}
	})
}

func TestAttackBurstOfSRPClaims(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var claims []map[string]string
		for range 40 {
			c := srptest.New(poolID)
			step, err := w.start("USER_SRP_AUTH", "USERNAME", "ann", "SRP_A", c.SRPA())
			claims = append(claims, c.Claim(mustAsk(t, step, err, "PASSWORD_VERIFIER").Params, "wrong", w.now))
		}
		if _, heard := burst(t, len(claims), func(i int) (authn.Step, error) { return w.node(i).claim(claims[i]) }); heard != 5 {
			t.Errorf("%d claims were answered", heard)
		}
	})
}

// Codes are cheap to judge, so that all of a burst are on their way before the first is written down: none may be
// used up or looked at past the fifth. The right one forgives those before it, of which a fifth may have been counted
// at the other node since it found no lock.
func TestAttackBurstOfCodes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.pool.MFA = userpool.MFAOptional
		secret := w.enrol(annSub)
		for range 5 {
			var sessions []string
			for range 40 {
				step, err := w.password("ann", goodPassword)
				sessions = append(sessions, mustAsk(t, step, err, "SOFTWARE_TOKEN_MFA").Session)
			}
			right := rand.IntN(len(sessions))
			passed, heard := burst(t, len(sessions), func(i int) (authn.Step, error) {
				code := wrongCode(secret, w.clock())
				if i == right {
					code = w.code(secret)
				}
				return w.node(i).respond("SOFTWARE_TOKEN_MFA", sessions[i], "USERNAME", "ann", "SOFTWARE_TOKEN_MFA_CODE", code)
			})
			if !passed && heard != 5 || passed && (heard < 5 || heard > 10) {
				t.Errorf("%d codes were answered (signed in: %v)", heard, passed)
			}
			w.pass(48 * time.Hour)
		}
	})
}

// burst makes n guesses at once: whether one signed in, and how many were told that they are wrong.
func burst(t *testing.T, n int, guess func(i int) (authn.Step, error)) (passed bool, wrong int) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			step, err := guess(i)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && step.Done != nil:
				passed = true
			case errors.Is(err, authn.ErrCredentials), errors.Is(err, authn.ErrCodeMismatch), errors.Is(err, authn.ErrCodeUsed):
				wrong++
			case !errors.Is(err, authn.ErrLocked) && !errors.Is(err, authn.ErrCodesLocked):
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	return passed, wrong
}

// What could not be judged, since too many wait or the client left, costs its user nothing.
func TestGuessThatIsNotJudgedIsNotCounted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 4 {
			w.password("ann", "wrong")
		}
		w.people.broken = seal.ErrBusy
		for range 6 {
			step, err := w.password("ann", goodPassword)
			mustRefuse(t, step, err, seal.ErrBusy)
		}
		w.people.broken = nil
		step, err := w.password("ann", "wrong") // the fifth
		mustRefuse(t, step, err, authn.ErrCredentials)
		step, err = w.password("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrLocked)
	})
}

// While a right guess is judged, those at another node have what is left of the free ones.
func TestAttackGuessesWhileOneIsJudged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		heard := 0
		w.people.during = func() {
			for range 8 {
				if _, err := w.node(1).password("ann", "wrong"); errors.Is(err, authn.ErrCredentials) {
					heard++
				}
			}
		}
		step, err := w.password("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrLocked)
		if heard != 5 {
			t.Errorf("%d other guesses were answered", heard)
		}
	})
}

// Right passwords at once all sign in: the back-off is for failures alone.
func TestConcurrentRightPasswordsAllSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var wg sync.WaitGroup
		errs := make(chan error, 12)
		for range 12 {
			wg.Go(func() {
				if step, err := w.password("ann", goodPassword); err != nil || step.Done == nil {
					errs <- fmt.Errorf("%v %v", step, err)
				}
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			t.Error(err)
		}
	})
}
