package notify

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"gatehouse/internal/seal"
)

// Purpose is what message bodies are sealed for; the row's id is the associated data.
const Purpose = "outbox-message"

// State is where a message is.
type State string

// The states. Only a queued message is ever sent.
const (
	Queued  State = "queued"
	Sent    State = "sent"
	Failed  State = "failed"  // refused for good
	Expired State = "expired" // not delivered before its code expired
	Decoy   State = "decoy"
)

// Row is a message as the store keeps it.
type Row struct {
	ID           string
	PoolID       string
	Key          string
	Kind         Kind
	Channel      Channel
	Masked       string
	RecipientMAC []byte
	Sealed       []byte // nil once delivered or expired
	State        State
	Attempts     int
	Created      time.Time
	Expires      time.Time
	Next         time.Time
	Done         time.Time // zero while queued
	Error        string
}

// Store keeps messages. Every method joins the transaction of ctx.
type Store interface {
	// CreateMessage adds a message; it does nothing when the pool has one of that key.
	CreateMessage(ctx context.Context, r Row) error
	// CountToRecipient counts messages to a recipient since a time, at most limit.
	CountToRecipient(ctx context.Context, mac []byte, since time.Time, limit int) (int, error)
	// CountOfPool counts a pool's messages of a channel since a time, at most limit.
	CountOfPool(ctx context.Context, poolID string, c Channel, since time.Time, limit int) (int, error)
	// ClaimMessages leases up to n queued messages that are due to worker until a time, and counts the attempt.
	ClaimMessages(ctx context.Context, worker string, now, until time.Time, n int) ([]Row, error)
	// FinishMessage ends a message that worker still leases; keep leaves its body there.
	FinishMessage(ctx context.Context, id, worker string, s State, reason string, at time.Time, keep bool) error
	// RetryMessage gives the lease back until next.
	RetryMessage(ctx context.Context, id, worker, reason string, next time.Time) error
	// SweepMessages expires queued messages and erases bodies past their time.
	SweepMessages(ctx context.Context, now time.Time) error
	// ListMessages answers a pool's messages (every pool's when it is empty), newest first, before a cursor.
	ListMessages(ctx context.Context, poolID string, before Cursor, n int) ([]Row, error)
}

// Cursor is a place in a list of messages; the zero one is the newest end.
type Cursor struct {
	Created time.Time
	ID      string
}

// Limits bound what goes out, against attackers who make us flood a mailbox or pay for text messages.
// Zero means the default, a negative number none.
type Limits struct {
	EmailsPerAddress int // an hour; 30
	SMSPerNumber     int // an hour; 10
	SMSPerPool       int // a day; 2,000
}

// Outbox takes messages in.
type Outbox struct {
	Store    Store
	Ring     *seal.Keyring
	Clock    func() time.Time
	Rand     io.Reader
	Mail     Transport // nil: none is set up
	Texts    Transport // nil: none is set up
	Demo     bool      // accept messages without a transport and keep bodies for /dev/outbox
	Limits   Limits
	Localize Localizer     // of default texts; nil is English
	Wake     chan struct{} // buffered by one; tells the worker of this node
}

// CanSend is nil when a channel has a transport, else ErrNoTransport.
func (o *Outbox) CanSend(c Channel) error {
	if o.Demo || c == Email && o.Mail != nil || c == SMS && o.Texts != nil {
		return nil
	}
	return ErrNoTransport
}

// Enqueue takes a message in, in the caller's transaction: it is sent if and when that commits, at least
// once, unless its code expires before. Errors: ErrNoTransport, ErrTooMany.
func (o *Outbox) Enqueue(ctx context.Context, m Message) error {
	if err := o.CanSend(m.Channel); err != nil {
		return err
	}
	now := o.Clock()
	mac := o.Recipient(m.Channel, m.To)
	if err := o.limit(ctx, m, mac, now); err != nil {
		return err
	}
	id := make([]byte, 16)
	if _, err := io.ReadFull(o.Rand, id); err != nil {
		return fmt.Errorf("read randomness: %w", err)
	}
	r := Row{ID: hex.EncodeToString(id), PoolID: m.PoolID, Key: m.Key, Kind: m.Kind, Channel: m.Channel, Masked: Mask(m.Channel, m.To),
		RecipientMAC: mac, State: Queued, Created: now, Expires: m.Expires, Next: now}
	if r.Key == "" {
		r.Key = r.ID
	}
	if r.Expires.IsZero() {
		r.Expires = now.Add(24 * time.Hour)
	}
	if m.Decoy {
		r.State = Decoy
	}
	var err error
	if r.Sealed, err = o.seal(r.ID, m); err != nil {
		return err
	}
	if err := o.Store.CreateMessage(ctx, r); err != nil {
		return fmt.Errorf("enqueue message: %w", err)
	}
	select {
	case o.Wake <- struct{}{}:
	default:
	}
	return nil
}

// Recipient is an address as rows have it: a keyed hash, which tells whether two are the same and nothing else.
func (o *Outbox) Recipient(c Channel, to string) []byte {
	return o.Ring.MAC("outbox-recipient", []byte(c), []byte(strings.ToLower(to)))
}

// letter is what the sealed body holds.
type letter struct {
	To, From, ReplyTo, Subject, Text, HTML, Code string
}

func (o *Outbox) seal(id string, m Message) ([]byte, error) {
	subject, text, markup := render(m, o.Localize)
	l := letter{To: m.To, From: m.Texts.From, ReplyTo: m.Texts.ReplyTo, Subject: subject, Text: text, HTML: markup, Code: m.Code.Reveal()}
	body, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("encode message: %w", err)
	}
	return o.Ring.Seal(Purpose, []byte(id), body)
}

func (o *Outbox) open(r Row) (l letter, err error) {
	body, err := o.Ring.Open(Purpose, []byte(r.ID), r.Sealed)
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(body, &l)
}

func (o *Outbox) limit(ctx context.Context, m Message, mac []byte, now time.Time) error {
	each, most := orDefault(o.Limits.EmailsPerAddress, 30), 0
	if m.Channel == SMS {
		each, most = orDefault(o.Limits.SMSPerNumber, 10), orDefault(o.Limits.SMSPerPool, 2000)
	}
	if each > 0 {
		n, err := o.Store.CountToRecipient(ctx, mac, now.Add(-time.Hour), each)
		if err != nil {
			return fmt.Errorf("count messages: %w", err)
		}
		if n >= each {
			return ErrTooMany
		}
	}
	if most > 0 {
		n, err := o.Store.CountOfPool(ctx, m.PoolID, m.Channel, now.Add(-24*time.Hour), most)
		if err != nil {
			return fmt.Errorf("count messages: %w", err)
		}
		if n >= most {
			return ErrTooMany
		}
	}
	return nil
}

func orDefault(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// Entry is a message as the outbox page and its operation show it.
type Entry struct {
	Row
	To, Subject, Text, HTML string // empty once erased; To is masked and codes are stars outside demo
}

// List answers a page of a pool's messages (every pool's when poolID is empty), newest first.
func (o *Outbox) List(ctx context.Context, poolID string, before Cursor, n int) ([]Entry, error) {
	rows, err := o.Store.ListMessages(ctx, poolID, before, n)
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	entries := make([]Entry, 0, len(rows))
	for _, r := range rows {
		e := Entry{Row: r, To: r.Masked}
		if r.Sealed != nil {
			e.show(o)
		}
		e.Sealed = nil
		entries = append(entries, e)
	}
	return entries, nil
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
