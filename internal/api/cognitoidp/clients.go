package cognitoidp

import "gatehouse/internal/api"

// registerClients adds the operations on app clients.
func (s *Service) registerClients(r *api.Registry) {}
