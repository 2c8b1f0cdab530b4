package directory

import (
	"context"
	"time"
)

const (
	eventsKept = 2 * 365 * 24 * time.Hour // as long as Cognito keeps auth events
	sweepBatch = 500
)

// Sweep deletes codes and attempts that are over and events that are too old, in small transactions.
func (s *Service) Sweep(ctx context.Context) error {
	for _, purge := range []func() (int64, error){
		func() (int64, error) { return s.Codes.PurgeCodes(ctx, s.now(), sweepBatch) },
		func() (int64, error) { return s.Events.PurgeEvents(ctx, s.now().Add(-eventsKept), sweepBatch) },
	} {
		for {
			n, err := purge()
			if err != nil {
				return err
			}
			if n < sweepBatch {
				break
			}
		}
	}
	return nil
}
