package cognitoidp

import "gatehouse/internal/api"

// registerSelf adds the operations on one's own account, by access token.
func (s *Service) registerSelf(r *api.Registry) {}
