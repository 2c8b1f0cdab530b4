package identity

import (
	"context"
	"sync"
	"time"
)

// ServiceUse is when a principal last called a service.
type ServiceUse struct {
	AccountID   string
	PrincipalID string // of a user or role, or the account's id for root
	Service     string // the prefix of its actions: iam, cognito-idp
	Region      string
	At          time.Time
}

type useKey struct{ account, principal, service string }

func (u *ServiceUse) key() useKey { return useKey{u.AccountID, u.PrincipalID, u.Service} }

// ServiceUseStore keeps the last uses of services.
type ServiceUseStore interface {
	// SaveServiceUses keeps what is later than what is known.
	SaveServiceUses(ctx context.Context, uses []ServiceUse) error
	// ServiceUses answers what some principals used after a time.
	ServiceUses(ctx context.Context, accountID string, principalIDs []string, after time.Time) ([]ServiceUse, error)
	// ForgetServiceUses forgets what was last used before a time.
	ForgetServiceUses(ctx context.Context, before time.Time) error
}

const (
	// usesTracked is for how long a last use is known, as in AWS.
	usesTracked = 400 * 24 * time.Hour
	// maxUses is how many principals' services are noted at once; beyond that some uses are noted a call later.
	maxUses = 20_000
)

// UseRecorder notes the last uses of services beside the calls: each is written down at most once a minute, and some
// seconds later. What a node has noted and not written when it dies is lost. Store and Clock are required.
type UseRecorder struct {
	Store ServiceUseStore
	Clock func() time.Time

	mu      sync.Mutex
	known   map[useKey]time.Time // that need not be written down again yet
	waiting map[useKey]ServiceUse
}

// Note notes that a principal calls a service in a region. It costs a look into a map.
func (r *UseRecorder) Note(accountID, principalID, service, region string) {
	u := ServiceUse{AccountID: accountID, PrincipalID: principalID, Service: service, Region: region, At: r.Clock().UTC()}
	r.mu.Lock()
	defer r.mu.Unlock()
	if last, ok := r.known[u.key()]; ok && u.At.Sub(last) < useEvery {
		return
	}
	if r.known == nil || len(r.known) >= maxUses {
		r.known = map[useKey]time.Time{}
	}
	if r.waiting == nil {
		r.waiting = map[useKey]ServiceUse{}
	}
	if len(r.waiting) >= maxUses {
		return
	}
	r.known[u.key()], r.waiting[u.key()] = u.At, u
}

// Flush writes down what was noted; what cannot be written waits for the next time.
func (r *UseRecorder) Flush(ctx context.Context) error {
	r.mu.Lock()
	batch := r.waiting
	r.waiting = nil
	r.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	uses := make([]ServiceUse, 0, len(batch))
	for _, u := range batch {
		uses = append(uses, u)
	}
	err := r.Store.SaveServiceUses(ctx, uses)
	if err != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		for k, later := range r.waiting {
			batch[k] = later
		}
		r.waiting = batch
	}
	return err
}

// Forget forgets what nobody used for 400 days.
func (r *UseRecorder) Forget(ctx context.Context) error {
	return r.Store.ForgetServiceUses(ctx, r.Clock().Add(-usesTracked))
}
