package cognitoidp

import "gatehouse/internal/api"

// registerTags adds the operations on tags of pools.
func (s *Service) registerTags(r *api.Registry) {}
