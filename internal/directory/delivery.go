package directory

import (
	"slices"

	"gatehouse/internal/notify"
	"gatehouse/internal/userpool"
)

// Delivery is CodeDeliveryDetails: where a code went, masked.
type Delivery struct{ Attribute, Medium, Destination string }

func channelOf(attribute string) notify.Channel {
	if attribute == phone {
		return notify.SMS
	}
	return notify.Email
}

func attributeOf(c notify.Channel) string {
	if c == notify.SMS {
		return phone
	}
	return email
}

// signUpTarget is what a sign-up is confirmed by: the phone number if the pool verifies it and the user
// has one, else the email address; "" for neither.
func signUpTarget(pool *userpool.Pool, attributes map[string]string) string {
	for _, a := range []string{phone, email} {
		if slices.Contains(pool.AutoVerified, a) && attributes[a] != "" {
			return a
		}
	}
	return ""
}

// recoveryOrder lists the attributes that recover an account, the first choice first; none where only an
// administrator may. A pool without a setting is asked for phone, then email.
func recoveryOrder(pool *userpool.Pool) []string {
	if len(pool.Recovery) == 0 {
		return []string{phone, email}
	}
	options := slices.Clone(pool.Recovery)
	slices.SortStableFunc(options, func(a, b userpool.RecoveryOption) int { return a.Priority - b.Priority })
	var out []string
	for _, o := range options {
		switch o.Name {
		case "verified_email":
			out = append(out, email)
		case "verified_phone_number":
			out = append(out, phone)
		}
	}
	return out
}

// recoveryTarget is the verified attribute that a user's recovery code goes to; "" for none.
func recoveryTarget(pool *userpool.Pool, u *User) string {
	for _, a := range recoveryOrder(pool) {
		if u.Attributes[a] != "" && u.Attributes[a+"_verified"] == "true" {
			return a
		}
	}
	return ""
}

// pretended is the delivery that a login without an account is answered with: the medium that the pool
// would choose, masked from the login where that is an address, else made up, always the same.
func (s *Service) pretended(pool *userpool.Pool, login string, order []string) Delivery {
	channel := notify.Email
	for _, a := range order {
		if slices.Contains(pool.AutoVerified, a) || slices.Contains(pool.UsernameAttributes, a) {
			channel = channelOf(a)
			break
		}
	}
	d := Delivery{Attribute: attributeOf(channel), Medium: string(channel)}
	switch mac := s.Keys.MAC("pretended-delivery", []byte(pool.ID), []byte(fold(pool, login))); {
	case channel == notify.Email && isEmail(login), channel == notify.SMS && isPhone(login):
		d.Destination = notify.Mask(channel, login)
	case channel == notify.Email:
		d.Destination = string([]byte{'a' + mac[0]%26}) + "***@" + string([]byte{'a' + mac[1]%26}) + "***"
	default:
		last := make([]byte, 4)
		for i := range last {
			last[i] = '0' + mac[i]%10
		}
		d.Destination = "+*******" + string(last)
	}
	return d
}
