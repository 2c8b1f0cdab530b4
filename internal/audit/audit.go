// Package audit keeps who did what: changes, reads of secrets or people, and denials. It does not keep
// what end users do (auth events, written by the domain) nor metrics. Package api begins a record for
// every call; the store writes it inside each transaction that the call commits, so that no change can
// commit without its record, and what committed nothing is written when the call ends.
package audit

import (
	"context"
	"encoding/json"
	"time"
)

// Record is one line of the audit log. It never holds a secret.
type Record struct {
	ID            string
	Time          time.Time
	AccountID     string
	Region        string
	PrincipalKind string
	PrincipalARN  string
	AccessKeyID   string
	SessionID     string
	Operation     string // cognito-idp:AdminDisableUser
	Resource      string // an ARN or "*"
	ErrorCode     string // empty when it succeeded
	IP            string
	UserAgent     string
	RequestID     string
	IssuedKey     string          // the access key id of temporary credentials that the call gave out
	Input         json.RawMessage // redacted
}

// Redacted stands in a record's input where something secret or personal was.
const Redacted = "[redacted]"

// Outcome selects records by how the call ended.
type Outcome string

// Outcomes.
const (
	AnyOutcome Outcome = ""
	Succeeded  Outcome = "Succeeded"
	Failed     Outcome = "Failed"
)

// Query selects records of one account, newest first. Members that are empty select all.
type Query struct {
	AccountID    string
	ID           string   // exact
	Operation    string   // exact
	Operations   []string // exact, any of them
	PrincipalARN string   // exact
	Resource     string   // exact
	RequestID    string   // exact
	Outcome      Outcome
	ErrorCode    string // exact
	Changes      bool   // leaves out reads that succeeded
	Text         string // stands somewhere in the record, whatever the case of its letters
	From, Until  time.Time
	Before       string // the cursor: Next of the page before
	Limit        int    // 1 to 1000; 0 is 50
}

// MaxLimit is the largest page.
const MaxLimit = 1000

// Page is a page of records. One that looks for a text may be short, or empty, and still have a Next: it
// looks at so many records at a time.
type Page struct {
	Records []Record
	Next    string // empty on the last page
}

// Store keeps records.
type Store interface {
	// PutAuditRecord writes a record; of one that is there already it sets the outcome and the issued key, and nothing else.
	PutAuditRecord(ctx context.Context, r Record) error
	// ListAuditRecords answers a page.
	ListAuditRecords(ctx context.Context, q Query) (Page, error)
}

// Recorder begins records.
type Recorder struct {
	Store Store
	Clock func() time.Time
	// NewID makes an id that sorts by time (UUIDv7).
	NewID func() string
}

// Begin starts the record of a call. Run the call with the returned context and then Finish.
func (r *Recorder) Begin(ctx context.Context, rec Record) (context.Context, *Pending) {
	rec.ID, rec.Time = r.NewID(), r.Clock().UTC()
	p := &Pending{store: r.Store, rec: rec}
	return context.WithValue(ctx, pendingKey{}, p), p
}
