package workload

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Keeper holds credentials and renews them. All fields but Lifetime are required.
type Keeper struct {
	Source Source
	// Lifetime is the longest that callers are told credentials to last, and the age at which they are renewed at the
	// latest; 0 is as long as they do last.
	Lifetime time.Duration
	Clock    func() time.Time
	Random   func() float64 // from 0 to 1
	Log      *slog.Logger

	mu   sync.Mutex
	have *Credentials
}

// Credentials are those of now, or ErrNotYet or ErrExpired. While the service is away the last ones are told until they
// expire.
func (k *Keeper) Credentials() (Credentials, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.Clock()
	switch {
	case k.have == nil:
		return Credentials{}, ErrNotYet
	case !now.Before(k.have.Expires):
		return Credentials{}, ErrExpired
	}
	return k.have.within(k.Lifetime, now), nil
}

// Run renews until ctx ends. Keepers that start together do not ask together: each waits somewhere between a quarter and a
// third of a lifetime, and after failures between half and the whole of a time that doubles up to a minute. It is no more
// than a third because botocore keeps what the metadata of an instance says for up to ten minutes whatever its end, and
// the shortest sessions last fifteen.
func (k *Keeper) Run(ctx context.Context) error {
	for failures := 0; ; {
		c, err := k.fetch(ctx)
		wait := time.Duration(0)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			wait = time.Duration(float64(backoff(failures)) * (0.5 + 0.5*k.Random()))
			failures++
			k.Log.Warn("no new credentials", "error", err, "again_in", wait.Round(time.Millisecond).String(), "have_until", k.until())
		default:
			failures = 0
			wait = time.Duration(float64(c.within(k.Lifetime, c.Issued).Expires.Sub(c.Issued)) * (3 + k.Random()) / 12)
			k.Log.Info("credentials", "role", c.RoleARN, "access_key_id", c.AccessKeyID, "expires", c.Expires.UTC(), "renew_in", wait.Round(time.Millisecond).String())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// askFor is how long one attempt may take.
const askFor = 30 * time.Second

func (k *Keeper) fetch(ctx context.Context) (Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	c, err := k.Source(ctx)
	if err != nil {
		return c, err
	}
	if c.Issued = k.Clock(); !c.Issued.Before(c.Expires) {
		return c, fmt.Errorf("the new credentials expired at %s, before this machine's time %s: one of the clocks is wrong", c.Expires.UTC().Format(time.RFC3339), c.Issued.UTC().Format(time.RFC3339))
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.have = &c
	return c, nil
}

func (k *Keeper) until() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.have == nil {
		return "never"
	}
	return k.have.Expires.UTC().Format(time.RFC3339)
}

func backoff(failures int) time.Duration { return min(time.Second<<min(failures, 6), time.Minute) }
