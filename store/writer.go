package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// writer gives SQLite's one write connection to one transaction at a time and commits those that queue
// in groups: each runs in a savepoint of one BEGIN IMMEDIATE, and none is acknowledged before the COMMIT,
// which at synchronous=FULL is on disk. Under load a sync is shared by many; alone nothing waits.
//
// The connection passes from turn to turn, each on its caller's goroutine: whoever finds nobody behind
// itself, or the group full, commits for all.
type writer struct {
	conn  *sql.Conn
	stmts *statements

	mu     sync.Mutex
	held   bool
	queue  []*turn
	closed bool

	// What follows belongs to whoever has the turn.
	open    bool
	begun   time.Time
	pending []*turn // done or refused, awaiting the commit
}

// turn is one transaction's place: granted in the queue, then told how the commit went.
type turn struct {
	granted chan struct{}
	result  chan error
	lonely  bool // commit by itself
}

// A group ends when it holds so many transactions, or has been open for so long.
const (
	groupSize = 256
	groupTime = 20 * time.Millisecond
)

var (
	errClosed = errors.New("database is closed")
	// errGroup is what the others of a group hear when it is lost for one of them: run again, alone.
	errGroup = errors.New("group of transactions was lost")
)

func newWriter(ctx context.Context, pool *sql.DB) (*writer, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("open writer: %w", err)
	}
	return &writer{conn: conn, stmts: &statements{prepare: conn.PrepareContext, on: conn, made: map[string]*sql.Stmt{}}}, nil
}

// run runs fn in its turn and answers when its work is durable, or with why it is not there at all.
func (w *writer) run(ctx context.Context, fn func(querier) error) error {
	for lonely := false; ; lonely = true {
		err := w.once(ctx, fn, lonely)
		if lonely || !errors.Is(err, errGroup) {
			return err
		}
	}
}

func (w *writer) once(ctx context.Context, fn func(querier) error, lonely bool) error {
	t := &turn{granted: make(chan struct{}, 1), result: make(chan error, 1), lonely: lonely}
	if err := w.enter(ctx, t); err != nil {
		return err
	}
	left := false
	defer func() { // fn panicked or ended its goroutine: undo it and let the others go on
		if !left {
			w.undo()
			w.leave(t)
		}
	}()
	err := w.work(fn, lonely)
	// A refusal may rest on what others of the group wrote (a name that is taken, a code that is spent),
	// so it too is an answer only once that is durable.
	wait := err == nil || len(w.pending) > 0
	if wait {
		w.pending = append(w.pending, t)
	}
	left = true
	w.leave(t)
	if wait {
		if lost := <-t.result; lost != nil {
			return lost
		}
	}
	return err
}

// alone runs fn on the connection while nobody else writes, outside any transaction.
func (w *writer) alone(ctx context.Context, fn func(*sql.Conn) error) error {
	t := &turn{granted: make(chan struct{}, 1), result: make(chan error, 1)}
	if err := w.enter(ctx, t); err != nil {
		return err
	}
	defer w.leave(t)
	if w.open {
		w.commit()
	}
	return fn(w.conn)
}

// enter waits for the turn. Without error the caller must leave.
func (w *writer) enter(ctx context.Context, t *turn) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return errClosed
	}
	if !w.held {
		w.held = true
		w.mu.Unlock()
		return nil
	}
	w.queue = append(w.queue, t)
	w.mu.Unlock()
	select {
	case <-t.granted:
		return nil
	case <-ctx.Done():
	}
	w.mu.Lock()
	i := slices.Index(w.queue, t)
	if i >= 0 {
		w.queue = slices.Delete(w.queue, i, i+1)
	}
	w.mu.Unlock()
	if i < 0 { // the turn came in the same moment: pass it on, with the commit that it owes the others
		<-t.granted
		w.leave(t)
	}
	return ctx.Err()
}

// work runs fn in a savepoint of the open group.
func (w *writer) work(fn func(querier) error, lonely bool) error {
	if lonely && w.open {
		w.commit()
	}
	if !w.open {
		if err := w.do("BEGIN IMMEDIATE"); err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		w.open, w.begun = true, time.Now()
	}
	if err := w.do("SAVEPOINT turn"); err != nil {
		w.lose()
		return fmt.Errorf("savepoint: %w", err)
	}
	if err := fn(w.stmts); err != nil {
		w.undo()
		return err
	}
	if err := w.do("RELEASE turn"); err != nil {
		w.lose()
		return fmt.Errorf("release: %w", err)
	}
	return nil
}

// undo takes back the savepoint. Where that fails SQLite has dropped the whole transaction already (a
// full disk, an I/O error), and the group with it.
func (w *writer) undo() {
	if !w.open {
		return
	}
	if w.do("ROLLBACK TO turn") != nil || w.do("RELEASE turn") != nil {
		w.lose()
	}
}

// lose drops the open group.
func (w *writer) lose() {
	w.do("ROLLBACK") // it may be gone already
	w.open = false
	w.answer(errGroup)
}

// commit makes the group durable and tells its turns.
func (w *writer) commit() {
	if len(w.pending) == 0 {
		w.do("ROLLBACK")
		w.open = false
		return
	}
	err := w.do("COMMIT")
	if err == nil {
		w.open = false
		w.answer(nil)
		return
	}
	alone := len(w.pending) == 1 && w.pending[0].lonely
	w.do("ROLLBACK")
	w.open = false
	if alone {
		w.answer(fmt.Errorf("commit: %w", err))
		return
	}
	w.answer(errGroup)
}

func (w *writer) answer(err error) {
	for _, t := range w.pending {
		t.result <- err
	}
	w.pending = w.pending[:0]
}

// leave passes the turn on: within the group when somebody waits and it is not full, else after its commit.
func (w *writer) leave(t *turn) {
	full := t.lonely || len(w.pending) >= groupSize || w.open && time.Since(w.begun) > groupTime
	for {
		w.mu.Lock()
		if w.open && (full || len(w.queue) == 0) {
			w.mu.Unlock()
			w.commit()
			continue
		}
		if len(w.queue) == 0 {
			w.held = false
		} else {
			w.queue[0].granted <- struct{}{}
			w.queue = slices.Delete(w.queue, 0, 1)
		}
		w.mu.Unlock()
		return
	}
}

func (w *writer) do(q string) error {
	_, err := w.stmts.ExecContext(context.Background(), q)
	return err
}

// close waits for the turns that are queued and closes the connection.
func (w *writer) close() error {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		return nil
	}
	w.closed = true
	var last *turn
	if w.held {
		last = &turn{granted: make(chan struct{}, 1)}
		w.queue = append(w.queue, last)
	}
	w.mu.Unlock()
	if last != nil {
		<-last.granted
		if w.open {
			w.commit()
		}
	}
	return errors.Join(w.stmts.close(), w.conn.Close())
}
