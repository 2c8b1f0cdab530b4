package identity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
)

// CredentialKind is what sort of credential one is.
type CredentialKind string

// Kinds of credentials that users have besides access keys and a password.
const (
	SigningCertificate CredentialKind = "signing-certificate" // of root too
	SSHPublicKey       CredentialKind = "ssh-public-key"
	ServiceCredential  CredentialKind = "service" // a name and password for one service
)

type credentialTraits struct {
	label string // as sentences name it
	quota string
	most  int // of a user; of service credentials for each service
}

var credentialKinds = map[CredentialKind]credentialTraits{
	SigningCertificate: {"Certificate", "SigningCertificatesPerUser", 2},
	SSHPublicKey:       {"Public Key", "SSHPublicKeysPerUser", 5},
	ServiceCredential:  {"Service Specific Credential", "ServiceSpecificCredentialsPerUser", 2},
}

// UserCredential is a signing certificate, an SSH public key or a service-specific credential.
type UserCredential struct {
	AccountID string
	OwnerID   string // of a user, or the account's id for root
	ID        string
	Kind      CredentialKind
	Status    iam.KeyStatus
	CreatedAt time.Time
	Body      string // the certificate in PEM, or the public key as authorized_keys has it

	// What only service-specific credentials have.
	Service    string
	UserName   string // that the service is told, or the alias of an API key
	SecretHash []byte
	ExpiresAt  time.Time // zero for never
}

// CredentialFilter narrows a list of credentials; what is empty narrows nothing.
type CredentialFilter struct {
	OwnerID string
	Kind    CredentialKind
	Service string
}

// UserCredentialStore keeps credentials of users. A method that finds nothing answers ErrNotFound.
type UserCredentialStore interface {
	// InsertUserCredential answers ErrExists where the account has one of that id.
	InsertUserCredential(ctx context.Context, c UserCredential) error
	// ListUserCredentials answers those whose ids are after one, in the order of ids.
	ListUserCredentials(ctx context.Context, accountID string, f CredentialFilter, after string, limit int) ([]UserCredential, error)
	SetUserCredentialStatus(ctx context.Context, accountID, ownerID string, k CredentialKind, id string, status iam.KeyStatus) error
	// SetUserCredentialSecret replaces the secret, and answers the credential.
	SetUserCredentialSecret(ctx context.Context, accountID, ownerID, id string, hash []byte) (UserCredential, error)
	DeleteUserCredential(ctx context.Context, accountID, ownerID string, k CredentialKind, id string) error
}

// addCredential makes a credential of somebody who is there, within the quota of its kind, and for a service within
// that of the service. Prepare sees those that there are, and may refuse.
func (s *Service) addCredential(ctx context.Context, c UserCredential, prepare func(c *UserCredential, have []UserCredential) error) (UserCredential, error) {
	c.Status, c.CreatedAt = iam.Active, s.now()
	traits := credentialKinds[c.Kind]
	err := s.Tx.InTx(ctx, func(ctx context.Context) error {
		if c.OwnerID != c.AccountID { // gone meanwhile: nobody could delete the credential
			if _, err := s.Identities.IdentityByID(ctx, c.AccountID, c.OwnerID); err != nil {
				return err
			}
		}
		have, err := s.UserCredentials.ListUserCredentials(ctx, c.AccountID, CredentialFilter{c.OwnerID, c.Kind, c.Service}, "", maxItems)
		if err != nil {
			return err
		}
		if err := prepare(&c, have); err != nil {
			return err
		}
		if len(have) >= traits.most {
			return overQuota(traits.quota, traits.most)
		}
		return s.UserCredentials.InsertUserCredential(ctx, c)
	})
	return c, err
}

// once refuses a certificate or public key that its owner has already.
func once(duplicate *fault.Error) func(*UserCredential, []UserCredential) error {
	return func(c *UserCredential, have []UserCredential) error {
		if slices.ContainsFunc(have, func(h UserCredential) bool { return h.Body == c.Body }) {
			return duplicate
		}
		return nil
	}
}

// ListCredentials answers a page of credentials, in the order of ids.
func (s *Service) ListCredentials(ctx context.Context, accountID string, f CredentialFilter, at Place) (Page[UserCredential], error) {
	return page(s, strings.Join([]string{"credentials", accountID, f.OwnerID, string(f.Kind), f.Service}, "/"), at, func(after string, limit int) ([]UserCredential, error) {
		return s.UserCredentials.ListUserCredentials(ctx, accountID, f, after, limit)
	}, func(c UserCredential) string { return c.ID })
}

// SetCredentialStatus turns a credential of an owner on or off.
func (s *Service) SetCredentialStatus(ctx context.Context, accountID, ownerID string, k CredentialKind, id string, status iam.KeyStatus) error {
	return noCredential(s.UserCredentials.SetUserCredentialStatus(ctx, accountID, ownerID, k, id, status), k, id)
}

// DeleteCredential deletes a credential of an owner.
func (s *Service) DeleteCredential(ctx context.Context, accountID, ownerID string, k CredentialKind, id string) error {
	return noCredential(s.UserCredentials.DeleteUserCredential(ctx, accountID, ownerID, k, id), k, id)
}

func noCredential(err error, k CredentialKind, id string) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNotFound.With("The %s with id %s cannot be found.", credentialKinds[k].label, id)
	}
	return err
}
