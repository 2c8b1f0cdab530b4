package identity

import (
	"context"
	"strconv"
	"strings"
)

const (
	tokenVersion  = "sts-token-version"
	propertyName  = "property/"
	maxProperties = 100 // of an account
	maxProperty   = 256 // characters of a name or value
)

// AccountSettingStore keeps what accounts have chosen for themselves.
type AccountSettingStore interface {
	// SaveAccountSettings adds settings, or replaces them.
	SaveAccountSettings(ctx context.Context, accountID string, settings map[string]string) error
	// AccountSettings answers those whose names begin with a prefix.
	AccountSettings(ctx context.Context, accountID, prefix string) (map[string]string, error)
}

// SetTokenVersion chooses the version of STS's tokens, 1 or 2. Tokens here are good in all regions whatever it is.
func (s *Service) SetTokenVersion(ctx context.Context, accountID string, version int) error {
	return s.Settings.SaveAccountSettings(ctx, accountID, map[string]string{tokenVersion: strconv.Itoa(version)})
}

// TokenVersion is the version of STS's tokens that the account has chosen, 1 where it never did.
func (s *Service) TokenVersion(ctx context.Context, accountID string) (int, error) {
	all, err := s.Settings.AccountSettings(ctx, accountID, tokenVersion)
	if err != nil || all[tokenVersion] == "" {
		return 1, err
	}
	return strconv.Atoi(all[tokenVersion])
}

// SetProperties adds properties of an account, Namespace/PropertyName and all of one namespace, or replaces them.
func (s *Service) SetProperties(ctx context.Context, accountID string, properties map[string]string) error {
	namespace := ""
	settings := make(map[string]string, len(properties))
	for name, value := range properties {
		first, rest, _ := strings.Cut(name, "/")
		switch {
		case !isWord(first) || !isWord(rest) || len(name) > maxProperty || len(value) > maxProperty:
			return ErrInvalid.With("A property is Namespace/PropertyName of letters, digits, - and _, and a value, each of %d characters at most.", maxProperty)
		case namespace != "" && namespace != first:
			return ErrInvalid.With("All properties in a request must belong to the same namespace.")
		}
		namespace, settings[propertyName+name] = first, value
	}
	if len(settings) == 0 {
		return ErrInvalid.With("There are no properties in the request.")
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		have, err := s.Settings.AccountSettings(ctx, accountID, propertyName)
		if err != nil {
			return err
		}
		for name := range settings {
			have[name] = ""
		}
		if len(have) > maxProperties {
			return ErrInvalid.With("An account has %d properties at most.", maxProperties)
		}
		return s.Settings.SaveAccountSettings(ctx, accountID, settings)
	})
}

func isWord(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

// Properties are those of an account.
func (s *Service) Properties(ctx context.Context, accountID string) (map[string]string, error) {
	settings, err := s.Settings.AccountSettings(ctx, accountID, propertyName)
	properties := make(map[string]string, len(settings))
	for name, value := range settings {
		properties[strings.TrimPrefix(name, propertyName)] = value
	}
	return properties, err
}
