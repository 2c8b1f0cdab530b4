package authn

import (
	"context"
	"sync"
)

// turns lets the guesses at one user queue at this node, so that right ones sent at once do not lock each other
// out by the tries that they hold. What bounds guessing is the count in the database, which all nodes share.
type turns struct {
	mu sync.Mutex
	of map[string]*turn
}

type turn struct {
	taken chan struct{} // holds one
	wants int           // who has it or waits for it
}

// take waits for the turn of a key; end gives it on.
func (t *turns) take(ctx context.Context, key string) (end func(), err error) {
	it := t.join(key)
	select {
	case it.taken <- struct{}{}:
		return func() { <-it.taken; t.leave(key, it) }, nil
	case <-ctx.Done():
		t.leave(key, it)
		return nil, ctx.Err()
	}
}

func (t *turns) join(key string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	it := t.of[key]
	if it == nil {
		it = &turn{taken: make(chan struct{}, 1)}
		if t.of == nil {
			t.of = map[string]*turn{}
		}
		t.of[key] = it
	}
	it.wants++
	return it
}

func (t *turns) leave(key string, it *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if it.wants--; it.wants == 0 {
		delete(t.of, key)
	}
}
