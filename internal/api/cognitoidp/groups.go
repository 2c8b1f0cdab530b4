package cognitoidp

import "gatehouse/internal/api"

// registerGroups adds the operations on groups.
func (s *Service) registerGroups(r *api.Registry) {}
