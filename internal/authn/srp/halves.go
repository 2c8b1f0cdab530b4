package srp

import (
	"context"
	"fmt"
	"io"
	"math/big"
	"time"
)

// Half is the part of a server's exchange that does not depend on the user: b and g^b.
type Half struct{ secret, public *big.Int }

// NewHalf draws a 256-bit b and raises g to it. As many bits as the hash has are enough (RFC 5054, 2.5.3).
func NewHalf(random io.Reader) (Half, error) {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(random, raw); err != nil {
		return Half{}, fmt.Errorf("draw b: %w", err)
	}
	return HalfOf(new(big.Int).SetBytes(raw)), nil
}

// HalfOf is the half of a given b.
func HalfOf(b *big.Int) Half {
	return Half{secret: b, public: new(big.Int).Exp(generator, b, prime)}
}

// Secret is b, for the sealed SECRET_BLOCK alone.
func (h Half) Secret() *big.Int { return h.secret }

// Halves keeps a few halves ready, so that a first SRP request costs one multiplication. Run fills it.
type Halves struct {
	random io.Reader
	ready  chan Half
}

// NewHalves keeps up to n halves.
func NewHalves(random io.Reader, n int) *Halves {
	return &Halves{random: random, ready: make(chan Half, n)}
}

// Run fills the reserve until ctx ends. Without it Take still works, and makes each half on the spot.
func (p *Halves) Run(ctx context.Context) {
	for ctx.Err() == nil {
		h, err := NewHalf(p.random)
		if err != nil { // the system's randomness failed: Take tells its caller, here only wait
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
			continue
		}
		select {
		case p.ready <- h:
		case <-ctx.Done():
		}
	}
}

// Take is a half that nobody else gets.
func (p *Halves) Take() (Half, error) {
	select {
	case h := <-p.ready:
		return h, nil
	default:
		return NewHalf(p.random)
	}
}
