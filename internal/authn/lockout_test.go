package authn_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/authn/srp/srptest"
	"gatehouse/store/storetest"
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

// The right guess among many at once is answered no better than the others once the lock is there.
func TestAttackRightGuessJudgedWhileTheLockFalls(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.people.during = func() {
			for range 5 {
				w.password("ann", "wrong")
			}
		}
		step, err := w.password("ann", goodPassword)
		mustRefuse(t, step, err, authn.ErrLocked)
	})
}

// Wrong guesses that wait to be counted hold back a right one that was judged after them: the writer is kept
// busy here until all are judged.
func TestAttackRightGuessOvertakesTheCount(t *testing.T) {
	db := storetest.Open(t) // SQLite, whose writers queue in order
	w := newWorld(t, db)
	release, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := db.InTx(context.Background(), func(context.Context) error {
			close(held)
			<-release
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-held
	for range 5 {
		wg.Go(func() { w.password("ann", "wrong") })
	}
	for w.people.judged() < 5 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond) // judged and on their way to the queue
	answers := make(chan error, 1)
	wg.Go(func() {
		_, err := w.password("ann", goodPassword)
		answers <- err
	})
	for w.people.judged() < 6 {
		time.Sleep(time.Millisecond)
	}
	close(release)
	wg.Wait()
	if err := <-answers; !errors.Is(err, authn.ErrLocked) {
		t.Errorf("the sixth guess of a burst is answered %v", err)
	}
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
