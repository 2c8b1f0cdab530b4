package cognitoidp

import "gatehouse/internal/api"

// registerMFA adds the operations on second factors.
func (s *Service) registerMFA(r *api.Registry) {}
