// Package userpool is the configuration of user pools: pools, their app clients and client secrets,
// domains, resource servers and tags. It knows no users (directory) and signs nobody in (authn).
package userpool

import (
	"encoding/json"
	"time"
)

// Pool is one user pool.
type Pool struct {
	ID        string // {region}_{9 letters or digits}
	AccountID string
	Region    string
	Name      string
	Created   time.Time
	Modified  time.Time
	// Version counts the writes to the pool and to anything that hangs on it (clients, domains, resource
	// servers, keys), so that caches know when they are stale (architecture, decision 10).
	Version int64
	Counts
	Settings
}

// Counts are kept with the pool, in the transaction of what they count.
type Counts struct {
	Clients         int64
	SRPClients      int64 // those that allow SRP
	ResourceServers int64
}

// AllowsSRP tells whether a client of the pool lets users sign in by SRP, so that passwords are kept as
// verifiers (architecture, decision 12).
func (p *Pool) AllowsSRP() bool { return p.SRPClients > 0 }

// ARN is arn:aws:cognito-idp:{region}:{account}:userpool/{id}.
func (p *Pool) ARN() string {
	return "arn:aws:cognito-idp:" + p.Region + ":" + p.AccountID + ":userpool/" + p.ID
}

// SRPName is the part of the id after the underscore, as SRP hashes it.
func (p *Pool) SRPName() string {
	for i := len(p.ID) - 1; i >= 0; i-- {
		if p.ID[i] == '_' {
			return p.ID[i+1:]
		}
	}
	return p.ID
}

// MFAMode is a pool's MfaConfiguration.
type MFAMode string

// The modes of multi-factor authentication.
const (
	MFAOff      MFAMode = "OFF"
	MFAOptional MFAMode = "OPTIONAL"
	MFAOn       MFAMode = "ON"
)

// Settings is what the product acts on, kept as one JSON document.
type Settings struct {
	UsernameAttributes []string          // email, phone_number: sign-in by attribute, the username is the sub
	AliasAttributes    []string          // email, phone_number, preferred_username
	AutoVerified       []string          // AutoVerifiedAttributes
	CaseSensitive      bool              // UsernameConfiguration.CaseSensitive
	Schema             []Attribute       // every standard attribute (with overrides), then custom ones
	Password           PasswordPolicy    // Policies.PasswordPolicy
	MFA                MFAMode           // MfaConfiguration
	SoftwareTokenMFA   bool              // SoftwareTokenMfaConfiguration.Enabled
	AdminCreateOnly    bool              // AdminCreateUserConfig.AllowAdminCreateUserOnly
	Recovery           []RecoveryOption  // AccountRecoverySetting by priority; empty: legacy phone, then email
	VerifyBeforeUpdate []string          // UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate
	DeletionProtection bool              // ACTIVE
	Tier               string            // LITE, ESSENTIALS, PLUS
	FirstFactors       []string          // SignInPolicy.AllowedFirstAuthFactors
	Messages           Messages          // texts of the pool's own
	SigningAlgorithm   string            // RS256 (default) or ES256
	Tags               map[string]string `json:",omitempty"`
	Configuration      json.RawMessage   `json:",omitempty"` // parts of the API's pool that are kept and returned as they came
}

// Attribute is one entry of the schema.
type Attribute struct {
	Name          string // custom ones with their prefix: custom:x, dev:custom:x
	Type          string // String, Number, DateTime, Boolean
	Mutable       bool
	Required      bool
	DeveloperOnly bool
	MinLength     *int   `json:",omitempty"`
	MaxLength     *int   `json:",omitempty"`
	MinValue      *int64 `json:",omitempty"`
	MaxValue      *int64 `json:",omitempty"`
}

// Attribute finds an entry of the schema by name; nil when there is none.
func (s *Settings) Attribute(name string) *Attribute {
	for i := range s.Schema {
		if s.Schema[i].Name == name {
			return &s.Schema[i]
		}
	}
	return nil
}

// PasswordPolicy is a pool's Policies.PasswordPolicy.
type PasswordPolicy struct {
	MinimumLength         int // 6–99
	RequireUppercase      bool
	RequireLowercase      bool
	RequireNumbers        bool
	RequireSymbols        bool
	HistorySize           int // 0–24
	TemporaryValidityDays int // 0 counts as 7
}

// TemporaryValidity is how long a temporary password signs in.
func (p PasswordPolicy) TemporaryValidity() time.Duration {
	days := p.TemporaryValidityDays
	if days == 0 {
		days = 7
	}
	return time.Duration(days) * 24 * time.Hour
}

// RecoveryOption is one entry of AccountRecoverySetting.RecoveryMechanisms.
type RecoveryOption struct {
	Name     string // verified_email, verified_phone_number, admin_only
	Priority int
}
