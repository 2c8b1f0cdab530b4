package seal

import (
	"context"
	"net/netip"
	"sync"
)

// ClientKey is the context's key for the netip.Addr on whose behalf a password is hashed. The server's
// request context answers it.
type ClientKey struct{}

// queue is who waits to hash. One client holds at most half of the places, so that it cannot keep everybody
// else from signing in; addresses of this machine, which may stand for anybody, are counted only on request.
type queue struct {
	mu      sync.Mutex
	places  int64
	waiting int64
	of      map[netip.Addr]int64
}

// enter takes a place; the answer gives it back. ok is false when there is none for this client.
func (q *queue) enter(ctx context.Context, countLoopback bool) (leave func(), ok bool) {
	client := clientOf(ctx)
	if client.IsLoopback() && !countLoopback {
		client = netip.Addr{}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting >= q.places || client.IsValid() && q.of[client] >= max(q.places/2, 1) {
		return nil, false
	}
	q.waiting++
	if client.IsValid() {
		q.of[client]++
	}
	return func() { q.leave(client) }, true
}

func (q *queue) leave(client netip.Addr) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting--
	if !client.IsValid() {
		return
	}
	if q.of[client]--; q.of[client] == 0 {
		delete(q.of, client)
	}
}

func (q *queue) length() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting
}

// clientOf is whom a place counts for: an IPv4 address, or an IPv6 network, which one client has whole.
func clientOf(ctx context.Context) netip.Addr {
	a, _ := ctx.Value(ClientKey{}).(netip.Addr)
	a = a.Unmap()
	switch {
	case !a.IsValid(), a.IsLoopback():
		return a
	case a.Is6():
		p, err := a.WithZone("").Prefix(64)
		if err != nil {
			return a
		}
		return p.Addr()
	}
	return a
}
