package userpool

import "context"

// SetSigningAlgorithm chooses RS256 or ES256 for the pool's tokens. The pool's keys follow by a rotation,
// which is token.Service's.
func (s *Service) SetSigningAlgorithm(ctx context.Context, id, algorithm string) (*Pool, error) {
	return s.changePool(ctx, id, func(p *Pool) error {
		p.SigningAlgorithm = algorithm
		return nil
	})
}
