package aws

import (
	"net/netip"
	"sync"
)

// Bounds of large bodies that are held at once.
const (
	MaxLarge      = 8              // of one access key from one client
	MaxLargeBytes = 128 * megabyte // of this node, half of it for one client
)

// reader is who sends large bodies: an access key that is known, which the signature has yet to prove, and the client that
// it comes from (web.Subscriber). Both, so that who has seen somebody's key id keeps them out from the same client alone.
// From several clients the bound of the node can be reached, and then large bodies wait for everybody until the slow ones
// are given up: better than a node without memory.
type reader struct {
	client netip.Prefix
	key    string
}

// large counts the large bodies that this node holds. Refused signatures are not limited otherwise: a secret cannot be guessed,
// and refusing costs no more than any answer; but a body is held before its signature can be verified.
type large struct {
	mu     sync.Mutex
	bodies map[reader]int
	bytes  map[netip.Prefix]int64
	all    int64
}

// take tells whether a body of this size may be read; give gives back what it took.
func (l *large) take(r reader, size int64) (give func(), ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bodies[r] >= MaxLarge || l.bytes[r.client]+size > MaxLargeBytes/2 || l.all+size > MaxLargeBytes {
		return nil, false
	}
	l.bodies[r]++
	l.bytes[r.client] += size
	l.all += size
	return func() { l.give(r, size) }, true
}

func (l *large) give(r reader, size int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all -= size
	if l.bytes[r.client] -= size; l.bytes[r.client] == 0 {
		delete(l.bytes, r.client)
	}
	if l.bodies[r]--; l.bodies[r] == 0 {
		delete(l.bodies, r)
	}
}
