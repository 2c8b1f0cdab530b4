package cognitoidp

import "gatehouse/internal/api"

// registerAttributes adds the operations on attributes and their verification.
func (s *Service) registerAttributes(r *api.Registry) {}
