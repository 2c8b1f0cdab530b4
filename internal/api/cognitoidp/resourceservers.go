package cognitoidp

import "gatehouse/internal/api"

// registerResourceServers adds the operations on resource servers and their scopes.
func (s *Service) registerResourceServers(r *api.Registry) {}
