package userpool

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// recentFor is how old an answer without a query may be (architecture, decision 10).
const recentFor = time.Second

type poolEntry struct {
	pool *Pool
	seen time.Time // when its version was last compared with the database
}

type clientEntry struct {
	client *Client
	sealed []SealedSecret
}

type versioned struct {
	id      string
	version int64
}

// Pool is the pool of an id; PoolNotFound when there is none. One query reads its version; the pool is
// shared and read-only.
func (s *Service) Pool(ctx context.Context, id string) (*Pool, error) {
	version, err := s.Pools.PoolVersion(ctx, id)
	if err != nil {
		s.pools.drop(id)
		return nil, err
	}
	return s.poolAt(ctx, id, version)
}

// RecentPool is Pool for paths that make no query of their own (discovery, key sets): the answer may be a
// second old. Missing pools are never cached.
func (s *Service) RecentPool(ctx context.Context, id string) (*Pool, error) {
	if e, ok := s.pools.get(id); ok && s.Clock().Sub(e.seen) < recentFor {
		return e.pool, nil
	}
	return s.Pool(ctx, id)
}

// poolAt answers the decoded pool of a version that was just read.
func (s *Service) poolAt(ctx context.Context, id string, version int64) (*Pool, error) {
	now := s.Clock()
	e, ok := s.pools.get(id)
	if !ok || e.pool.Version < version {
		p, err := s.Pools.PoolByID(ctx, id)
		if err != nil {
			return nil, err
		}
		e.pool = p
	}
	if !ok || e.pool.Version != version || now.Sub(e.seen) >= recentFor/2 {
		s.pools.put(id, poolEntry{e.pool, now})
	}
	return e.pool, nil
}

// Client is the client of an id with its pool; ClientNotFound when there is none. One query reads the
// versions of both and the sealed secrets; both are shared and read-only.
func (s *Service) Client(ctx context.Context, id string) (*Pool, *Client, error) {
	state, err := s.Clients.ClientState(ctx, id)
	if err != nil {
		s.clients.drop(id)
		return nil, nil, err
	}
	pool, err := s.poolAt(ctx, state.PoolID, state.PoolVersion)
	if err != nil {
		return nil, nil, err
	}
	e, ok := s.clients.get(id)
	if ok && e.client.Version >= state.ClientVersion && sameSecrets(e.sealed, state.Secrets) {
		return pool, e.client, nil
	}
	c := &Client{}
	if ok && e.client.Version >= state.ClientVersion {
		*c = *e.client
	} else if c, err = s.Clients.ClientByID(ctx, id); err != nil {
		return nil, nil, err
	}
	if c.Secrets, err = s.openSecrets(id, state.Secrets); err != nil {
		return nil, nil, err
	}
	s.clients.put(id, clientEntry{c, state.Secrets})
	return pool, c, nil
}

// ClientOf is Client for a client that must belong to a pool; PoolNotFound and ClientNotFound otherwise.
func (s *Service) ClientOf(ctx context.Context, poolID, clientID string) (*Client, error) {
	pool, c, err := s.Client(ctx, clientID)
	if err == nil && pool.ID == poolID {
		return c, nil
	}
	if _, err := s.Pool(ctx, poolID); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	return nil, ClientNotFound(clientID)
}

func sameSecrets(a, b []SealedSecret) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID || !bytes.Equal(a[i].Sealed, b[i].Sealed) {
			return false
		}
	}
	return true
}

func (s *Service) openSecrets(clientID string, sealed []SealedSecret) ([]ClientSecret, error) {
	var out []ClientSecret
	for _, x := range sealed {
		plain, err := s.Seal.Open(ClientSecretPurpose, secretAAD(clientID, x.ID), x.Sealed)
		if err != nil {
			return nil, fmt.Errorf("open client secret: %w", err)
		}
		out = append(out, ClientSecret{ID: x.ID, Value: string(plain), Created: x.Created})
	}
	return out, nil
}
