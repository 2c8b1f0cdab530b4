package cognitoidp

import "gatehouse/internal/api"

// registerPools adds the operations on user pools.
func (s *Service) registerPools(r *api.Registry) {}
