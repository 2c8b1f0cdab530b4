package privacy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/userpool"
)

// addresses are the attributes by which people are told something.
var addresses = map[string]notify.Channel{"email": notify.Email, "phone_number": notify.SMS}

// shared are the attributes of somebody whose values another user of the pool has too. Whoever gives an address need
// not have it, and a team is nobody's name, so they do not tell which of them is meant.
func (s *Service) shared(ctx context.Context, pool *userpool.Pool, u *directory.User, values *Values) (names []string, err error) {
	for name, value := range values.Attributes {
		page, err := s.People.Search(ctx, pool, directory.Search{Attributes: []directory.AttributeFilter{{Name: name, Value: value}}}, directory.PageOf{Limit: 2})
		if errors.Is(err, directory.ErrInvalid) { // longer than any search may ask for
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("find who else has a value: %w", err)
		}
		if page.Stopped || slices.ContainsFunc(page.Users, func(other *directory.User) bool { return other.Sub != u.Sub }) {
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
	shared, err := s.shared(ctx, pool, u, &values)
	for _, name := range shared {
		delete(values.Attributes, name)
	}
	return values, err
}
