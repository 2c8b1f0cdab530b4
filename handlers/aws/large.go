package aws

import (
	"net/netip"
	"sync"
)

// MaxLarge is how many large bodies of one access key are read at once from one address.
const MaxLarge = 8

// reader is who sends large bodies: an access key that is known, which the signature has yet to prove, and where from. Both,
// so that who has seen somebody's key id keeps nobody out, save who has that key and comes from the same address.
type reader struct {
	client netip.Addr
	key    string
}

// large counts the large bodies that this node holds. Refused signatures are not limited otherwise: a secret cannot be guessed,
// and refusing costs no more than any answer; but a body is held before its signature can be verified.
type large struct {
	mu   sync.Mutex
	held map[reader]int
}

// take tells whether one more may be read; who took gives back.
func (l *large) take(r reader) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[r] >= MaxLarge {
		return false
	}
	l.held[r]++
	return true
}

func (l *large) give(r reader) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[r]--; l.held[r] == 0 {
		delete(l.held, r)
	}
}
