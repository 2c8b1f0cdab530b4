package privacy

import (
	"slices"

	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// Values are what a person is told by.
type Values struct {
	PoolID     string
	Sub        string
	Fold       bool              // the pool compares names whatever their case: Logins are in lower case
	Logins     []string          // what the pool knew the person by
	Attributes map[string]string // all but the impersonal ones
}

// impersonal are attributes whose values many share.
var impersonal = []string{"email_verified", "phone_number_verified", "gender", "locale", "zoneinfo", "updated_at"}

// ValuesOf are a user's.
func ValuesOf(pool *userpool.Pool, u *directory.User) Values {
	v := Values{PoolID: u.PoolID, Sub: u.Sub, Fold: !pool.CaseSensitive, Attributes: map[string]string{}}
	for _, l := range directory.NewRecord(pool, u, directory.Kept{}).Logins {
		if l.Key != audit.Redacted { // which stands for anybody
			v.Logins = append(v.Logins, l.Key)
		}
	}
	for name, value := range u.Attributes {
		if value != "" && value != audit.Redacted && !slices.Contains(impersonal, name) {
			v.Attributes[name] = value
		}
	}
	return v
}
