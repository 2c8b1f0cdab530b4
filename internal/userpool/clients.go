package userpool

import (
	"context"
)

// NewClient is what CreateUserPoolClient takes. Settings start from DefaultClientSettings.
type NewClient struct {
	Name           string
	GenerateSecret bool
	Secret         string // a secret of the caller's own; excludes GenerateSecret
	Settings       ClientSettings
}

// CreateClient makes a client of a pool. The answer carries its secret.
func (s *Service) CreateClient(ctx context.Context, poolID string, n NewClient) (*Client, error) {
	if n.GenerateSecret && n.Secret != "" {
		return nil, ErrInvalid.With("ClientSecret and GenerateSecret can not be used together.")
	}
	id, err := randomText(s.Rand, lowerAlnum, clientIDLength)
	if err != nil {
		return nil, err
	}
	now := s.now()
	c := &Client{ID: id, PoolID: poolID, Name: n.Name, Created: now, Modified: now, Version: 1, ClientSettings: n.Settings}
	var sealed SealedSecret
	if n.GenerateSecret || n.Secret != "" {
		secret, x, err := s.newSecret(id, n.Secret, now)
		if err != nil {
			return nil, err
		}
		c.Secrets, sealed = []ClientSecret{secret}, x
	}
	_, err = s.editPool(ctx, poolID, func(ctx context.Context, p *Pool) error {
		if p.Clients++; p.Clients > MaxClients {
			return ErrLimit.With("Exceeded the limit of %d clients for a user pool.", MaxClients)
		}
		if c.AllowsSRP() {
			p.SRPClients++
		}
		if err := s.checkClient(ctx, p, c, len(c.Secrets) > 0); err != nil {
			return err
		}
		if err := s.Clients.InsertClient(ctx, c); err != nil || len(c.Secrets) == 0 {
			return err
		}
		return s.Clients.InsertSecret(ctx, id, sealed)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// UpdateClient replaces a client's settings; name "" stays. Secrets stay.
func (s *Service) UpdateClient(ctx context.Context, poolID, id, name string, settings ClientSettings) (*Client, error) {
	_, err := s.editClient(ctx, poolID, id, func(ctx context.Context, p *Pool, c *Client, sealed []SealedSecret) error {
		before := c.AllowsSRP()
		if name != "" {
			c.Name = name
		}
		c.ClientSettings = settings
		p.SRPClients += countSRP(c.AllowsSRP()) - countSRP(before)
		c.Modified = s.now()
		return s.checkClient(ctx, p, c, len(sealed) > 0)
	})
	if err != nil {
		return nil, err
	}
	return s.ClientOf(ctx, poolID, id)
}

func countSRP(allows bool) int64 {
	if allows {
		return 1
	}
	return 0
}

// editClient changes a client of a locked pool in one transaction and bumps both versions; edit may run
// more than once.
func (s *Service) editClient(ctx context.Context, poolID, id string, edit func(context.Context, *Pool, *Client, []SealedSecret) error) (*Client, error) {
	var out *Client
	_, err := s.editPool(ctx, poolID, func(ctx context.Context, p *Pool) error {
		state, err := s.Clients.ClientState(ctx, id)
		if err != nil {
			return err
		}
		if state.PoolID != poolID {
			return ClientNotFound(id)
		}
		c, err := s.Clients.ClientByID(ctx, id)
		if err != nil {
			return err
		}
		if err := edit(ctx, p, c, state.Secrets); err != nil {
			return err
		}
		out = c
		return s.Clients.SaveClient(ctx, c)
	})
	return out, err
}

// DeleteClient deletes a client; sign-ins and tokens of it are refused from the commit on.
func (s *Service) DeleteClient(ctx context.Context, poolID, id string) error {
	_, err := s.editPool(ctx, poolID, func(ctx context.Context, p *Pool) error {
		c, err := s.Clients.ClientByID(ctx, id)
		if err != nil {
			return err
		}
		if c.PoolID != poolID {
			return ClientNotFound(id)
		}
		p.Clients--
		p.SRPClients -= countSRP(c.AllowsSRP())
		return s.Clients.DeleteClient(ctx, id)
	})
	if err == nil {
		s.clients.drop(id)
	}
	return err
}

// ClientsNamed answers up to limit clients of a pool whose names begin with a prefix, whatever the case.
func (s *Service) ClientsNamed(ctx context.Context, poolID, prefix string, limit int) ([]*Client, error) {
	return s.Clients.ClientsNamed(ctx, poolID, prefix, limit)
}

// ListClients is a page of a pool's clients, oldest first, without secrets, and the token of the next page.
func (s *Service) ListClients(ctx context.Context, poolID, token string, limit int) ([]*Client, string, error) {
	list := "clients/" + poolID
	var after Cursor
	if err := s.openToken(list, token, &after); err != nil {
		return nil, "", err
	}
	clients, err := s.Clients.ListClients(ctx, poolID, after, limit+1)
	if err != nil || len(clients) <= limit {
		return clients, "", err
	}
	clients = clients[:limit]
	last := clients[limit-1]
	next, err := s.sealToken(list, Cursor{last.Created.UnixMilli(), last.ID})
	return clients, next, err
}
