package retention_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/retention"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestRetentionsAreWithinBounds(t *testing.T) {
	s := &retention.Service{Store: store.NewRetention(storetest.Open(t)), Clock: time.Now}
	ctx := context.Background()
	for _, r := range []retention.Pool{{AuthEvents: 0, Messages: 7}, {AuthEvents: 3651, Messages: 7}, {AuthEvents: 30, Messages: 0}, {AuthEvents: 30, Messages: 366}, {AuthEvents: -1, Messages: -1}} {
		if _, err := s.SetPool(ctx, "p", r); !errors.Is(err, retention.ErrOutOfBounds) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	for _, days := range []int{0, 89, 3651, -90} {
		if _, err := s.SetAudit(ctx, "111122223333", days); !errors.Is(err, retention.ErrOutOfBounds) {
			t.Errorf("%d days: %v", days, err)
		}
	}
	if r, err := s.OfPool(ctx, "p"); err != nil || r.AuthEvents != 730 || r.Messages != 7 || !r.Modified.IsZero() {
		t.Errorf("what nobody has set is %+v %v", r, err)
	}
	if r, err := s.OfAudit(ctx, "111122223333"); err != nil || r.Days != 3650 {
		t.Errorf("what nobody has set is %+v %v", r, err)
	}
}
