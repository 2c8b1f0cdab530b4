package cognitoidp

import "gatehouse/internal/api"

// registerAuth adds the operations on sign-in and its challenges.
func (s *Service) registerAuth(r *api.Registry) {}
