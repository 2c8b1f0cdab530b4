package token

import (
	"context"
	"errors"
	"time"
)

const (
	maintainEvery = time.Minute
	sweepBatches  = 200
)

// Maintain keeps the reserve full, rotates and deletes keys, and sweeps what expired, once.
func (s *Service) Maintain(ctx context.Context) error {
	return errors.Join(
		s.Keys.FillReserve(ctx),
		s.Keys.Maintain(ctx, s.Pools, 0),
		s.sweep(ctx),
	)
}

// sweep deletes families that nothing of which lives: access tokens outlast the refresh token they came
// from by up to maxLife.
func (s *Service) sweep(ctx context.Context) error {
	before := s.Clock().Add(-maxLife - publishMargin)
	for range sweepBatches {
		n, err := s.Families.SweepFamilies(ctx, before)
		if err != nil || n == 0 {
			return err
		}
	}
	return nil
}

// Run maintains until ctx ends, telling report of what goes wrong.
func (s *Service) Run(ctx context.Context, report func(error)) {
	tick := time.NewTicker(maintainEvery)
	defer tick.Stop()
	for {
		if err := s.Maintain(ctx); err != nil && ctx.Err() == nil {
			report(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
