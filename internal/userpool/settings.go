package userpool

import (
	"slices"
	"strings"
)

// Tiers of pools.
const (
	TierLite       = "LITE"
	TierEssentials = "ESSENTIALS"
	TierPlus       = "PLUS"
)

// FactorPassword is the one first factor that every pool has.
const FactorPassword = "PASSWORD"

// DefaultSettings are those of a pool that was made with nothing but a name.
func DefaultSettings() Settings {
	return Settings{
		CaseSensitive: true,
		Schema:        StandardSchema(),
		Password: PasswordPolicy{
			MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true,
			TemporaryValidityDays: 7,
		},
		MFA:              MFAOff,
		Tier:             TierEssentials,
		FirstFactors:     []string{FactorPassword},
		SigningAlgorithm: "RS256",
	}
}

// check holds every rule between the settings of a pool.
func (s *Settings) check() error {
	for _, rule := range []func(*Settings) error{
		checkSignInNames, checkPassword, checkMFA, checkTier, checkRecovery, checkVerification, checkMessages, checkSigning,
	} {
		if err := rule(s); err != nil {
			return err
		}
	}
	return checkTags(s.Tags)
}

func checkSignInNames(s *Settings) error {
	if len(s.UsernameAttributes) > 0 && len(s.AliasAttributes) > 0 {
		return ErrInvalid.With("Only one of the aliasAttributes or usernameAttributes can be set in a user pool.")
	}
	if !among(s.UsernameAttributes, "email", "phone_number") {
		return ErrInvalid.With("Username attributes are email and phone_number.")
	}
	if !among(s.AliasAttributes, "email", "phone_number", "preferred_username") {
		return ErrInvalid.With("Alias attributes are email, phone_number and preferred_username.")
	}
	if !among(s.AutoVerified, "email", "phone_number") {
		return ErrInvalid.With("Auto-verified attributes are email and phone_number.")
	}
	return nil
}

func checkPassword(s *Settings) error {
	p := s.Password
	switch {
	case p.MinimumLength < 6 || p.MinimumLength > 99:
		return ErrInvalid.With("The minimum password length is from 6 to 99.")
	case p.HistorySize < 0 || p.HistorySize > 24:
		return ErrInvalid.With("The password history size is from 0 to 24.")
	case p.TemporaryValidityDays < 0 || p.TemporaryValidityDays > 365:
		return ErrInvalid.With("Temporary passwords are valid from 0 to 365 days.")
	}
	return nil
}

func checkMFA(s *Settings) error {
	switch {
	case !slices.Contains([]MFAMode{MFAOff, MFAOptional, MFAOn}, s.MFA):
		return ErrInvalid.With("The MFA configuration is OFF, ON or OPTIONAL.")
	case s.MFA != MFAOff && !s.SoftwareTokenMFA:
		return ErrInvalid.With("Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.")
	}
	if !slices.Contains(s.FirstFactors, FactorPassword) {
		return ErrInvalid.With("AllowedFirstAuthFactors must contain PASSWORD.")
	}
	return nil
}

func checkTier(s *Settings) error {
	if !slices.Contains([]string{TierLite, TierEssentials, TierPlus}, s.Tier) {
		return ErrInvalid.With("The tier is LITE, ESSENTIALS or PLUS.")
	}
	if s.Tier != TierLite {
		return nil
	}
	if s.Password.HistorySize > 0 {
		return ErrFeatureNotInTier.With("Password history is not available in the LITE tier.")
	}
	if len(s.FirstFactors) > 1 {
		return ErrFeatureNotInTier.With("Choice-based sign-in is not available in the LITE tier.")
	}
	return nil
}

func checkRecovery(s *Settings) error {
	names, priorities := map[string]bool{}, map[int]bool{}
	for _, r := range s.Recovery {
		if !slices.Contains([]string{"verified_email", "verified_phone_number", "admin_only"}, r.Name) {
			return ErrInvalid.With("Recovery mechanisms are verified_email, verified_phone_number and admin_only.")
		}
		if r.Priority < 1 || r.Priority > 2 {
			return ErrInvalid.With("A recovery mechanism's priority is 1 or 2.")
		}
		if names[r.Name] || priorities[r.Priority] {
			return ErrInvalid.With("Recovery mechanisms and their priorities must differ from each other.")
		}
		names[r.Name], priorities[r.Priority] = true, true
	}
	if names["admin_only"] && len(s.Recovery) > 1 {
		return ErrInvalid.With("admin_only can not be combined with another recovery mechanism.")
	}
	return nil
}

func checkVerification(s *Settings) error {
	for _, a := range s.VerifyBeforeUpdate {
		if !slices.Contains(s.AutoVerified, a) {
			return ErrInvalid.With("All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")
		}
	}
	return nil
}

func checkSigning(s *Settings) error {
	if s.SigningAlgorithm != "RS256" && s.SigningAlgorithm != "ES256" {
		return ErrInvalid.With("Tokens are signed with RS256 or ES256.")
	}
	return nil
}

// checkTags refuses keys that differ by case alone, which Cognito takes: to policies (aws:ResourceTag) they are one
// key, and whoever may add a tag could speak over one that guards the pool.
func checkTags(tags map[string]string) error {
	if len(tags) > MaxTags {
		return ErrLimit.With("Exceeded the limit of %d tags for a resource.", MaxTags)
	}
	folded := map[string]bool{}
	for k, v := range tags {
		if n := len([]rune(k)); n < 1 || n > 128 || len([]rune(v)) > 256 {
			return ErrInvalid.With("A tag's key has 1 to 128 characters and its value at most 256.")
		}
		if strings.HasPrefix(strings.ToLower(k), "aws:") {
			return ErrInvalid.With("Tag keys that begin with aws: are reserved.")
		}
		if folded[strings.ToLower(k)] {
			return ErrInvalid.With("Tag keys that differ by case alone are one key to policies: %s", k)
		}
		folded[strings.ToLower(k)] = true
	}
	return nil
}

// among tells whether every value is one of the allowed ones, and none comes twice.
func among(values []string, allowed ...string) bool {
	for i, v := range values {
		if !slices.Contains(allowed, v) || slices.Contains(values[:i], v) {
			return false
		}
	}
	return true
}
