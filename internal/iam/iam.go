// Package iam is accounts, their root users and access keys, and the passwords of IAM users. It proves who a caller is; what the caller
// may do is decided by policies, at the gate in internal/api.
package iam

import (
	"context"
	"io"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/audit"
	"gatehouse/internal/authn/passkey"
	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// Reasons of refusals.
var (
	// ErrNotFound is for what is not there; it never reaches a caller as it is.
	ErrNotFound = fault.Status(404, "NoSuchEntity", "The requested entity cannot be found.")
	// ErrSignIn is one answer for an unknown address and a wrong password.
	ErrSignIn = fault.Status(401, "AuthenticationFailure", "The email address or the password is not right.")
	// ErrTooManyAttempts is answered while guesses wait after wrong ones.
	ErrTooManyAttempts = fault.Status(429, "TooManyRequestsException", "Too many attempts. Wait and try again.")
)

// Account is what everything belongs to.
type Account struct {
	ID        string // 12 digits
	CreatedAt time.Time
}

// Root is the root user of an account.
type Root struct {
	AccountID    string
	Email        string // lower case
	PasswordHash string // argon2id
	// ChangedAt is when the email or password last changed; console sessions that began earlier are over.
	ChangedAt time.Time
}

// ARN names the root user.
func (r Root) ARN() string { return rootARN(r.AccountID) }

func rootARN(account string) string {
	return arn.ARN{Service: "iam", AccountID: account, Resource: "root"}.String()
}

// KeyStatus is Active or Inactive.
type KeyStatus string

// Statuses of access keys.
const (
	Active   KeyStatus = "Active"
	Inactive KeyStatus = "Inactive"
)

// AccessKey is a long-term credential.
type AccessKey struct {
	ID           string // AKIA…
	AccountID    string
	OwnerID      string // the account id for root
	SealedSecret []byte
	Status       KeyStatus
	CreatedAt    time.Time
	// LastUsed is zero before the first use, and LastUsedService (iam) and LastUsedRegion are empty.
	LastUsed                        time.Time
	LastUsedService, LastUsedRegion string
}

// OwnedKey is an access key with what the verification of a signature needs to know of its owner.
type OwnedKey struct {
	AccessKey
	UserName, UserPath string // of the user; empty for root, and for a user who is gone
	PolicyVersion      int64  // of the account
}

// Store keeps accounts, root users and access keys. A method that finds nothing answers ErrNotFound.
type Store interface {
	// FirstAccount is the account that the installation was started with.
	FirstAccount(ctx context.Context) (Account, error)
	// CreateFirstAccount makes the account and its root user; ErrNotFound's opposite, a conflict with
	// another node that did so first, is ErrExists.
	CreateFirstAccount(ctx context.Context, a Account, r Root) error

	RootByAccount(ctx context.Context, accountID string) (Root, error)
	RootByEmail(ctx context.Context, email string) (Root, error)
	// UpdateRoot sets email, password hash and ChangedAt.
	UpdateRoot(ctx context.Context, r Root) error
	// RehashRoot sets the password hash where it is still old; ErrNotFound otherwise.
	RehashRoot(ctx context.Context, r Root, old string) error

	AccessKeyByID(ctx context.Context, id string) (OwnedKey, error)
	ListAccessKeys(ctx context.Context, accountID, ownerID string) ([]AccessKey, error)
	CreateAccessKey(ctx context.Context, k AccessKey) error
	DeleteAccessKeys(ctx context.Context, accountID, ownerID string) error
}

// ErrExists is what stores answer where something is there already.
var ErrExists = fault.Status(409, "EntityAlreadyExists", "The entity exists already.")

// Tx runs a function in one transaction; it may run more than once.
type Tx interface {
	InTx(ctx context.Context, fn func(context.Context) error) error
}

// Service is the people and keys of IAM, and who is signed in to the console. All fields are required.
type Service struct {
	Store    Store
	Console  ConsoleStore
	Tokens   SoftwareTokenStore
	Attempts Attempts
	Networks NetworkStore
	Profiles LoginProfileStore
	Policies PasswordPolicyStore
	MFA      MFADeviceStore
	Users    UserStore
	Passkeys PasskeyStore
	Party    passkey.Party // for passkeys; its ID is empty where there can be none
	Audit    *audit.Recorder
	Tx       Tx
	Keys     *seal.Keyring
	Hasher   *seal.Hasher
	Clock    func() time.Time
	Rand     io.Reader
}
