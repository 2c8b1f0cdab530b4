package authn_test

import (
	"crypto/rand"
	"testing"

	"gatehouse/internal/authn/srp/srptest"
	"gatehouse/internal/seal"
	"gatehouse/store/storetest"
)

// BenchmarkPasswordSignIn is the whole of USER_PASSWORD_AUTH at the cost that the product hashes with.
func BenchmarkPasswordSignIn(b *testing.B) {
	w := newWorld(b, storetest.Open(b))
	w.people.hasher = seal.NewHasher(rand.Reader, seal.OWASP)
	w.people.setPassword(w.pool, annSub, goodPassword, false, w.now)
	for b.Loop() {
		step, err := w.password("ann", goodPassword)
		mustDone(b, step, err)
	}
}

// BenchmarkSRPServerSide is both requests of USER_SRP_AUTH, less what the client's side costs: that is
// paid once, and the claim is made for each exchange with the timer stopped.
func BenchmarkSRPServerSide(b *testing.B) {
	w := newWorld(b, storetest.Open(b))
	c := srptest.New(poolID)
	for b.Loop() {
		step, err := w.start("USER_SRP_AUTH", "USERNAME", "ann", "SRP_A", c.SRPA())
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		claim := c.Claim(step.Params, goodPassword, w.clock())
		b.StartTimer()
		step, err = w.claim(claim)
		mustDone(b, step, err)
	}
}
