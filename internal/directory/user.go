// Package directory is the people of a pool: users, their attributes, aliases, passwords and groups, and
// what happens to an account before anyone signs in (sign-up, confirmation, recovery, attribute
// verification). Signing in is authn; tokens are token.
package directory

import "time"

// Status is a user's UserStatus.
type Status string

// The statuses of Cognito (UserStatusType of the API).
const (
	Unconfirmed         Status = "UNCONFIRMED"
	Confirmed           Status = "CONFIRMED"
	ForceChangePassword Status = "FORCE_CHANGE_PASSWORD"
	ResetRequired       Status = "RESET_REQUIRED"
	ExternalProvider    Status = "EXTERNAL_PROVIDER"
)

// User is one person of a pool.
type User struct {
	PoolID     string
	Sub        string // UUID, immutable
	Username   string // equals Sub in pools with UsernameAttributes
	Enabled    bool
	Status     Status
	Created    time.Time
	Modified   time.Time
	Version    int64             // counts the writes, for optimistic concurrency
	Attributes map[string]string // without sub; email_verified and phone_number_verified as "true" or "false"
	MFA        MFA
	// SignedOut is when all tokens of the user were last revoked (GlobalSignOut, disable); zero for never.
	// A token whose session began at or before it is refused.
	SignedOut time.Time
	// PasswordSet is when the password was last chosen or set; zero for a user without one.
	PasswordSet time.Time
}

// MayHoldTokens tells whether the user's state lets a browser session or a code turn into tokens: somebody
// who must confirm, reset or replace something first may not.
func (u *User) MayHoldTokens() bool {
	return u.Enabled && (u.Status == Confirmed || u.Status == ExternalProvider)
}

// Outlived tells whether what was proved at a time counts no more: the password has changed since.
func (u *User) Outlived(authTime time.Time) bool { return authTime.Before(u.PasswordSet) }

// MayGoOn tells whether a browser session or a code of somebody who proved at a time who it is may turn into tokens.
func (u *User) MayGoOn(authTime time.Time) bool { return u.MayHoldTokens() && !u.Outlived(authTime) }

// MFA is a user's second factors.
type MFA struct {
	TOTP      bool   // a verified software token exists and is enabled
	Preferred string // SOFTWARE_TOKEN_MFA or ""
}

// Attribute is the value of an attribute, sub included; "" when unset.
func (u *User) Attribute(name string) string {
	if name == "sub" {
		return u.Sub
	}
	return u.Attributes[name]
}

// Group is a group of a pool.
type Group struct {
	PoolID, Name, Description, RoleARN string
	Precedence                         *int // lower is stronger; nil is weakest
	Created, Modified                  time.Time
}

// Credential is how a user's password is kept (architecture, decision 12): a sealed SRP verifier while a
// client of the pool allows SRP, otherwise argon2id. A user without a password has neither.
type Credential struct {
	PoolID, Sub string
	Hash        string // argon2id in PHC form, or ""
	Salt        []byte // SRP salt, or nil
	Verifier    []byte // SRP verifier v, opened (it is kept sealed), or nil
	Temporary   bool
	Set         time.Time
}
