package notify

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"
)

// Envelope is what a transport carries.
type Envelope struct {
	ID, PoolID        string
	Kind              Kind
	To, From, ReplyTo string
	Subject           string
	Text, HTML        string
}

// Transport carries messages. An error that wraps ErrRefused is for good; any other is tried again.
type Transport interface {
	Send(ctx context.Context, e Envelope) error
}

// ErrRefused marks a transport's answer that trying again will not change.
var ErrRefused = errors.New("message was refused for good")

const (
	leaseFor  = 90 * time.Second
	sendFor   = 45 * time.Second
	sweepEach = time.Minute
	atOnce    = 8
	attempts  = 12
)

// Worker sends what the outbox holds. Every node runs one; a message is leased to one of them at a time,
// and its lease runs out when that node dies.
type Worker struct {
	Outbox *Outbox
	Log    *slog.Logger
	Poll   time.Duration // how often to look for messages of other nodes and for retries; zero is a second

	id string
}

// Run sends until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	poll := w.Poll
	if poll == 0 {
		poll = time.Second
	}
	var swept time.Time
	for {
		if now := w.Outbox.Clock(); now.Sub(swept) >= sweepEach {
			if err := w.Outbox.Store.SweepMessages(ctx, now); err != nil && ctx.Err() == nil {
				w.Log.Error("sweep outbox", "error", err)
			}
			swept = now
		}
		n, err := w.SendDue(ctx)
		if err != nil && ctx.Err() == nil {
			w.Log.Error("send messages", "error", err)
		}
		if n > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(poll):
		case <-w.Outbox.Wake: // its transaction is about to commit
			if !pause(ctx, 10*time.Millisecond) {
				return nil
			}
		}
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// SendDue sends the messages that are due now, a handful, and tells how many it tried.
func (w *Worker) SendDue(ctx context.Context) (int, error) {
	if w.id == "" {
		id := make([]byte, 8)
		if _, err := io.ReadFull(w.Outbox.Rand, id); err != nil {
			return 0, fmt.Errorf("read randomness: %w", err)
		}
		w.id = hex.EncodeToString(id)
	}
	now := w.Outbox.Clock()
	rows, err := w.Outbox.Store.ClaimMessages(ctx, w.id, now, now.Add(leaseFor), atOnce)
	if err != nil {
		return 0, fmt.Errorf("claim messages: %w", err)
	}
	errs := make([]error, len(rows))
	var wg sync.WaitGroup
	for i, r := range rows {
		wg.Go(func() { errs[i] = w.send(ctx, r) })
	}
	wg.Wait()
	return len(rows), errors.Join(errs...)
}

// send delivers one message and notes how it went. What it notes survives the node's shutdown.
func (w *Worker) send(ctx context.Context, r Row) error {
	err := w.deliver(ctx, r)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	now, store := w.Outbox.Clock(), w.Outbox.Store
	if err == nil {
		return store.FinishMessage(ctx, r.ID, w.id, Sent, "", now, w.Outbox.Demo)
	}
	reason := brief(err)
	if errors.Is(err, ErrRefused) || r.Attempts >= attempts {
		w.Log.Error("message not delivered", "id", r.ID, "pool", r.PoolID, "kind", r.Kind, "to", r.Masked, "error", reason)
		return store.FinishMessage(ctx, r.ID, w.id, Failed, reason, now, true) // until its code expires it can be sent again
	}
	w.Log.Warn("message will be tried again", "id", r.ID, "pool", r.PoolID, "attempt", r.Attempts, "error", reason)
	return store.RetryMessage(ctx, r.ID, w.id, reason, now.Add(w.backOff(r.Attempts)))
}

func (w *Worker) deliver(ctx context.Context, r Row) error {
	l, err := w.Outbox.open(r)
	if err != nil {
		return fmt.Errorf("%w: open: %w", ErrRefused, err)
	}
	t := w.Outbox.Mail
	if r.Channel == SMS {
		t = w.Outbox.Texts
	}
	if t == nil {
		if w.Outbox.Demo {
			return nil // it stays in the outbox, to be read there
		}
		return errors.New("no transport is set up")
	}
	ctx, cancel := context.WithTimeout(ctx, sendFor)
	defer cancel()
	return t.Send(ctx, Envelope{ID: r.ID, PoolID: r.PoolID, Kind: r.Kind, To: l.To, From: l.From, ReplyTo: l.ReplyTo,
		Subject: l.Subject, Text: l.Text, HTML: l.HTML})
}

// backOff is 2, 4, 8 … seconds up to five minutes, half of it random so that a server that comes back is not stormed.
func (w *Worker) backOff(attempt int) time.Duration {
	d := min(time.Second<<min(attempt, 10), 5*time.Minute)
	var b [2]byte
	if _, err := io.ReadFull(w.Outbox.Rand, b[:]); err != nil {
		return d
	}
	share := time.Duration(b[0])<<8 | time.Duration(b[1])
	return d/2 + d/2*share/(1<<16)
}

// brief is an error short enough to keep. Transports put no message text into their errors.
func brief(err error) string {
	s := oneLine(err.Error())
	if len(s) > 300 {
		s = s[:300]
	}
	return s
}
