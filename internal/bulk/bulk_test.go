package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/bulk"
	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const pool = "us-east-1_Bulk"

// kit is the jobs of a pool over a database, with everything about them that others do.
type kit struct {
	t *testing.T
	*bulk.Service
	now     time.Time
	pages   map[string]directory.UserPage                   // by token
	act     func(j bulk.Job, u bulk.User, again bool) error // nil: it succeeds
	refused func()                                          // is called where a token is not of a page
	acted   []string                                        // subs
	mu      sync.Mutex                                      // acts run beside each other
}

func newKit(t *testing.T, db *store.DB) *kit {
	t.Helper()
	k := &kit{t: t, now: time.UnixMilli(1_700_000_000_000).UTC()}
	if _, err := store.NewUserPools(db).InsertPool(t.Context(), &userpool.Pool{ID: pool, AccountID: "111122223333", Region: "us-east-1", Created: k.now, Modified: k.now}); err != nil {
		t.Fatal(err)
	}
	n := 0
	k.Service = &bulk.Service{Store: store.NewUserJobs(db), People: k, Pools: k, Clock: func() time.Time { return k.now }, Log: slog.New(slog.DiscardHandler),
		NewID: func() string { n++; return fmt.Sprintf("job%04d", n) },
		Same:  func(a, b string) bool { return a[:3] == b[:3] },
		Act: func(_ context.Context, j bulk.Job, u bulk.User, again bool) error {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.acted = append(k.acted, u.Sub)
			if k.act == nil {
				return nil
			}
			return k.act(j, u, again)
		}}
	return k
}

func (k *kit) Pool(context.Context, string) (*userpool.Pool, error) {
	return &userpool.Pool{ID: pool}, nil
}

func (k *kit) Search(_ context.Context, _ *userpool.Pool, in directory.Search, at directory.PageOf) (directory.UserPage, error) {
	if in.Sort != directory.SortUsername || in.Descending {
		k.t.Errorf("gathers by %s", in.Sort)
	}
	page, ok := k.pages[at.Token]
	if !ok {
		k.refused()
		return page, directory.ErrInvalid
	}
	return page, nil
}

// start makes a job: on named users, or on those of the pages.
func (k *kit) start(named ...bulk.User) bulk.Job {
	k.t.Helper()
	in := bulk.Job{PoolID: pool, Act: "Disable", Who: "ann by key"}
	if named == nil {
		in.Search = &directory.Search{Sort: directory.SortEmail, Descending: true}
	}
	j, err := k.Start(k.t.Context(), in, named)
	if err != nil {
		k.t.Fatal(err)
	}
	return j
}

// work works until nothing is to be done, and answers the job as it then is.
func (k *kit) work(j bulk.Job) bulk.Job {
	k.t.Helper()
	for worked := true; worked; {
		var err error
		if worked, err = k.Turn(k.t.Context()); err != nil {
			k.t.Fatal(err)
		}
	}
	j, err := k.Store.Job(k.t.Context(), pool, j.ID)
	if err != nil {
		k.t.Fatal(err)
	}
	return j
}

func page(next string, subs ...string) (p directory.UserPage) {
	for _, sub := range subs {
		p.Users = append(p.Users, &directory.User{Sub: sub, Username: "name of " + sub})
	}
	p.Next = next
	return p
}

func TestNamedUserIsActedOnOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKit(t, db)
		j := k.start(bulk.User{Sub: "a"}, bulk.User{Sub: "b"}, bulk.User{Sub: "a"})
		if j.State != bulk.Running || j.Total != 2 {
			t.Errorf("%+v", j)
		}
		if j = k.work(j); j.State != bulk.Completed || j.Done != 2 || !j.Finished.Equal(k.now) {
			t.Errorf("%+v", j)
		}
		if slices.Sort(k.acted); !slices.Equal(k.acted, []string{"a", "b"}) {
			t.Error(k.acted)
		}
	})
}

// A place in a list that is too old begins it anew, and whoever was gathered before counts once.
func TestGatheringGoesOnFromAnOldPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKit(t, db)
		k.pages = map[string]directory.UserPage{"": page("old", "a", "b")}
		k.refused = func() { k.pages[""] = page("", "b", "c") } // what the list is by then
		j := k.start()
		if j = k.work(j); j.State != bulk.Waiting || j.Total != 3 || len(k.acted) != 0 {
			t.Errorf("%+v, acted on %v", j, k.acted)
		}
	})
}

