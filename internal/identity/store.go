package identity

import (
	"context"
	"time"

	"gatehouse/internal/iam"
)

// IdentityStore keeps users, groups and roles. A method that finds nothing answers ErrNotFound.
type IdentityStore interface {
	// NextPolicyVersion counts the account's policy version up.
	NextPolicyVersion(ctx context.Context, accountID string) error
	// InsertIdentity answers ErrExists where the name is taken.
	InsertIdentity(ctx context.Context, i Identity) error
	// IdentityByName takes a name in any case.
	IdentityByName(ctx context.Context, accountID string, k Kind, name string) (Identity, error)
	// IdentityByID finds one of any kind.
	IdentityByID(ctx context.Context, accountID, id string) (Identity, error)
	// AnyIdentity finds one of any account.
	AnyIdentity(ctx context.Context, id string) (Identity, error)
	// SaveIdentity sets all that may change; ErrExists where the name is taken.
	SaveIdentity(ctx context.Context, i Identity) error
	DeleteIdentity(ctx context.Context, accountID, id string) error
	// ListIdentities answers those below a path whose lower-case names are after one, in the order of these.
	ListIdentities(ctx context.Context, accountID string, k Kind, pathPrefix, after string, limit int) ([]Identity, error)
	// ProfilesOf answers the instance profiles that hold a role, as ListIdentities does.
	ProfilesOf(ctx context.Context, accountID, roleID, after string, limit int) ([]Identity, error)
	CountIdentities(ctx context.Context, accountID string, k Kind) (int, error)
}

// InlinePolicy is a policy that lives and dies with one identity.
type InlinePolicy struct {
	Name     string
	Document string
	Size     int // characters that the quota counts
}

// InlineStore keeps inline policies of identities.
type InlineStore interface {
	PutInlinePolicy(ctx context.Context, accountID, ownerID string, p InlinePolicy) error
	InlinePolicy(ctx context.Context, accountID, ownerID, name string) (InlinePolicy, error)
	DeleteInlinePolicy(ctx context.Context, accountID, ownerID, name string) error
	// ListInlinePolicies answers those after a name, in the order of names.
	ListInlinePolicies(ctx context.Context, accountID, ownerID, after string, limit int) ([]InlinePolicy, error)
	// InlineSize sums up the sizes of all but the named one.
	InlineSize(ctx context.Context, accountID, ownerID, except string) (int, error)
}

// AccessKeyStore keeps access keys of users, and of root, whose id is the account's.
type AccessKeyStore interface {
	CreateAccessKey(ctx context.Context, k iam.AccessKey) error
	ListAccessKeys(ctx context.Context, accountID, ownerID string) ([]iam.AccessKey, error)
	// AccessKeyOf is a key of an account.
	AccessKeyOf(ctx context.Context, accountID, id string) (iam.AccessKey, error)
	SetAccessKeyStatus(ctx context.Context, accountID, ownerID, id string, status iam.KeyStatus) error
	DeleteAccessKey(ctx context.Context, accountID, ownerID, id string) error
	// UseAccessKey notes a use that is later than the one that is known.
	UseAccessKey(ctx context.Context, accountID, id, service, region string, at time.Time) error
}

// PolicyStore keeps the managed policies of accounts, and their versions.
type PolicyStore interface {
	// InsertPolicy answers ErrExists where the name is taken.
	InsertPolicy(ctx context.Context, p Policy) error
	// PolicyByARN counts its uses too.
	PolicyByARN(ctx context.Context, accountID, policyARN string) (Policy, error)
	// SavePolicy sets tags, default and last version and UpdatedAt.
	SavePolicy(ctx context.Context, p Policy) error
	DeletePolicy(ctx context.Context, accountID, id string) error
	// ListPolicies answers those whose lower-case names are after one, in the order of these.
	ListPolicies(ctx context.Context, accountID string, f PolicyFilter, after string, limit int) ([]Policy, error)
	CountPolicies(ctx context.Context, accountID string) (int, error)
	// CountUses counts the identities that have a policy, AWS's too, and those that it bounds.
	CountUses(ctx context.Context, accountID, policyARN string) (attached, bounding int, err error)

	InsertVersion(ctx context.Context, accountID, policyID string, v Version) error
	Version(ctx context.Context, accountID, policyID string, number int) (Version, error)
	ListVersions(ctx context.Context, accountID, policyID string) ([]Version, error)
	DeleteVersion(ctx context.Context, accountID, policyID string, number int) error
}

// AttachmentStore keeps which identity has which managed policy.
type AttachmentStore interface {
	Attach(ctx context.Context, accountID, ownerID, policyARN string, at time.Time) error
	Detach(ctx context.Context, accountID, ownerID, policyARN string) error
	// ListAttachments answers all ARNs in their order.
	ListAttachments(ctx context.Context, accountID, ownerID string) ([]string, error)
	// ListEntities answers who has a policy or is bounded by it, in the order of ids.
	ListEntities(ctx context.Context, accountID, policyARN string, f EntityFilter, after string, limit int) ([]Identity, error)
}

// MemberStore keeps which user is in which group. Lists are in the order of lower-case names, and begin after one.
type MemberStore interface {
	AddMember(ctx context.Context, accountID, groupID, userID string, at time.Time) error
	RemoveMember(ctx context.Context, accountID, groupID, userID string) error
	GroupsOf(ctx context.Context, accountID, userID, after string, limit int) ([]Identity, error)
	MembersOf(ctx context.Context, accountID, groupID, after string, limit int) ([]Identity, error)
}

// AccountStore keeps the names of accounts, and counts what they have.
type AccountStore interface {
	IsAccount(ctx context.Context, accountID string) (bool, error)
	// SetAlias answers ErrExists where another account has the alias.
	SetAlias(ctx context.Context, accountID, alias string) error
	DeleteAlias(ctx context.Context, accountID, alias string) error
	Alias(ctx context.Context, accountID string) (string, error)
	Count(ctx context.Context, accountID string) (Counts, error)
}

// CredentialStore tells which users have something to sign in with but access keys.
type CredentialStore interface {
	HasLoginProfile(ctx context.Context, accountID, userID string) (bool, error)
	MFADevicesOf(ctx context.Context, accountID, userID string) ([]iam.MFADevice, error)
}

// MFADeviceStore keeps virtual MFA devices, whoever has them.
type MFADeviceStore interface {
	// InsertMFADevice answers ErrExists where the serial is taken.
	InsertMFADevice(ctx context.Context, d MFADevice) error
	VirtualMFADevice(ctx context.Context, accountID, serial string) (MFADevice, error)
	SaveMFADeviceTags(ctx context.Context, d MFADevice) error
	// DeleteMFADevice deletes one that nobody has.
	DeleteMFADevice(ctx context.Context, accountID, serial string) error
	// ListMFADevices answers those after a serial, in the order of serials; assigned selects those that somebody has, or
	// nobody, nil all.
	ListMFADevices(ctx context.Context, accountID string, assigned *bool, after string, limit int) ([]MFADevice, error)
	CountMFADevices(ctx context.Context, accountID string) (int, error)
}
