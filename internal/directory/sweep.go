package directory

import "context"

const sweepBatch = 500

// Sweep deletes codes and attempts that are over, in small transactions.
func (s *Service) Sweep(ctx context.Context) error {
	for {
		n, err := s.Codes.PurgeCodes(ctx, s.now(), sweepBatch)
		if err != nil || n < sweepBatch {
			return err
		}
	}
}
