package authorizer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/arn"
	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
	"gatehouse/internal/token"
)

// assumeByToken is the action that the trust policy of a role must allow the pool's issuer.
const assumeByToken = "sts:AssumeRoleWithWebIdentity"

// UserToken is a user of a pool whose token was verified.
type UserToken struct {
	Subject *Subject
	Access  *token.Access
}

// ByUserToken is a user of a user pool, by an access token (or an ID token, where ids is set). Such a user has no policies:
// what counts are those of the role that the user's groups come to (cognito:preferred_role), as in a session of it that the
// pool's issuer vouches for. The account must know the issuer as an OpenID Connect provider that takes the token's client,
// and the trust policy of the role must let it assume the role; otherwise the user may nothing.
func (s *Service) ByUserToken(ctx context.Context, raw string, ids bool) (*UserToken, error) {
	a, err := s.Tokens.VerifyAccess(ctx, raw)
	if ids && errors.Is(err, token.ErrAccessInvalid) {
		a, err = s.Tokens.HolderOfID(ctx, raw)
	}
	if err != nil {
		return nil, unproved(err)
	}
	v, err := s.roleOf(ctx, a)
	return &UserToken{v, a}, err
}

func (s *Service) roleOf(ctx context.Context, a *token.Access) (*Subject, error) {
	issuer := s.Tokens.Issuer(a.Pool.ID)
	nobody := func(format string, args ...any) (*Subject, error) {
		return &Subject{
			Principal: policy.Principal{Kind: policy.Provider, Name: identity.OIDCProviderARN(a.Pool.AccountID, issuer)},
			UserID:    a.User.Sub, Proved: true, nobody: fmt.Sprintf("The user "+a.User.Sub+" of user pool "+a.Pool.ID+" "+format, args...),
		}, nil
	}
	groups, err := s.Groups.GroupsOf(ctx, a.Pool.ID, a.User.Sub)
	if err != nil {
		return nil, err
	}
	preferred := token.PreferredRole(groups)
	if preferred == "" {
		return nobody("has no role: no group of the user, or none that is before all others, has one.")
	}
	role, err := s.role(ctx, preferred)
	switch {
	case errors.Is(err, identity.ErrNotFound):
		return nobody("has the role %s, which is not there.", preferred)
	case err != nil:
		return nil, err
	}
	provider, err := s.Identities.OIDCProvider(ctx, role.AccountID, issuer)
	switch {
	case errors.Is(err, identity.ErrNotFound) || err == nil && !slices.Contains(provider.ClientIDs, a.Client.ID):
		return nobody("has the role %s, whose account has no OpenID Connect provider of the pool that takes the client %s.", preferred, a.Client.ID)
	case err != nil:
		return nil, err
	}
	session, err := s.assume(ctx, &role, &provider, a)
	switch {
	case err != nil:
		return nil, err
	case session == nil:
		return nobody("has the role %s, whose trust policy does not let the pool's issuer assume it.", preferred)
	}
	return ofSession(session), nil
}

func (s *Service) role(ctx context.Context, roleARN string) (identity.Identity, error) {
	a, err := arn.Parse(roleARN)
	path, ok := strings.CutPrefix(a.Resource, "role/")
	if err != nil || a.Service != "iam" || !ok {
		return identity.Identity{}, identity.ErrNotFound
	}
	role, err := s.Identities.ByName(ctx, a.AccountID, identity.Role, path[strings.LastIndexByte(path, '/')+1:])
	if err == nil && role.ARN() != roleARN {
		err = identity.ErrNotFound
	}
	return role, err
}

// assume is the session of a role that the pool's issuer may assume for the user; nil where the trust policy does not
// let it. There are no credentials of it: it is decided by, and forgotten.
func (s *Service) assume(ctx context.Context, role *identity.Identity, provider *identity.OIDCProvider, a *token.Access) (*sts.Session, error) {
	trust, err := s.Permissions.Set(policy.Trust, permission.Source{Kind: identity.Role, Name: role.Name, Document: role.TrustPolicy})
	if err != nil {
		return nil, err
	}
	_, host, _ := strings.Cut(provider.Issuer, "://")
	claims := map[string][]string{host + ":aud": {a.Client.ID}, host + ":sub": {a.User.Sub}}
	q := &policy.Request{Principal: policy.Principal{Kind: policy.Provider, Name: provider.ARN()}, Action: assumeByToken, Resource: role.ARN(), ResourceAccount: role.AccountID}
	q.Context = policy.PrincipalContext(&q.Principal)
	s.now(&q.Context)
	sts.SetClaims(&q.Context, claims)
	q.Context.Set("sts:RoleSessionName", a.User.Sub)
	d, err := s.Permissions.Decide(ctx, q, permission.By{Resource: trust})
	if err != nil || !d.Allowed {
		return nil, err
	}
	session, err := s.Sessions.RoleSession(role, nil, sts.Want{Name: a.User.Sub})
	if err != nil {
		return nil, err
	}
	session.IssuedAt, session.Provider, session.Claims = a.AuthTime, provider.ARN(), claims
	return session, nil
}
