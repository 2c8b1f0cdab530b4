package privacy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/audit"
)

const (
	leaseName  = "erasure"
	leaseFor   = 10 * time.Minute // scrubbing large tables takes a while
	lookEvery  = time.Minute
	settle     = 2 * time.Second
	atOnce     = 20 // erasures that are cleaned up together
	pseudonymN = 13 // of an id's characters: its time, which no two of an account share by accident
)

// Run cleans up after erasures until ctx ends.
func (s *Service) Run(ctx context.Context, failed func(error)) {
	for {
		if err := s.CleanUp(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookEvery):
		case <-s.Wake: // calls that were under way write their records yet
			select {
			case <-ctx.Done():
				return
			case <-time.After(settle):
			}
		}
	}
}

// CleanUp finishes the erasures that are there, unless another node does. What is interrupted goes on where it was.
func (s *Service) CleanUp(ctx context.Context) error {
	running, err := s.Store.RunningErasures(ctx, atOnce)
	if err != nil || len(running) == 0 {
		return err
	}
	if err := s.hold(ctx); err != nil {
		if errors.Is(err, errLost) {
			return nil
		}
		return err
	}
	for i := range running {
		if err := s.rewriteAudit(ctx, &running[i]); err != nil {
			return fmt.Errorf("clean up erasure %s: %w", running[i].ID, err)
		}
	}
	// The values are forgotten before the files are scrubbed, so that what sealed them goes too.
	for i := range running {
		running[i].Sealed = nil
		if err := s.Store.SaveErasure(ctx, running[i]); err != nil {
			return err
		}
	}
	residue, err := s.Store.Scrub(ctx)
	if err != nil {
		return fmt.Errorf("scrub the database's files: %w", err)
	}
	for _, e := range running {
		e.State, e.Finished, e.Residue = Completed, s.Clock().UTC().Truncate(time.Millisecond), residue
		if err := s.Store.SaveErasure(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// rewriteAudit puts the erasure's pseudonym in the place of the person's values, a batch of records at a time.
func (s *Service) rewriteAudit(ctx context.Context, e *Erasure) error {
	if e.Sealed == nil { // only the files were left to scrub
		return nil
	}
	plain, err := s.Seal.Open(Purpose, []byte(e.ID), e.Sealed)
	if err != nil {
		return err
	}
	var values Values
	if err := json.Unmarshal(plain, &values); err != nil {
		return fmt.Errorf("decode values: %w", err)
	}
	if err := s.Store.EraseSignIns(ctx, values.PoolID, values.Sub, values.SignIn); err != nil {
		return err
	}
	pseudonym := "erased-" + e.ID[:pseudonymN]
	if err := s.Store.EraseSearches(ctx, values.PoolID, s.Clock(), values.View, values.Search); err != nil {
		return err
	}
	for {
		if err := s.hold(ctx); err != nil {
			return err
		}
		some, err := s.Store.AuditAfter(ctx, e.AccountID, e.LookedAt, auditBatch)
		if err != nil {
			return err
		}
		var changed []audit.Record
		for _, r := range some {
			e.LookedAt = r.ID
			if r, ok := values.Rewrite(r, pseudonym); ok {
				changed = append(changed, r)
			}
		}
		e.Rewritten += int64(len(changed))
		err = s.Tx.InTx(ctx, func(ctx context.Context) error {
			if err := s.Store.RewriteAudit(ctx, changed); err != nil {
				return err
			}
			return s.Store.SaveErasure(ctx, *e)
		})
		if err != nil || len(some) < auditBatch {
			return err
		}
	}
}

var errLost = errors.New("another node cleans up")

// hold takes the lease or makes it longer.
func (s *Service) hold(ctx context.Context) error {
	now := s.Clock()
	mine, err := s.Store.TakeLease(ctx, leaseName, s.Holder, now, now.Add(leaseFor))
	if err == nil && !mine {
		err = errLost
	}
	return err
}
