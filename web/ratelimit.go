package web

import (
	"container/list"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"
)

// Limiter gives every client address a bucket of its own, in bounded memory: the address that was idle
// longest makes room. An IPv6 client is its /64, which one subscriber has whole.
type Limiter struct {
	Rate  rate.Limit // refill a second
	Burst int
	Max   int // addresses remembered
	Clock func() time.Time

	mu      sync.Mutex
	buckets map[netip.Prefix]*list.Element
	idle    list.List // front: used last
}

type bucket struct {
	key netip.Prefix
	lim *rate.Limiter
}

// Allow takes one token of the client's bucket, or tells how long to wait for one.
func (l *Limiter) Allow(client netip.Addr) (ok bool, wait time.Duration) {
	now := l.Clock()
	l.mu.Lock()
	lim := l.bucket(Subscriber(client))
	l.mu.Unlock()
	r := lim.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return false, wait
	}
	return true, 0
}

func (l *Limiter) bucket(key netip.Prefix) *rate.Limiter {
	if l.buckets == nil {
		l.buckets = map[netip.Prefix]*list.Element{}
	}
	if e, ok := l.buckets[key]; ok {
		l.idle.MoveToFront(e)
		return e.Value.(*bucket).lim
	}
	if l.idle.Len() >= l.Max {
		oldest := l.idle.Back()
		delete(l.buckets, oldest.Value.(*bucket).key)
		l.idle.Remove(oldest)
	}
	b := &bucket{key, rate.NewLimiter(l.Rate, l.Burst)}
	l.buckets[key] = l.idle.PushFront(b)
	return b.lim
}

// Subscriber is whom an address counts for in limits: itself, or the /64 of IPv6.
func Subscriber(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address: all such clients are one
	}
	return p
}

// Allows takes a token of a request's client for what is not posted to pages; without Calls always.
func (s *Server) Allows(r *http.Request) bool {
	if s.Calls == nil {
		return true
	}
	ok, _ := s.Calls.Allow(From(r.Context()).Client())
	return ok
}

// limitPosts bounds what one address may post to pages.
func (s *Server) limitPosts(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.Limits == nil || c.Request().Method != http.MethodPost {
			return next(c)
		}
		if ok, wait := s.Limits.Allow(From(c.Request().Context()).Client()); !ok {
			c.Response().Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
			return ErrTooMany
		}
		return next(c)
	}
}

// Len is how many addresses are remembered.
func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.idle.Len()
}
