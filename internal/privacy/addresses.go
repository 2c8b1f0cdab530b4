package privacy

import (
	"context"

	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/userpool"
)

// addresses are the attributes by which people are told something.
var addresses = map[string]notify.Channel{"email": notify.Email, "phone_number": notify.SMS}

// shared are the addresses of somebody that another user of the pool has too. Whoever gives an address need not
// have it, so it does not tell which of them is meant.
func (s *Service) shared(ctx context.Context, pool *userpool.Pool, u *directory.User) (names []string, err error) {
	keys := directory.NewRecord(pool, u, directory.Kept{}).Search
	for name := range addresses {
		if u.Attribute(name) == "" {
			continue
		}
		others, err := s.Store.OthersHave(ctx, pool.ID, u.Sub, name, keys[name])
		if err != nil {
			return nil, err
		}
		if others {
			names = append(names, name)
		}
	}
	return names, nil
}

// recipients are the addresses, as the outbox knows them, of a person whose values they are and who has shown to
// have them.
func (s *Service) recipients(u *directory.User, values *Values) (macs [][]byte) {
	for name, channel := range addresses {
		if to := values.Attributes[name]; to != "" && u.Attributes[name+"_verified"] == "true" {
			macs = append(macs, s.Outbox.Recipient(channel, to))
		}
	}
	return macs
}

// valuesOf are what a user is told by and nobody else.
func (s *Service) valuesOf(ctx context.Context, pool *userpool.Pool, u *directory.User) (Values, error) {
	values := ValuesOf(pool, u)
	shared, err := s.shared(ctx, pool, u)
	for _, name := range shared {
		delete(values.Attributes, name)
	}
	return values, err
}
