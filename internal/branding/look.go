package branding

import (
	"context"
	"encoding/json"
	"sync"

	"gatehouse/internal/theme"
	"gatehouse/internal/userpool"
)

// Look is a theme with the stylesheet that it compiles to; no CSS where it keeps the pages' own.
type Look struct {
	theme.Theme
	CSS, Hash string
}

// Look is the theme that a pool's pages show to people of a client, "" where no client is known: the client's own, else
// the pool's, else the product's (Store.Shown has the whole order). It is kept by the pool's version, which every change of branding bumps, so that it is
// as fresh as the pool is.
func (s *Service) Look(ctx context.Context, pool *userpool.Pool, clientID string) (Look, error) {
	if t, ok := s.looks.get(pool, clientID); ok {
		return t, nil
	}
	document, err := s.Store.Shown(ctx, pool.ID, clientID)
	if err != nil {
		return Look{}, err
	}
	l, err := lookOf(document)
	if err == nil {
		s.looks.put(pool, clientID, l)
	}
	return l, err
}

func lookOf(document json.RawMessage) (Look, error) {
	t, err := theme.Parse(document)
	if err != nil {
		return Look{}, err
	}
	css, err := theme.Compile(t)
	return Look{t, css, theme.Hash(css)}, err
}

// looks remembers looks by pool, client and the pool's version.
type looks struct {
	mu    sync.Mutex
	found map[[2]string]known
}

type known struct {
	version int64
	look    Look
}

const maxLooks = 1024

func (l *looks) get(pool *userpool.Pool, clientID string) (Look, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.found[[2]string{pool.ID, clientID}]
	return e.look, ok && e.version == pool.Version
}

func (l *looks) put(pool *userpool.Pool, clientID string, x Look) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.found == nil || len(l.found) >= maxLooks {
		l.found = map[[2]string]known{}
	}
	l.found[[2]string{pool.ID, clientID}] = known{pool.Version, x}
}
