package organization

import (
	"context"
	"time"
)

// OrganizationStore keeps organizations. A method of any of these stores that finds nothing answers ErrNotFound.
type OrganizationStore interface {
	// InsertOrganization answers ErrExists where the account manages one.
	InsertOrganization(ctx context.Context, o Organization) error
	// OrganizationOf is the one that an account is in.
	OrganizationOf(ctx context.Context, accountID string) (Organization, error)
	// SaveOrganization sets all that may change.
	SaveOrganization(ctx context.Context, o Organization) error
	// DeleteOrganization deletes it with its units, policies, handshakes and all else that is only its own.
	DeleteOrganization(ctx context.Context, id string) error
	// Lock makes other writes to the organization wait for this transaction.
	Lock(ctx context.Context, id string) error
	// NextPolicyVersions counts the policy version of every account in it up.
	NextPolicyVersions(ctx context.Context, id string) error
	// NextPolicyVersion counts that of one account up.
	NextPolicyVersion(ctx context.Context, accountID string) error
}

// AccountStore keeps accounts and which organization they are in.
type AccountStore interface {
	// InsertAccount makes an account with a root user who has no password; ErrExists where the address is taken.
	InsertAccount(ctx context.Context, a Account, at time.Time) error
	CloseAccount(ctx context.Context, accountID string, at time.Time) error
	// Account is any account, with its place where it has one.
	Account(ctx context.Context, accountID string) (Account, error)
	EmailTaken(ctx context.Context, email string) (bool, error)
	// Place puts an account into an organization, or elsewhere in it, and sets its tags.
	Place(ctx context.Context, a Account) error
	Remove(ctx context.Context, organizationID, accountID string) error
	// ListAccounts answers those of a parent, or of all where it is empty, whose ids are after one, in their order.
	ListAccounts(ctx context.Context, organizationID, parentID, after string, limit int) ([]Account, error)
	CountAccounts(ctx context.Context, organizationID string) (int, error)
}

// UnitStore keeps organizational units.
type UnitStore interface {
	// InsertUnit and SaveUnit answer ErrExists where the name is taken in the parent.
	InsertUnit(ctx context.Context, u Unit) error
	SaveUnit(ctx context.Context, u Unit) error
	DeleteUnit(ctx context.Context, organizationID, id string) error
	Unit(ctx context.Context, organizationID, id string) (Unit, error)
	// ListUnits answers those of a parent, or of all where it is empty, whose ids are after one, in their order.
	ListUnits(ctx context.Context, organizationID, parentID, after string, limit int) ([]Unit, error)
	CountUnits(ctx context.Context, organizationID string) (int, error)
}

// PolicyStore keeps policies and what they hang on.
type PolicyStore interface {
	// InsertPolicy and SavePolicy answer ErrExists where the name is taken in the type.
	InsertPolicy(ctx context.Context, p Policy) error
	SavePolicy(ctx context.Context, p Policy) error
	DeletePolicy(ctx context.Context, organizationID, id string) error
	Policy(ctx context.Context, organizationID, id string) (Policy, error)
	// ListPolicies answers those of a type whose ids are after one, in their order.
	ListPolicies(ctx context.Context, organizationID string, t PolicyType, after string, limit int) ([]Policy, error)
	CountPolicies(ctx context.Context, organizationID string, t PolicyType) (int, error)

	// Attach answers ErrExists where it is attached.
	Attach(ctx context.Context, a Attachment, at time.Time) error
	Detach(ctx context.Context, organizationID, targetID, policyID string) error
	// DetachAll detaches all of a type (of every type where it is empty) from a target, or from all where that is empty.
	DetachAll(ctx context.Context, organizationID, targetID string, t PolicyType) error
	// Attached answers the ids of the policies of a type on a target, in their order.
	Attached(ctx context.Context, organizationID, targetID string, t PolicyType) ([]string, error)
	// Targets answers the ids that a policy hangs on and that are after one, in their order.
	Targets(ctx context.Context, organizationID, policyID, after string, limit int) ([]string, error)
}

// HandshakeStore keeps handshakes.
type HandshakeStore interface {
	InsertHandshake(ctx context.Context, h Handshake) error
	// SetHandshakeState changes a state where it still is the one before.
	SetHandshakeState(ctx context.Context, id string, before, state State) error
	Handshake(ctx context.Context, id string) (Handshake, error)
	// ListHandshakes answers those that a filter lets through whose ids are after one, in their order.
	ListHandshakes(ctx context.Context, f HandshakeFilter, after string, limit int) ([]Handshake, error)
	// DeleteHandshakesBefore forgets those of an organization that expired before a time.
	DeleteHandshakesBefore(ctx context.Context, organizationID string, at time.Time) error
}

// DelegationStore keeps which services and accounts act for an organization.
type DelegationStore interface {
	EnableService(ctx context.Context, organizationID string, s ServiceAccess) error
	DisableService(ctx context.Context, organizationID, principal string) error
	// ListServices answers all, in the order of their principals.
	ListServices(ctx context.Context, organizationID string) ([]ServiceAccess, error)
	// InsertDelegate answers ErrExists where the account is registered for the service.
	InsertDelegate(ctx context.Context, organizationID string, d Delegate) error
	DeleteDelegate(ctx context.Context, organizationID, accountID, principal string) error
	// ListDelegates answers all, in the order of accounts and principals.
	ListDelegates(ctx context.Context, organizationID string) ([]Delegate, error)

	SaveResourcePolicy(ctx context.Context, organizationID string, p ResourcePolicy) error
	ResourcePolicy(ctx context.Context, organizationID string) (ResourcePolicy, error)
	DeleteResourcePolicy(ctx context.Context, organizationID string) error
}

// RequestStore keeps requests to create accounts.
type RequestStore interface {
	InsertRequest(ctx context.Context, organizationID string, r Request) error
	Request(ctx context.Context, organizationID, id string) (Request, error)
	// ListRequests answers those after an id, in the order of ids.
	ListRequests(ctx context.Context, organizationID, after string, limit int) ([]Request, error)
}
