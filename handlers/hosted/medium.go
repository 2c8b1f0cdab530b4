package hosted

import (
	"slices"

	"gatehouse/internal/userpool"
)

// Whether codes of a pool go by email, whoever asks: the pages may say so without telling who exists.

// mailsSignUp is for codes that confirm an account.
func mailsSignUp(p *userpool.Pool) bool { return slices.Equal(p.AutoVerified, []string{"email"}) }

// mailsRecovery is for codes that reset a password. A pool without a setting prefers phones, where it has any.
func mailsRecovery(p *userpool.Pool) bool {
	if len(p.Recovery) == 0 {
		return !slices.Contains(p.AutoVerified, "phone_number") && !slices.Contains(p.UsernameAttributes, "phone_number")
	}
	return !slices.ContainsFunc(p.Recovery, func(o userpool.RecoveryOption) bool { return o.Name != "verified_email" })
}
