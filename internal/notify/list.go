package notify

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gatehouse/internal/fault"
)

// Reasons to refuse what is asked of one message.
var (
	ErrNoMessage    = fault.Status(http.StatusNotFound, "ResourceNotFoundException", "There is no such message.")
	ErrNotRetryable = fault.Status(http.StatusConflict, "ConflictException", "Only a message that failed, and whose code is still good, can be sent again.")
	ErrTriedOut     = fault.New("LimitExceededException", "The message was tried as often as one is, and is not sent again.")
)

// Entry is a message as the outbox page and its operation show it.
type Entry struct {
	Row
	To, Subject, Text, HTML string // empty once erased; To is masked and codes are stars outside demo
	Whole                   bool   // nothing is masked, for this is a demo
	Retryable               bool   // Retry would queue it
}

// Filter narrows a list of messages; what is zero does not.
type Filter struct {
	State       State
	Kind        Kind
	Channel     Channel
	From, Until time.Time // From counts, Until does not
}

// Matches tells whether a message is one of those that the list is narrowed to.
func (f Filter) Matches(r Row) bool {
	return (f.State == "" || f.State == r.State) && (f.Kind == "" || f.Kind == r.Kind) && (f.Channel == "" || f.Channel == r.Channel) &&
		!r.Created.Before(f.From) && (f.Until.IsZero() || r.Created.Before(f.Until))
}

// Cursor is a place in a list of messages; the zero one is the newest end.
type Cursor struct {
	Created time.Time
	ID      string
}

// Page is a part of a list. With a filter it may have few entries or none and yet a Next.
type Page struct {
	Entries []Entry
	Next    Cursor // zero on the last
}

// List answers a page of a pool's messages (every pool's when poolID is empty), newest first.
func (o *Outbox) List(ctx context.Context, poolID string, f Filter, before Cursor, n int) (Page, error) {
	rows, next, err := o.Store.ListMessages(ctx, poolID, f, before, n)
	if err != nil {
		return Page{}, fmt.Errorf("list messages: %w", err)
	}
	p := Page{Entries: make([]Entry, 0, len(rows)), Next: next}
	for _, r := range rows {
		p.Entries = append(p.Entries, o.entry(r))
	}
	return p, nil
}

// Message is one of a pool's. Errors: ErrNoMessage.
func (o *Outbox) Message(ctx context.Context, poolID, id string) (Entry, error) {
	r, err := o.Store.Message(ctx, poolID, id)
	if err != nil {
		return Entry{}, err
	}
	return o.entry(r), nil
}

// mostAttempts is how often a message is tried, whoever asks for it: those who retry by hand may be nobody who should,
// and what failed may have arrived.
const mostAttempts = attempts + 5

// Retry queues a failed message once more, as long as its code is good. Errors: ErrNoMessage, ErrNotRetryable,
// ErrTriedOut, ErrNoTransport.
func (o *Outbox) Retry(ctx context.Context, poolID, id string) (Entry, error) {
	r, err := o.Store.Message(ctx, poolID, id)
	if err != nil {
		return Entry{}, err
	}
	if err := o.CanSend(r.Channel); err != nil {
		return Entry{}, err
	}
	if r.State == Failed && r.Attempts >= mostAttempts {
		return Entry{}, ErrTriedOut
	}
	done, err := o.Store.RequeueMessage(ctx, poolID, id, o.Clock(), mostAttempts)
	if err != nil {
		return Entry{}, fmt.Errorf("requeue message: %w", err)
	}
	if !done {
		return Entry{}, ErrNotRetryable
	}
	o.wake()
	return o.Message(ctx, poolID, id)
}

func (o *Outbox) entry(r Row) Entry {
	e := Entry{Row: r, To: r.Masked, Whole: o.Demo, Retryable: r.State == Failed && r.Attempts < mostAttempts && r.Sealed != nil && r.Expires.After(o.Clock())}
	if r.Sealed != nil {
		e.show(o)
	}
	e.Sealed = nil
	return e
}

// show opens the body; one that does not open is told and hides no other.
func (e *Entry) show(o *Outbox) {
	l, err := o.open(e.Row)
	if err != nil {
		e.Text = "[cannot be opened]"
		return
	}
	e.Subject, e.Text, e.HTML = l.Subject, l.Text, l.HTML
	if o.Demo {
		e.To = l.To
		return
	}
	e.mask(l.Code)
}

// mask shows stars for the code, and no markup: a link in it may carry the code in another spelling.
func (e *Entry) mask(code string) {
	e.HTML = ""
	if code == "" {
		e.Text = "[hidden]"
		return
	}
	e.Subject, e.Text = strings.ReplaceAll(e.Subject, code, "******"), strings.ReplaceAll(e.Text, code, "******")
	if strings.Contains(e.Text, "://") {
		e.Text = "[hidden]"
	}
}
