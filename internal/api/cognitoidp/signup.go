package cognitoidp

import "gatehouse/internal/api"

// registerSignUp adds the operations on sign-up and its confirmation.
func (s *Service) registerSignUp(r *api.Registry) {}
