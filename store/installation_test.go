package store_test

import (
	"context"
	"errors"
	"testing"

	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestAFactIsKeptOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, facts := context.Background(), store.NewInstallation(db)
		if _, err := facts.Value(ctx, "account"); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("before: %v", err)
		}
		for _, offer := range []string{"first", "second"} {
			kept, err := facts.SetOnce(ctx, "account", offer)
			if err != nil || kept != "first" {
				t.Errorf("offering %s kept %q, %v", offer, kept, err)
			}
		}
	})
}
