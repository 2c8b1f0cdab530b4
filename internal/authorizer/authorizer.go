// Package authorizer decides for other services what somebody may do there: a service says who asks, by what, and for
// what, and gets the answer that the policies of this installation give. Whom a service may ask about, and that it is a
// service at all, is decided before, at the gate in internal/api or by forward.go's secret; what policies mean is package
// policy's, and whose they are package permission's.
package authorizer

import (
	"context"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
	"gatehouse/internal/token"
)

// Reasons of refusals. They are of the question; that somebody may not do something is an answer.
var (
	ErrInvalid = fault.New("ValidationException", "The input is not valid.")
	// ErrUnproved is a token or a signature that proves nobody. Its code is not that of a bad signature of the call itself.
	ErrUnproved = fault.New("SubjectNotVerifiedException", "")
	ErrNotFound = fault.Status(404, "ResourceNotFoundException", "There is no such principal.")
)

// Permissions is *permission.Service.
type Permissions interface {
	Decide(ctx context.Context, q *policy.Request, by permission.By) (policy.Decision, error)
	Explain(ctx context.Context, q *policy.Request, by permission.By) (*policy.Explanation, error)
	Set(kind policy.Kind, sources ...permission.Source) (*policy.Set, error)
}

// Identities is *identity.Service.
type Identities interface {
	ByName(ctx context.Context, accountID string, k identity.Kind, name string) (identity.Identity, error)
	OIDCProvider(ctx context.Context, accountID, arnOrIssuer string) (identity.OIDCProvider, error)
	UseAccessKey(ctx context.Context, accountID, id, service, region string, last time.Time) error
}

// Keys is *iam.Service.
type Keys interface {
	Credential(ctx context.Context, accessKeyID string) (iam.Credential, error)
	RootKeyUsed(ctx context.Context, r audit.Record, service, asker string) error
}

// Tokens is *token.Service.
type Tokens interface {
	VerifyAccess(ctx context.Context, raw string) (*token.Access, error)
	HolderOfID(ctx context.Context, raw string) (*token.Access, error)
	Issuer(poolID string) string
}

// Groups is *directory.Service.
type Groups interface {
	GroupsOf(ctx context.Context, poolID, sub string) ([]directory.Group, error)
}

// Uses is *identity.UseRecorder.
type Uses interface {
	Note(accountID, principalID, service, region string)
}

// Service answers. All fields are required.
type Service struct {
	Permissions Permissions
	Identities  Identities
	Keys        Keys
	Sessions    *sts.Service
	Tokens      Tokens
	Groups      Groups
	Uses        Uses
	Clock       func() time.Time
}
