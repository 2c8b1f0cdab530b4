package identity

import (
	"context"
	"errors"
	"strings"

	"gatehouse/internal/policy"
)

// SetAlias gives the account another name, which is unique in the installation; the one that it had is free again.
func (s *Service) SetAlias(ctx context.Context, accountID, alias string) error {
	if len(alias) == 12 && strings.Trim(alias, "0123456789") == "" {
		return ErrInvalid.With("An account alias is not the number of an account.")
	}
	err := s.Accounts.SetAlias(ctx, accountID, alias)
	if errors.Is(err, ErrExists) {
		return ErrExists.With("The account alias %s already exists.", alias)
	}
	return err
}

// DeleteAlias takes the account's name away.
func (s *Service) DeleteAlias(ctx context.Context, accountID, alias string) error {
	err := s.Accounts.DeleteAlias(ctx, accountID, alias)
	if errors.Is(err, ErrNotFound) {
		return ErrNotFound.With("The account alias %s does not exist.", alias)
	}
	return err
}

// Alias is the account's name, empty for none.
func (s *Service) Alias(ctx context.Context, accountID string) (string, error) {
	alias, err := s.Accounts.Alias(ctx, accountID)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return alias, err
}

// Counts is how much an account has.
type Counts struct {
	Users, Groups, Roles, Policies int
	InstanceProfiles               int
	OIDCProviders                  int
	SAMLProviders                  int
	ServerCertificates             int
	RootCertificates               int // that root signs with
	Versions                       int // of policies
	RootKeys                       int
	RootMFA                        bool // an authenticator app or a passkey
	RootPassword                   bool // the root user of a member account has none
	MFADevices, MFADevicesInUse    int
}

// Count counts what an account has.
func (s *Service) Count(ctx context.Context, accountID string) (Counts, error) {
	return s.Accounts.Count(ctx, accountID)
}

// Quotas are how much an account may have, by the keys of GetAccountSummary.
func Quotas() map[string]int {
	return map[string]int{
		"UsersQuota": kinds[User].most, "GroupsQuota": kinds[Group].most, "RolesQuota": kinds[Role].most, "PoliciesQuota": maxPolicies, "InstanceProfilesQuota": kinds[InstanceProfile].most,
		"UserPolicySizeQuota": kinds[User].inline, "GroupPolicySizeQuota": kinds[Group].inline, "RolePolicySizeQuota": kinds[Role].inline,
		"AttachedPoliciesPerUserQuota": kinds[User].attached, "AttachedPoliciesPerGroupQuota": kinds[Group].attached, "AttachedPoliciesPerRoleQuota": kinds[Role].attached,
		"GroupsPerUserQuota": maxGroups, "AccessKeysPerUserQuota": maxAccessKeys, "VersionsPerPolicyQuota": maxVersions, "ServerCertificatesQuota": maxServerCertificates, "SigningCertificatesPerUserQuota": credentialKinds[SigningCertificate].most,
		"PolicyVersionsInUseQuota": 10_000, "PolicySizeQuota": policy.QuotaManaged, "AssumeRolePolicySizeQuota": policy.QuotaTrust,
	}
}
