package figures_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/figures"
)

// shelf is a store that can be out of order.
type shelf struct {
	figures.Store
	broken error
	got    map[string]figures.Day
}

func (s *shelf) AddSignIns(_ context.Context, counts []figures.Count) error {
	if s.broken != nil {
		return s.broken
	}
	for _, c := range counts {
		d := s.got[c.PoolID]
		d.Passed, d.Failed = d.Passed+c.Passed, d.Failed+c.Failed
		s.got[c.PoolID] = d
	}
	return nil
}

func (s *shelf) SignInsOfPool(context.Context, string, time.Time) ([]figures.Day, error) {
	return []figures.Day{{Date: time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), Passed: 7}}, nil
}

func TestCountsThatCouldNotBeWrittenAreKept(t *testing.T) {
	store := &shelf{broken: errors.New("disk full"), got: map[string]figures.Day{}}
	s := &figures.Service{Store: store, Clock: func() time.Time { return time.UnixMilli(1_700_000_000_000) }}
	s.SignIn("a", true)
	s.SignIn("a", false)
	if err := s.Flush(t.Context()); err == nil {
		t.Fatal("flushed onto a full disk")
	}
	s.SignIn("a", true)
	s.SignIn("b", true)
	store.broken = nil
	for range 2 { // the second has nothing to add
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := store.got["a"], store.got["b"]; a.Passed != 2 || a.Failed != 1 || b.Passed != 1 {
		t.Errorf("%+v", store.got)
	}
}

func TestDaysWithoutSignInsAreThere(t *testing.T) {
	s := &figures.Service{Store: &shelf{}, Clock: func() time.Time { return time.Date(2026, 3, 30, 23, 59, 0, 0, time.UTC) }}
	days, err := s.OfPool(t.Context(), "p", 3)
	if err != nil || len(days) != 3 || days[0].Date.Day() != 28 || days[1].Passed != 7 || days[2].Date.Day() != 30 || days[2].Passed != 0 {
		t.Errorf("%+v %v", days, err)
	}
}
