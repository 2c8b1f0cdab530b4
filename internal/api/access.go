package api

import (
	"context"
	"reflect"
	"time"

	"gatehouse/internal/fault"
)

type accessKind uint8

const (
	noAccess accessKind = iota
	signed
	authenticated
	client
	userToken
	session
	userTokenOrSession
	public
	asks
	publicAsks
	certificateAsks
)

// Access says who may call an operation. The zero value is refused at start.
type Access struct {
	kind    accessKind
	action  string
	in      reflect.Type
	token   func(any) string
	client  func(any) ClientProof
	session func(any) SessionProof
}

func (a Access) signed() bool { return a.kind == signed || a.kind == authenticated || a.kind == asks }

// NeedsSignature tells whether the caller must be a principal with credentials. The AWS edge verifies a
// signature for these only: on any other an Authorization header changes nothing.
func (a Access) NeedsSignature() bool { return a.signed() }

// Throttled tells whether one client address may call it only so often: what is proved neither by credentials nor
// by a user's token is where secrets are guessed and work is asked for by anybody.
func (a Access) Throttled() bool { return !a.signed() && a.kind != userToken }

// Browser tells whether a web page of any origin may call it: all that no credentials of an account sign.
func (a Access) Browser() bool { return !a.signed() }

// Signed asks IAM: the principal's policies decide on the action and the operation's resource. The action
// is service:Operation unless another is given.
func Signed(action ...string) Access {
	a := Access{kind: signed}
	if len(action) > 0 {
		a.action = action[0]
	}
	return a
}

// Authenticated takes any valid credentials; no policy can deny it (sts:GetCallerIdentity).
func Authenticated() Access { return Access{kind: authenticated} }

// Public proves nothing at this gate. Only the operations of a named list may be public.
func Public() Access { return Access{kind: public} }

// Asks takes valid credentials and leaves it to the operation to ask policies, by Ask: who may assume a role is decided
// when the role is known. The answer of one that did not ask is withheld.
func Asks() Access { return Access{kind: asks} }

// PublicAsks is Asks for who has no credentials and proves otherwise who they are (AssumeRoleWithWebIdentity).
func PublicAsks() Access { return Access{kind: publicAsks} }

// CertificateAsks is Asks for who signs by the key of an X.509 certificate, which the operation reads by CertificateFrom.
// Whether it is to be trusted is the operation's check.
func CertificateAsks() Access { return Access{kind: certificateAsks} }

// NeedsCertificate tells whether the AWS edge verifies a signature by a certificate's key.
func (a Access) NeedsCertificate() bool { return a.kind == certificateAsks }

// Client takes an app client that proves its secret where it has one.
func Client[In any](proof func(*In) ClientProof) Access {
	return Access{kind: client, in: reflect.TypeFor[In](), client: func(v any) ClientProof { return proof(v.(*In)) }}
}

// UserToken takes a user by a verified access token.
func UserToken[In any](token func(*In) *string) Access {
	return Access{kind: userToken, in: reflect.TypeFor[In](), token: func(v any) string { return deref(token(v.(*In))) }}
}

// UserTokenOrSession takes either: an access token when the input has one, else the session
// (AssociateSoftwareToken, VerifySoftwareToken).
func UserTokenOrSession[In any](token func(*In) *string, proof func(*In) SessionProof) Access {
	return Access{
		kind: userTokenOrSession, in: reflect.TypeFor[In](),
		token:   func(v any) string { return deref(token(v.(*In))) },
		session: func(v any) SessionProof { return proof(v.(*In)) },
	}
}

// ClientProof is what a request says of its app client.
type ClientProof struct {
	ClientID string
	// SecretHash is Base64(HMAC-SHA256(client secret, Username + ClientID)).
	SecretHash string
	// Username is as the request names the user, which is what the hash covers.
	Username string
	// RefreshToken is set where the request names no user (REFRESH_TOKEN_AUTH): the hash then covers the
	// user name of the token.
	RefreshToken string
	// ClientSecret is the secret itself, where the operation takes it (RevokeToken, GetTokensFromRefreshToken).
	ClientSecret string
}

// SessionProof is what a request says of the challenge that it answers.
type SessionProof struct {
	Session string
	// Client is the client as the request names it; its ClientID is empty in operations that take only a Session.
	Client ClientProof
}

// AppClient is a proved app client.
type AppClient struct {
	ID, PoolID, AccountID, Region string
}

// User is what a verified access token says.
type User struct {
	PoolID, AccountID, Region  string
	Sub, Username, ClientID    string
	Scopes                     []string
	JTI, OriginJTI             string
	DeviceKey                  string
	AuthTime, IssuedAt, Expiry time.Time
	// Verified is what the verifier read to be sure; the operation takes it from there instead of reading it
	// again. Its type is the verifier's business.
	Verified any
}

// TokenVerifier checks access tokens: signature, token_use, pool, expiry, the scope
// aws.cognito.signin.user.admin, revocation and the user's state as the database has them now. It refuses
// with NotAuthorizedException.
type TokenVerifier interface {
	VerifyUserToken(ctx context.Context, accessToken string) (User, error)
}

// ClientProver finds the client of a request and checks the proof of its secret: always where the client
// has one, and refused where it has none. Unknown: ResourceNotFoundException; no proof or a wrong one:
// NotAuthorizedException.
type ClientProver interface {
	ProveClient(ctx context.Context, proof ClientProof) (AppClient, error)
}

// SessionVerifier checks that a challenge is live and belongs to the client, proved as ClientProver does
// where the request names one. It spends nothing: the sign-in itself does that.
type SessionVerifier interface {
	VerifySession(ctx context.Context, proof SessionProof) (AppClient, error)
}

var errNoTokenOrSession = fault.New("InvalidParameterException", "Either an access token or a session is required.")

// admit proves the caller as the operation asks and puts what was proved into the context, and nothing else:
// a principal reaches only operations that are signed.
func (a *API) admit(ctx context.Context, o *Operation, in any) (context.Context, error) {
	acc := o.Access
	if acc.signed() {
		if PrincipalFrom(ctx).Kind == Anonymous {
			return ctx, ErrMissingAuthentication
		}
		return ctx, withinSession(o, PrincipalFrom(ctx))
	}
	ctx = WithPrincipal(ctx, Principal{})
	kind := acc.kind
	if kind == certificateAsks && CertificateFrom(ctx) == nil {
		return ctx, ErrMissingAuthentication
	}
	if kind == userTokenOrSession {
		switch {
		case acc.token(in) != "":
			kind = userToken
		case acc.session(in).Session != "":
			kind = session
		default:
			return ctx, errNoTokenOrSession
		}
	}
	switch kind {
	case userToken:
		u, err := a.Tokens.VerifyUserToken(ctx, acc.token(in))
		return context.WithValue(ctx, userKey{}, u), err
	case client:
		c, err := a.Clients.ProveClient(ctx, acc.client(in))
		return context.WithValue(ctx, clientKey{}, c), err
	case session:
		c, err := a.Sessions.VerifySession(ctx, acc.session(in))
		return context.WithValue(ctx, clientKey{}, c), err
	}
	return ctx, nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
