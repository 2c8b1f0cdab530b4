package cognitoidp

import "gatehouse/internal/api"

// registerRecovery adds the operations on forgotten passwords.
func (s *Service) registerRecovery(r *api.Registry) {}
