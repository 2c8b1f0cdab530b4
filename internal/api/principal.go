package api

import (
	"context"
	"net/netip"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/sts"
)

// Kind is what sort of principal calls, as aws:PrincipalType names it.
type Kind string

// Kinds of principals.
const (
	Anonymous     Kind = ""
	Root          Kind = "Account"
	IAMUser       Kind = "User"
	AssumedRole   Kind = "AssumedRole"
	FederatedUser Kind = "FederatedUser"
	// Whom a provider vouches for, before there are credentials.
	WebIdentityUser Kind = "WebIdentityUser"
	SAMLUser        Kind = "SAMLUser"
	// AWSService is a service that acts for itself; Provider is its principal.
	AWSService Kind = "AWSService"
)

// Principal is who signed a request, or who is signed in to the console. The zero value is nobody.
type Principal struct {
	AccountID string
	Kind      Kind
	ARN       string // arn:aws:iam::123456789012:root
	UserID    string // aws:userid: the account id for root, AIDA… or AROA…:session
	SessionID string // of the console session; empty where a key signed
	// AccessKeyID is the key that signed; empty in the console.
	AccessKeyID string
	// PolicyVersion is the account's as the look-up of the key read it, and KeyUsed the last use that it knew; both
	// are zero where no key signed.
	PolicyVersion int64     `json:"-"` // a job that goes on later asks for today's
	KeyUsed       time.Time `json:"-"`
	// Provider is who vouches for a WebIdentityUser or SAMLUser: the provider's ARN, or its name; or the name of an AWSService.
	Provider string `json:",omitempty"`
	// Session is what temporary credentials say; nil for long-term ones.
	Session *sts.Session `json:",omitempty"`
}

// SessionPrincipal is who holds temporary credentials.
func SessionPrincipal(v *sts.Session) Principal {
	return Principal{AccountID: v.AccountID, Kind: Kind(v.Kind), ARN: v.ARN(), UserID: v.UserID(), Session: v}
}

// Request is what the edge knows of the request that a call came in.
type Request struct {
	ID        string // x-amzn-RequestId
	ClientIP  netip.Addr
	UserAgent string
	Region    string // of the credential scope, or that the console user chose
	Secure    bool   // came over TLS
	// Optional is a call that nobody asked for: what a page shows where it may. That it is refused or fails is no news, and is
	// not recorded.
	Optional bool
}

// Scope is the account and region that a signed call acts in. An id of another one is not found.
type Scope struct {
	AccountID, Region string
}

type (
	principalKey struct{}
	requestKey   struct{}
	userKey      struct{}
	clientKey    struct{}
)

// WithPrincipal is for the edges that have verified who calls.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalFrom is who signed the call, the zero value for nobody.
func PrincipalFrom(ctx context.Context) Principal {
	p, _ := ctx.Value(principalKey{}).(Principal)
	return p
}

// WithRequest is for the edges.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestFrom is the request that the call came in.
func RequestFrom(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r
}

// ScopeFrom is the account and region that a signed call acts in.
func ScopeFrom(ctx context.Context) Scope {
	return Scope{AccountID: PrincipalFrom(ctx).AccountID, Region: RequestFrom(ctx).Region}
}

// UserFrom is the user of a verified access token. It panics in an operation that no user token
// authorised, which would otherwise act for nobody; with UserTokenOrSession ask HasUser first.
func UserFrom(ctx context.Context) User {
	u, ok := ctx.Value(userKey{}).(User)
	if !ok {
		panic("api: UserFrom in an operation without a verified access token")
	}
	return u
}

// HasUser tells whether a user token, rather than a session, authorised the call.
func HasUser(ctx context.Context) bool {
	_, ok := ctx.Value(userKey{}).(User)
	return ok
}

// ClientFrom is the proved app client of a Client or Session operation; it panics in any other.
func ClientFrom(ctx context.Context) AppClient {
	c, ok := ctx.Value(clientKey{}).(AppClient)
	if !ok {
		panic("api: ClientFrom in an operation without a proved client")
	}
	return c
}

// Reasons of refusals at the gate; the AWS edge spells them as each protocol does.
var (
	ErrMissingAuthentication = fault.Status(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
	ErrAccessDenied          = fault.Status(403, "AccessDenied", "Access denied")
)
