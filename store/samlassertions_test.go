package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/sts"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// TestAssertionIsSpentOnce by whichever node of many comes first, and forgotten when it would be refused anyway.
func TestAssertionIsSpentOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, ctx := store.NewAssertions(db), context.Background()
		now := time.UnixMilli(1_700_000_000_000)
		id := []byte("0123456789abcdef0123456789abcdef")
		var spent atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				switch err := s.SpendAssertion(ctx, id, now.Add(time.Minute), now); {
				case err == nil:
					spent.Add(1)
				case !errors.Is(err, sts.ErrReplayed):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if spent.Load() != 1 {
			t.Error(spent.Load(), "times")
		}
		if err := s.SpendAssertion(ctx, id, now.Add(time.Minute), now.Add(time.Minute)); !errors.Is(err, sts.ErrReplayed) {
			t.Error("at the last moment:", err)
		}
		if err := s.SpendAssertion(ctx, []byte("another"), now.Add(time.Hour), now.Add(2*time.Minute)); err != nil {
			t.Error(err)
		}
		if err := s.SpendAssertion(ctx, id, now.Add(time.Hour), now.Add(2*time.Minute)); err != nil {
			t.Error("not forgotten:", err)
		}
	})
}
