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
	Sub          string // as Message.Sub; written, not read back
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
	// CountTests counts a pool's messages of the kind Test since a time, at most limit.
	CountTests(ctx context.Context, poolID string, since time.Time, limit int) (int, error)
	// ClaimMessages leases up to n queued messages that are due to worker until a time, and counts the attempt.
	ClaimMessages(ctx context.Context, worker string, now, until time.Time, n int) ([]Row, error)
	// FinishMessage ends a message that worker still leases; keep leaves its body there.
	FinishMessage(ctx context.Context, id, worker string, s State, reason string, at time.Time, keep bool) error
	// RetryMessage gives the lease back until next.
	RetryMessage(ctx context.Context, id, worker, reason string, next time.Time) error
	// RequeueMessage queues a failed message of a pool once more, due now; false where it is not failed, its body is
	// gone, its code has expired or it was tried most times.
	RequeueMessage(ctx context.Context, poolID, id string, now time.Time, most int) (bool, error)
	// SweepMessages expires queued messages and erases bodies past their time.
	SweepMessages(ctx context.Context, now time.Time) error
	// Message answers a message of a pool. Errors: ErrNoMessage.
	Message(ctx context.Context, poolID, id string) (Row, error)
	// ListMessages answers a pool's messages (every pool's when it is empty) that match, newest first, before a
	// cursor. It looks at so many at a time: next is where to go on, zero when there are no more.
	ListMessages(ctx context.Context, poolID string, f Filter, before Cursor, n int) (rows []Row, next Cursor, err error)
}

// Limits bound what goes out, against attackers who make us flood a mailbox or pay for text messages.
// Zero means the default, a negative number none.
type Limits struct {
	EmailsPerAddress int // an hour; 30
	SMSPerNumber     int // an hour; 10
	SMSPerPool       int // a day; 2,000
	TestsPerPool     int // an hour; 20
}

// Outbox takes messages in.
type Outbox struct {
	Store    Store
	Ring     *seal.Keyring
	Clock    func() time.Time
	Rand     io.Reader
	Mail     Transport // nil: none is set up
	Texts    Transport // nil: none is set up
	From     string    // who mails are from where a pool names nobody
	Demo     bool      // accept messages without a transport and keep bodies for /dev/outbox
	Limits   Limits
	Localize Localizer     // of default texts; nil is English
	Wake     chan struct{} // buffered by one; tells the worker of this node
}

// CanSend is nil when a channel has a transport, else ErrNoTransport.
func (o *Outbox) CanSend(c Channel) error {
	if o.Way(c) == Nowhere {
		return ErrNoTransport
	}
	return nil
}

// Way is what becomes of the messages of a channel.
type Way string

// The ways.
const (
	Delivered Way = "delivered" // by a transport
	Kept      Way = "kept"      // in the outbox of a demo, to be read there
	Nowhere   Way = "nowhere"   // refused: no transport is set up
)

// Way tells what becomes of the messages of a channel.
func (o *Outbox) Way(c Channel) Way {
	switch {
	case c == Email && o.Mail != nil, c == SMS && o.Texts != nil:
		return Delivered
	case o.Demo:
		return Kept
	}
	return Nowhere
}

// Enqueue takes a message in, in the caller's transaction: it is sent if and when that commits, at least
// once, unless its code expires before. Errors: ErrNoTransport, ErrTooMany.
func (o *Outbox) Enqueue(ctx context.Context, m Message) error {
	if err := o.CanSend(m.Channel); err != nil {
		return err
	}
	now := o.Clock()
	mac := o.Recipient(m.Channel, m.To)
	if m.Test {
		if err := o.limitTests(ctx, m.PoolID, now); err != nil {
			return err
		}
	}
	if err := o.limit(ctx, m, mac, now); err != nil {
		return err
	}
	id := make([]byte, 16)
	if _, err := io.ReadFull(o.Rand, id); err != nil {
		return fmt.Errorf("read randomness: %w", err)
	}
	r := Row{ID: hex.EncodeToString(id), PoolID: m.PoolID, Key: m.Key, Kind: m.Kind, Channel: m.Channel, Masked: Mask(m.Channel, m.To),
		RecipientMAC: mac, Sub: m.Sub, State: Queued, Created: now, Expires: m.Expires, Next: now}
	if r.Key == "" {
		r.Key = r.ID
	}
	if m.Test {
		r.Kind = Test
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
	o.wake()
	return nil
}

// wake tells the worker of this node that there is something to send.
func (o *Outbox) wake() {
	select {
	case o.Wake <- struct{}{}:
	default:
	}
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

// limitTests is the bound of tests alone: whoever may send them writes to any address.
func (o *Outbox) limitTests(ctx context.Context, poolID string, now time.Time) error {
	most := orDefault(o.Limits.TestsPerPool, 20)
	if most < 0 {
		return nil
	}
	n, err := o.Store.CountTests(ctx, poolID, now.Add(-time.Hour), most)
	if err != nil {
		return fmt.Errorf("count tests: %w", err)
	}
	if n >= most {
		return ErrTooMany
	}
	return nil
}

func orDefault(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}
