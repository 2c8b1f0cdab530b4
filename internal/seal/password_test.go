package seal

import (
	"context"
	"crypto/rand"
	"errors"
	"math"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

var cheap = Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}

func TestHashVerifiesItsPasswordOnly(t *testing.T) {
	h, ctx := NewHasher(rand.Reader, OWASP), context.Background()
	enc, err := h.Hash(ctx, "correct horse")
	if err != nil || !strings.HasPrefix(enc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("Hash = %q, %v", enc, err)
	}
	if ok, again, err := h.Verify(ctx, enc, "correct horse"); !ok || again || err != nil {
		t.Errorf("right password: %v %v %v", ok, again, err)
	}
	if ok, _, err := h.Verify(ctx, enc, "correct horsf"); ok || err != nil {
		t.Errorf("wrong password: %v %v", ok, err)
	}
	other, _ := h.Hash(ctx, "correct horse")
	if other == enc {
		t.Error("two hashes share a salt")
	}
}

// The value of the reference implementation's own test (phc-winner-argon2, src/test.c).
func TestVerifyAgreesWithTheReferenceImplementation(t *testing.T) {
	const ref = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	ok, again, err := NewHasher(rand.Reader, OWASP).Verify(context.Background(), ref, "password")
	if !ok || !again || err != nil {
		t.Fatalf("Verify = %v, needs rehash %v, %v", ok, again, err)
	}
}

func TestVerifyRefusesHashesThatAreNotOursOrAskTooMuch(t *testing.T) {
	h := NewHasher(rand.Reader, cheap)
	for _, enc := range []string{"", "x", "$2a$10$abcdefghijklmnopqrstuv", "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu",
		"$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu",
		"$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu",
		"$argon2id$v=19$m=64,t=1,p=0$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu",
		"$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$"} {
		if ok, _, err := h.Verify(context.Background(), enc, ""); ok || !errors.Is(err, ErrHashFormat) {
			t.Errorf("%q: %v %v", enc, ok, err)
		}
	}
}

func TestHasherRefusesWhenTooManyWaitAndHonoursContext(t *testing.T) {
	h := newHasher(rand.Reader, cheap, 1, 2)
	if err := h.slots.Acquire(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	results := make(chan error, 2)
	for range 2 {
		wg.Go(func() { results <- h.Spend(ctx, "x") })
	}
	for h.Waiting() < 2 {
		time.Sleep(time.Millisecond)
	}
	if err := h.Spend(context.Background(), "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("third in the queue: %v, want ErrBusy", err)
	}
	cancel()
	wg.Wait()
	for range 2 {
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled wait: %v", err)
		}
	}
	h.slots.Release(1)
	if err := h.Spend(context.Background(), "x"); err != nil || h.Waiting() != 0 {
		t.Errorf("after the crowd: %v, %d waiting", err, h.Waiting())
	}
}

// A crowd from one address leaves places for others.
func TestAttackOneClientFillsTheQueue(t *testing.T) {
	h := newHasher(rand.Reader, Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}, 1, 4)
	if err := h.slots.Acquire(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	from := func(address string) context.Context {
		return context.WithValue(context.Background(), ClientKey{}, netip.MustParseAddr(address))
	}
	var wg sync.WaitGroup
	wait := func(ctx context.Context, places int64) {
		t.Helper()
		wg.Go(func() {
			if err := h.Spend(ctx, "x"); err != nil {
				t.Error(err)
			}
		})
		for h.Waiting() < places {
			time.Sleep(time.Millisecond)
		}
	}
	wait(from("2001:db8::1"), 1)
	wait(from("2001:db8::2"), 2)
	if err := h.Spend(from("2001:db8::3"), "x"); !errors.Is(err, ErrBusy) { // the same network
		t.Errorf("the third of one client: %v", err)
	}
	wait(from("192.0.2.1"), 3)
	wait(from("127.0.0.1"), 4)
	if err := h.Spend(from("192.0.2.2"), "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("past the end of the queue: %v", err)
	}
	h.slots.Release(1)
	wg.Wait()
	if len(h.queue.of) != 0 || h.Waiting() != 0 {
		t.Errorf("%v are still counted", h.queue.of)
	}
}

// Behind a proxy on this machine, headers that contradict each other leave the proxy's address.
func TestAttackClientHidesBehindTheProxyOfThisMachine(t *testing.T) {
	h := newHasher(rand.Reader, Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}, 1, 4)
	h.CountLoopback = true
	if err := h.slots.Acquire(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), ClientKey{}, netip.MustParseAddr("127.0.0.1")))
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { h.Spend(ctx, "x") })
	}
	for h.Waiting() < 2 {
		time.Sleep(time.Millisecond)
	}
	got := make(chan error)
	go func() { got <- h.Spend(ctx, "x") }()
	select {
	case err := <-got:
		if !errors.Is(err, ErrBusy) {
			t.Error(err)
		}
	case <-time.After(time.Second):
		t.Error("addresses of this machine fill the queue")
		go func() { <-got }()
	}
	cancel()
	wg.Wait()
}

func TestConcurrencyKeepsWithinCoresAndMemory(t *testing.T) {
	for _, c := range []struct {
		cores int
		limit int64
		want  int64
	}{{4, math.MaxInt64, 4}, {16, 512 << 20, 6}, {2, 10 << 20, 1}} {
		if got := concurrency(OWASP, c.cores, c.limit); got != c.want {
			t.Errorf("%d cores, %d MiB: %d, want %d", c.cores, c.limit>>20, got, c.want)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	h := NewHasher(rand.Reader, OWASP)
	enc, _ := h.Hash(context.Background(), "x")
	for b.Loop() {
		h.Verify(context.Background(), enc, "x")
	}
}