func TestJobIsConfirmedByItsStarterAndNumber(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKit(t, db)
		k.pages = map[string]directory.UserPage{"": page("", "a", "b")}
		j := k.start()
		confirm := func(who string, n int64) error {
			_, err := k.Confirm(t.Context(), pool, j.ID, who, n)
			return err
		}
		if err := confirm("ann", 0); !errors.Is(err, bulk.ErrState) {
			t.Error("before its users are known:", err)
		}
		j = k.work(j)
		for what, err := range map[error]error{bulk.ErrStarter: confirm("bob", 2), bulk.ErrNumber: confirm("ann", 1)} {
			if !errors.Is(err, what) {
				t.Errorf("%v: %v", what, err)
			}
		}
		if _, err := k.Confirm(t.Context(), "us-east-1_Other", j.ID, "ann", 2); !errors.Is(err, bulk.ErrNotFound) {
			t.Error("of another pool:", err)
		}
		if k.work(j); len(k.acted) != 0 {
			t.Fatal("unconfirmed, and acted on", k.acted)
		}
		if err := confirm("ann by session", 2); err != nil {
			t.Fatal(err)
		}
		if j = k.work(j); j.State != bulk.Completed || j.Done != 2 || j.Who != "ann by session" {
			t.Errorf("%+v", j)
		}
		if err := confirm("ann", 2); !errors.Is(err, bulk.ErrState) {
			t.Error("twice:", err)
		}
	})
}

func TestJobThatNobodyConfirmsEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKit(t, db)
		k.pages = map[string]directory.UserPage{"": page("", "a")}
		waiting, running := k.work(k.start()), k.start(bulk.User{Sub: "b"})
		state := func(j bulk.Job) bulk.State {
			t.Helper()
			if err := k.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			j, err := k.Store.Job(t.Context(), pool, j.ID)
			if errors.Is(err, bulk.ErrNotFound) {
				return "gone"
			}
			if err != nil {
				t.Fatal(err)
			}
			return j.State
		}
		k.now = k.now.Add(24*time.Hour - time.Millisecond)
		if s := state(waiting); s != bulk.Waiting {
			t.Error("before a day:", s)
		}
		k.now = k.now.Add(time.Millisecond)
		if _, err := k.Confirm(t.Context(), pool, waiting.ID, "ann", 1); !errors.Is(err, bulk.ErrExpired) {
			t.Error("after a day:", err)
		}
		if w, r := state(waiting), state(running); w != bulk.Stopped || r != bulk.Running {
			t.Errorf("after a day: %s, and one that goes on: %s", w, r)
		}
		k.now = k.now.Add(30 * 24 * time.Hour)
		if w := state(waiting); w != bulk.Stopped {
			t.Error("thirty days after its end:", w)
		}
		k.now = k.now.Add(time.Millisecond)
		if w, r := state(waiting), state(running); w != "gone" || r != bulk.Running {
			t.Errorf("later: %s, and one that goes on: %s", w, r)
		}
	})
}

func TestPoolHasAtMost20OpenJobs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKit(t, db)
		var first bulk.Job
		for i := range 20 {
			if j := k.start(bulk.User{Sub: "a"}); i == 0 {
				first = j
			}
		}
		another := func() error {
			_, err := k.Start(t.Context(), bulk.Job{PoolID: pool, Act: "Disable", Who: "ann"}, nil)
			return err
		}
		if err := another(); !errors.Is(err, bulk.ErrLimit) {
			t.Error("one more:", err)
		}
		if _, err := k.Stop(t.Context(), pool, first.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Stop(t.Context(), pool, first.ID); !errors.Is(err, bulk.ErrState) {
			t.Error("stopped twice:", err)
		}
		if err := another(); err != nil {
			t.Error("in the place of one that is over:", err)
		}
	})
}

type coded struct{}

func (coded) Error() string        { return "x" }
func (coded) ErrorCode() string    { return "LimitExceededException" }
func (coded) ErrorMessage() string { return "Too many." }

// A failure says what the caller may know, and no more.
func TestFailureDoesNotTellItsCause(t *testing.T) {
	k := newKit(t, storetest.Open(t))
	k.act = func(_ bulk.Job, u bulk.User, _ bool) error {
		return map[string]error{"a": fault.New("UserNotFoundException", "Gone."), "b": fmt.Errorf("call: %w", coded{}), "c": errors.New("password of the database"),
			"d": fault.Status(500, "InternalErrorException", "secret detail")}[u.Sub]
	}
	j := k.work(k.start(bulk.User{Sub: "a"}, bulk.User{Sub: "b"}, bulk.User{Sub: "c"}, bulk.User{Sub: "d"}, bulk.User{Sub: "e"}))
	if j.State != bulk.Completed || j.Failed != 4 || j.Done != 1 {
		t.Errorf("%+v", j)
	}
	users, err := k.Store.JobUsers(t.Context(), j.ID, "", 0, 9)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range users {
		got = append(got, u.Reason)
	}
	if want := []string{"UserNotFoundException: Gone.", "LimitExceededException: Too many.", "InternalErrorException", "InternalErrorException", ""}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
