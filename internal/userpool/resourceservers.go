package userpool

import (
	"context"
	"strings"
)

// ResourceServers is every resource server of a pool, in the order of identifiers.
func (s *Service) ResourceServers(ctx context.Context, poolID string) ([]ResourceServer, error) {
	return s.Servers.ListResourceServers(ctx, poolID, "", MaxResourceServers)
}

// CustomScopes is every scope of a pool's resource servers as it is requested ({identifier}/{name}),
// cached with the pool's version.
func (s *Service) CustomScopes(ctx context.Context, p *Pool) ([]string, error) {
	key := versioned{p.ID, p.Version}
	if names, ok := s.scopes.get(key); ok {
		return names, nil
	}
	servers, err := s.ResourceServers(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	names := scopeNames(servers)
	s.scopes.put(key, names)
	return names, nil
}

func scopeNames(servers []ResourceServer) []string {
	out := []string{}
	for _, r := range servers {
		for _, x := range r.Scopes {
			out = append(out, r.Identifier+"/"+x.Name)
		}
	}
	return out
}

// CreateResourceServer adds a resource server to a pool.
func (s *Service) CreateResourceServer(ctx context.Context, r ResourceServer) error {
	if err := checkResourceServer(r); err != nil {
		return err
	}
	_, err := s.editPool(ctx, r.PoolID, func(ctx context.Context, p *Pool) error {
		if p.ResourceServers++; p.ResourceServers > MaxResourceServers {
			return ErrLimit.With("Exceeded the limit of %d resource servers for a user pool.", MaxResourceServers)
		}
		return s.Servers.InsertResourceServer(ctx, &r)
	})
	return err
}

// UpdateResourceServer replaces a resource server's name and scopes. Clients keep scopes that it no longer
// has; nobody gets them until they are back.
func (s *Service) UpdateResourceServer(ctx context.Context, r ResourceServer) error {
	if err := checkResourceServer(r); err != nil {
		return err
	}
	_, err := s.editPool(ctx, r.PoolID, func(ctx context.Context, _ *Pool) error {
		return s.Servers.SaveResourceServer(ctx, &r)
	})
	return err
}

// DeleteResourceServer deletes a resource server with its scopes.
func (s *Service) DeleteResourceServer(ctx context.Context, poolID, identifier string) error {
	_, err := s.editPool(ctx, poolID, func(ctx context.Context, p *Pool) error {
		p.ResourceServers--
		return s.Servers.DeleteResourceServer(ctx, poolID, identifier)
	})
	return err
}

// ResourceServer is one resource server of a pool.
func (s *Service) ResourceServer(ctx context.Context, poolID, identifier string) (*ResourceServer, error) {
	return s.Servers.ResourceServer(ctx, poolID, identifier)
}

// ListResourceServers is a page of a pool's resource servers and the token of the next page.
func (s *Service) ListResourceServers(ctx context.Context, poolID, token string, limit int) ([]ResourceServer, string, error) {
	list := "resource-servers/" + poolID
	var after string
	if err := s.openToken(list, token, &after); err != nil {
		return nil, "", err
	}
	servers, err := s.Servers.ListResourceServers(ctx, poolID, after, limit+1)
	if err != nil || len(servers) <= limit {
		return servers, "", err
	}
	next, err := s.sealToken(list, servers[limit-1].Identifier)
	return servers[:limit], next, err
}

func checkResourceServer(r ResourceServer) error {
	if len(r.Scopes) > MaxScopes {
		return ErrLimit.With("Exceeded the limit of %d scopes for a resource server.", MaxScopes)
	}
	seen := map[string]bool{}
	for _, x := range r.Scopes {
		if x.Name == "" || strings.Contains(x.Name, "/") || seen[x.Name] {
			return ErrInvalid.With("Invalid or repeated scope name %q.", x.Name)
		}
		seen[x.Name] = true
	}
	return nil
}
