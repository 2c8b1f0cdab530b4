package cognitoidp

import "gatehouse/internal/api"

// registerUsers adds the operations on users, by an administrator.
func (s *Service) registerUsers(r *api.Registry) {}
