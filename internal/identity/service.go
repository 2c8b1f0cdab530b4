package identity

import (
	"context"
	"encoding/base32"
	"fmt"
	"io"
	"time"

	"gatehouse/internal/seal"
)

// Tx runs a function in one transaction; it may run more than once.
type Tx interface {
	InTx(ctx context.Context, fn func(context.Context) error) error
}

// Service administers identities. All fields are required.
type Service struct {
	Identities    IdentityStore
	Inline        InlineStore
	Policies      PolicyStore
	Attachments   AttachmentStore
	Members       MemberStore
	AccessKeys    AccessKeyStore
	Accounts      AccountStore
	OIDCProviders OIDCProviderStore
	Credentials   CredentialStore
	SAMLProviders SAMLProviderStore
	MFADevices    MFADeviceStore
	Tx            Tx
	Keys          *seal.Keyring
	Clock         func() time.Time
	Rand          io.Reader

	ServerCertificates ServerCertificateStore
	UserCredentials    UserCredentialStore
	RoleDeletions      RoleDeletionStore
	CredentialReports  CredentialReportStore
	ServiceUses        ServiceUseStore
	AccessReports      AccessReportStore
	Settings           AccountSettingStore
}

// change runs a write that may change what somebody of the account is permitted, and says so to whoever holds
// compiled policies.
func (s *Service) change(ctx context.Context, accountID string, fn func(context.Context) error) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := fn(ctx); err != nil {
			return err
		}
		return s.Identities.NextPolicyVersion(ctx, accountID)
	})
}

func (s *Service) now() time.Time { return s.Clock().UTC() }

// newID is a unique id: a prefix of four letters and 17 characters.
func (s *Service) newID(prefix string) (string, error) {
	b := make([]byte, 11)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	return prefix + base32.StdEncoding.EncodeToString(b)[:17], nil
}
