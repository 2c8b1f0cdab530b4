package token

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/userpool"
)

// reserveSize is how many RSA keys wait for new pools; a pool takes two. ECDSA keys cost nothing to make.
const reserveSize = 6

// Rotate gives the pool a new key of each use, which signs once every verifier may have seen it. While a
// new key waits for its turn, a further Rotate adds none, unless the pool's algorithm changed.
func (k *Keys) Rotate(ctx context.Context, pool *userpool.Pool) error {
	if _, err := k.Set(ctx, pool); err != nil {
		return err
	}
	rows, err := k.Store.Keys(ctx, pool.ID)
	if err != nil {
		return fmt.Errorf("read signing keys: %w", err)
	}
	now := k.Clock()
	for _, use := range []string{UseID, UseAccess} {
		last := newest(rows, use)
		if last.ActiveFrom.After(now) && last.Alg == algorithm(pool) {
			continue
		}
		from := now.Add(publishLead)
		if last.ActiveFrom.After(from) {
			from = last.ActiveFrom // generations never overtake one another
		}
		err := k.add(ctx, KeyRow{PoolID: pool.ID, Use: use, Alg: algorithm(pool), Generation: last.Generation + 1, Created: now, ActiveFrom: from})
		if err != nil && !errors.Is(err, ErrConflict) {
			return err
		}
	}
	k.load.Forget(pool.ID)
	_, err = k.reload(ctx, pool.ID)
	return err
}

func newest(rows []KeyRow, use string) (last KeyRow) {
	for _, r := range rows {
		if r.Use == use && r.Generation > last.Generation {
			last = r
		}
	}
	return last
}

// FillReserve makes keys until the reserve is full.
func (k *Keys) FillReserve(ctx context.Context) error {
	for ctx.Err() == nil {
		n, err := k.Store.CountReserve(ctx, RS256)
		if err != nil || n >= reserveSize {
			return err
		}
		row, err := k.make(RS256)
		if err != nil {
			return err
		}
		if err := k.Store.AddReserve(ctx, row); err != nil {
			return fmt.Errorf("add to key reserve: %w", err)
		}
	}
	return ctx.Err()
}

// Maintain walks the pools that have keys: it rotates where the pool's algorithm is not its newest key's,
// or where that key is older than rotateAfter (0: never by age), deletes keys that are no longer published,
// and deletes the keys of pools that are gone.
func (k *Keys) Maintain(ctx context.Context, pools Pools, rotateAfter time.Duration) error {
	after := ""
	for {
		ids, err := k.Store.PoolsWithKeys(ctx, after, 100)
		if err != nil {
			return fmt.Errorf("list pools with keys: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		for _, id := range ids {
			if err := k.maintain(ctx, pools, rotateAfter, id); err != nil {
				return err
			}
		}
		after = ids[len(ids)-1]
	}
}

func (k *Keys) maintain(ctx context.Context, pools Pools, rotateAfter time.Duration, id string) error {
	rows, err := k.Store.Keys(ctx, id)
	if err != nil {
		return fmt.Errorf("read signing keys: %w", err)
	}
	pool, err := pools.Pool(ctx, id)
	if err != nil {
		if gone(err) {
			return k.drop(ctx, id, rows)
		}
		return err
	}
	now := k.Clock()
	if err := k.drop(ctx, id, unpublished(rows, now)); err != nil {
		return err
	}
	last := newest(rows, UseAccess)
	if last.Alg != algorithm(pool) || rotateAfter > 0 && now.Sub(last.Created) >= rotateAfter {
		return k.Rotate(ctx, pool)
	}
	return nil
}

func (k *Keys) drop(ctx context.Context, poolID string, rows []KeyRow) error {
	if len(rows) == 0 {
		return nil
	}
	kids := make([]string, len(rows))
	for i, r := range rows {
		kids[i] = r.KID
		k.opened.Delete(r.KID)
	}
	if err := k.Store.DeleteKeys(ctx, poolID, kids); err != nil {
		return fmt.Errorf("delete signing keys: %w", err)
	}
	k.sets.Delete(poolID)
	return nil
}

func unpublished(rows []KeyRow, now time.Time) (out []KeyRow) {
	keep := map[string]bool{}
	for _, r := range published(rows, now) {
		keep[r.KID] = true
	}
	for _, r := range rows {
		if !keep[r.KID] {
			out = append(out, r)
		}
	}
	return out
}
