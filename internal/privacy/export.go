package privacy

import (
	"context"

	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
)

// Export is everything that is kept about a person. Passwords, seeds and tokens are not part of it: they are
// secrets, and kept as hashes or sealed.
type Export struct {
	User     *directory.User
	Groups   []directory.Group
	Events   []directory.Event
	Messages []notify.Row
	Sessions []session.Session
	Families []token.Family
	Records  []audit.Record // that name the person, oldest first
	// Cut names the lists that were too long to be whole.
	Cut []string
}

const (
	mostOfEach   = 10000  // rows of a list
	mostLookedAt = 500000 // audit records
	auditBatch   = 1000
)

// Export gathers it; ErrUserNotFound of directory.
func (s *Service) Export(ctx context.Context, pool *userpool.Pool, login string) (x Export, err error) {
	if x.User, err = s.People.Lookup(ctx, pool, login); err != nil {
		return x, err
	}
	sub := x.User.Sub
	if x.Groups, err = s.People.GroupsOf(ctx, pool.ID, sub); err != nil {
		return x, err
	}
	if x.Events, err = s.People.EventsOf(ctx, pool.ID, sub, "", mostOfEach+1); err != nil {
		return x, err
	}
	values, err := s.valuesOf(ctx, pool, x.User)
	if err != nil {
		return x, err
	}
	if x.Messages, err = s.Store.MessagesTo(ctx, pool.ID, sub, s.recipients(x.User, &values), mostOfEach+1); err != nil {
		return x, err
	}
	if x.Sessions, err = s.Store.SessionsOf(ctx, pool.ID, sub, mostOfEach+1); err != nil {
		return x, err
	}
	if x.Families, err = s.Store.FamiliesOf(ctx, pool.ID, sub, mostOfEach+1); err != nil {
		return x, err
	}
	if err = s.records(ctx, pool, &values, &x); err != nil {
		return x, err
	}
	cut(&x, "Events", &x.Events)
	cut(&x, "Messages", &x.Messages)
	cut(&x, "Sessions", &x.Sessions)
	cut(&x, "TokenFamilies", &x.Families)
	return x, nil
}

func cut[T any](x *Export, name string, list *[]T) {
	if len(*list) > mostOfEach {
		*list = (*list)[:mostOfEach]
		x.Cut = append(x.Cut, name)
	}
}

// records looks through the account's audit log for the person.
func (s *Service) records(ctx context.Context, pool *userpool.Pool, values *Values, x *Export) error {
	for after, looked := "", 0; ; looked += auditBatch {
		some, err := s.Store.AuditAfter(ctx, pool.AccountID, after, auditBatch)
		if err != nil {
			return err
		}
		for _, r := range some {
			if after = r.ID; values.Names(r) {
				x.Records = append(x.Records, r)
			}
		}
		if len(some) < auditBatch {
			return nil
		}
		if looked >= mostLookedAt || len(x.Records) > mostOfEach {
			x.Cut = append(x.Cut, "AuditRecords")
			return nil
		}
	}
}
