package gatehouse

import (
	"context"
	"errors"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
)

// Browsers is the part of *session.Service that these operations call.
type Browsers interface {
	Of(ctx context.Context, realm, sub string) ([]session.Session, error)
	EndOne(ctx context.Context, realm, sub, publicID string) error
	EndAll(ctx context.Context, realm, sub string) error
}

// SignIns is the part of *token.Service that these operations call.
type SignIns interface {
	SignIns(ctx context.Context, u *directory.User) ([]token.Family, error)
	EndSignIn(ctx context.Context, u *directory.User, id string) error
	SignOutUser(ctx context.Context, poolID, sub string) error
}

// ListUserSessionsInput names a user by any login, or by sub.
type ListUserSessionsInput struct{ UserPoolId, Username *string }

// ListUserSessionsOutput is where the user is signed in, browsers first, each the newest first.
type ListUserSessionsOutput struct{ Sessions []UserSession }

// UserSession is a browser that is signed in to the hosted pages, or an app that holds refresh tokens.
type UserSession struct {
	SessionId      *string
	Type           *string // BROWSER or TOKENS
	ClientId       *string // of TOKENS
	Scopes         []string
	Methods        []string   // how the user proved who it is (RFC 8176): pwd, otp …
	AuthTime       *time.Time // when
	CreationDate   *time.Time
	ExpirationDate *time.Time
	IpAddress      *string // of BROWSER, as UserAgent
	UserAgent      *string
}

// RevokeUserSessionsInput names a user, and one session; without SessionId all of them end, those of the
// hosted pages too, which AdminUserGlobalSignOut leaves.
type RevokeUserSessionsInput struct{ UserPoolId, Username, SessionId *string }

// RevokeUserSessionsOutput says nothing.
type RevokeUserSessionsOutput struct{}

// What a session is of.
const (
	browserSession = "BROWSER"
	tokenSession   = "TOKENS"
)

var errNoSession = fault.Status(404, "ResourceNotFoundException", "The user has no such session, or it has ended.")

func (s *Service) registerSessions(r *api.Registry) {
	api.Add(r, name, api.Op[ListUserSessionsInput, ListUserSessionsOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead,
		Resource: poolARN(s, func(in *ListUserSessionsInput) *string { return in.UserPoolId }), Run: s.listUserSessions,
	})
	api.Add(r, name, api.Op[RevokeUserSessionsInput, RevokeUserSessionsOutput]{
		Access: api.Signed(), Effect: api.Change,
		Resource: poolARN(s, func(in *RevokeUserSessionsInput) *string { return in.UserPoolId }), Run: s.revokeUserSessions,
	})
}

// userOf is the user whom an operation names, in a pool of the caller's.
func (s *Service) userOf(ctx context.Context, poolID, username *string) (*directory.User, error) {
	p, err := s.ownPool(ctx, poolID)
	if err != nil {
		return nil, err
	}
	if text(username) == "" {
		return nil, errValidation.With("Username must name a user.")
	}
	return s.People.Lookup(ctx, p, text(username))
}

func (s *Service) listUserSessions(ctx context.Context, in *ListUserSessionsInput) (*ListUserSessionsOutput, error) {
	u, err := s.userOf(ctx, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	browsers, err := s.Browsers.Of(ctx, session.PoolRealm(u.PoolID), u.Sub)
	if err != nil {
		return nil, err
	}
	families, err := s.SignIns.SignIns(ctx, u)
	if err != nil {
		return nil, err
	}
	out := &ListUserSessionsOutput{Sessions: []UserSession{}}
	for _, b := range browsers {
		if u.Outlived(b.AuthTime) || u.Status == directory.ResetRequired {
			continue // worth nothing, now and later; the tokens of apps live on after a reset, as Cognito's do
		}
		kind, id := browserSession, b.PublicID()
		out.Sessions = append(out.Sessions, UserSession{SessionId: &id, Type: &kind, Methods: b.Methods, AuthTime: &b.AuthTime,
			CreationDate: &b.Created, ExpirationDate: &b.Expires, IpAddress: some(b.IP), UserAgent: some(b.UserAgent)})
	}
	for _, f := range families {
		kind := tokenSession
		out.Sessions = append(out.Sessions, UserSession{SessionId: &f.ID, Type: &kind, ClientId: &f.ClientID, Scopes: f.Scopes, Methods: f.Methods,
			AuthTime: &f.AuthTime, CreationDate: &f.Created, ExpirationDate: &f.Expires})
	}
	return out, nil
}

func (s *Service) revokeUserSessions(ctx context.Context, in *RevokeUserSessionsInput) (*RevokeUserSessionsOutput, error) {
	u, err := s.userOf(ctx, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	realm := session.PoolRealm(u.PoolID)
	if in.SessionId == nil {
		if err := s.Browsers.EndAll(ctx, realm, u.Sub); err != nil {
			return nil, err
		}
		return &RevokeUserSessionsOutput{}, s.SignIns.SignOutUser(ctx, u.PoolID, u.Sub)
	}
	err = s.Browsers.EndOne(ctx, realm, u.Sub, *in.SessionId)
	if errors.Is(err, session.ErrNone) {
		err = s.SignIns.EndSignIn(ctx, u, *in.SessionId)
	}
	if errors.Is(err, token.ErrNoRow) {
		err = errNoSession
	}
	return &RevokeUserSessionsOutput{}, err
}
