package cognitoidp

import "gatehouse/internal/api"

// registerTokens adds the operations on tokens and sign-out.
func (s *Service) registerTokens(r *api.Registry) {}
