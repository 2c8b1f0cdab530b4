package identity

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// ErrNotSupportedService is a service that takes no credentials of its own.
var ErrNotSupportedService = fault.Status(404, "NotSupportedService", "The specified service does not support service-specific credentials.")

// serviceCredentials are the services that take credentials of their own; true for those whose credentials are API keys,
// which may expire.
var serviceCredentials = map[string]bool{
	"codecommit.amazonaws.com": false, "cassandra.amazonaws.com": false, "bedrock.amazonaws.com": true, "logs.amazonaws.com": true,
}

// IsAPIKey tells whether a service-specific credential is an API key rather than a name and a password.
func (c *UserCredential) IsAPIKey() bool { return serviceCredentials[c.Service] }

// CreateServiceCredential makes a credential of a user for one service and answers its password, which nobody can read
// again. Age is for API keys alone; zero is for ever.
func (s *Service) CreateServiceCredential(ctx context.Context, user Identity, service string, age time.Duration) (UserCredential, seal.Secret, error) {
	apiKey, known := serviceCredentials[service]
	switch {
	case !known:
		return UserCredential{}, "", ErrNotSupportedService.With("No such service %s is supported for Service Specific Credentials", service)
	case age != 0 && !apiKey:
		return UserCredential{}, "", ErrInvalid.With("Credentials for %s do not expire.", service)
	}
	id, err := s.newID("ACCA")
	if err != nil {
		return UserCredential{}, "", err
	}
	secret, err := s.newServicePassword()
	if err != nil {
		return UserCredential{}, "", err
	}
	c := UserCredential{AccountID: user.AccountID, OwnerID: user.ID, Kind: ServiceCredential, ID: id, Service: service, SecretHash: seal.HashHandle(secret.Reveal())}
	if age != 0 {
		c.ExpiresAt = s.now().Add(age)
	}
	c, err = s.addCredential(ctx, c, func(c *UserCredential, have []UserCredential) error {
		c.UserName = serviceUserName(user, have)
		return nil
	})
	return c, secret, err
}

// serviceUserName is who a service is told a user is: jane-at-111122223333, and jane+1-at-111122223333 for the second.
func serviceUserName(user Identity, have []UserCredential) string {
	name := fmt.Sprintf("%s-at-%s", user.Name, user.AccountID)
	for _, h := range have {
		if h.UserName == name {
			return fmt.Sprintf("%s+1-at-%s", user.Name, user.AccountID)
		}
	}
	return name
}

func (s *Service) newServicePassword() (seal.Secret, error) {
	b := make([]byte, 33)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	return seal.Secret(base64.StdEncoding.EncodeToString(b)), nil
}

// ResetServiceCredential gives a credential a new password; the old one is good no more.
func (s *Service) ResetServiceCredential(ctx context.Context, accountID, ownerID, id string) (UserCredential, seal.Secret, error) {
	secret, err := s.newServicePassword()
	if err != nil {
		return UserCredential{}, "", err
	}
	c, err := s.UserCredentials.SetUserCredentialSecret(ctx, accountID, ownerID, id, seal.HashHandle(secret.Reveal()))
	return c, secret, noCredential(err, ServiceCredential, id)
}
