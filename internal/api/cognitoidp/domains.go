package cognitoidp

import "gatehouse/internal/api"

// registerDomains adds the operations on domains of the hosted pages.
func (s *Service) registerDomains(r *api.Registry) {}
