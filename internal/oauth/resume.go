package oauth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
)

// CodeLife is how long an authorization code waits.
const CodeLife = 5 * time.Minute

// ErrSession refuses to finish a request with a session of another pool or base, or of somebody who may
// not sign in any more.
var ErrSession = fault.New("NotAuthorizedException", "Session does not belong to this sign-in.")

// Next says how an authorize request goes on: to the redirect URI, or, when redirect is "", to the login
// page. s is the browser's live session, nil without one.
func (v *Service) Next(ctx context.Context, r *Request, s *session.Session) (redirect string, err error) {
	if s != nil && v.serves(r, s) {
		redirect, err = v.Resume(ctx, r, s)
		if !errors.Is(err, ErrSession) {
			return redirect, err
		}
	}
	if slices.Contains(r.Prompt, "none") {
		return v.errorRedirect(r, &AuthorizeError{Code: "login_required"}), nil
	}
	return "", nil
}

// serves tells whether a session may answer the request without asking the person.
func (v *Service) serves(r *Request, s *session.Session) bool {
	if slices.Contains(r.Prompt, "login") || slices.Contains(r.Prompt, "select_account") {
		return false
	}
	if r.HintSub != "" && r.HintSub != s.Sub {
		return false
	}
	return r.MaxAge == nil || v.Clock().Sub(s.AuthTime) < time.Duration(*r.MaxAge)*time.Second
}

// Resume finishes an authorize request for a session that has just signed in, or that serves: it answers
// the redirect URI with a code, or with tokens in the implicit flow. ErrSession when the session is of
// another realm or base, its user is gone or may not hold tokens, or the password was changed since.
func (v *Service) Resume(ctx context.Context, r *Request, s *session.Session) (redirect string, err error) {
	if s.Realm != session.PoolRealm(r.PoolID) || s.Base != r.Base || s.PoolID != r.PoolID || !v.Clock().Before(s.Expires) {
		return "", ErrSession
	}
	now := v.now()
	user, err := v.People.User(ctx, r.PoolID, s.Sub)
	if notFound(err) || err == nil && !user.MayGoOn(s.AuthTime) {
		return "", ErrSession
	}
	if err != nil {
		return "", fmt.Errorf("read user: %w", err)
	}
	if r.HintSub != "" && r.HintSub != s.Sub { // the app asked for somebody else (OpenID Connect Core section 3.1.2.1)
		return v.errorRedirect(r, &AuthorizeError{Code: "login_required"}), nil
	}
	if r.ResponseType == "token" {
		return v.implicit(ctx, r, s, user, now)
	}
	code, err := v.code(ctx, r, s, now)
	if err != nil {
		return "", err
	}
	return v.answer(r, pairs{{"code", code}}), nil
}

// code keeps a grant and answers its code, {grant}.{secret}: the grant finds the row, the secret, of which
// only a hash is kept, redeems it. now is from before the user was read: a sign-out since then ends the code.
func (v *Service) code(ctx context.Context, r *Request, s *session.Session, now time.Time) (string, error) {
	id, err := seal.NewHandle(v.Rand)
	if err != nil {
		return "", err
	}
	secret, err := seal.NewHandle(v.Rand)
	if err != nil {
		return "", err
	}
	id = id[:22] // 128 bits suffice for a name
	err = v.Grants.AddGrant(ctx, Grant{
		PoolID: r.PoolID, ID: id, SecretHash: seal.HashHandle(secret), ClientID: r.ClientID, RedirectURI: r.RedirectURI,
		Scopes: r.Scopes, Nonce: r.Nonce, Challenge: r.CodeChallenge, Sub: s.Sub, AuthTime: s.AuthTime, Methods: s.Methods,
		Created: now, Expires: now.Add(CodeLife),
	})
	if err != nil {
		return "", fmt.Errorf("add grant: %w", err)
	}
	return id + "." + secret, nil
}

// implicit answers tokens in the fragment; there is no refresh token (RFC 6749 section 4.2.2).
func (v *Service) implicit(ctx context.Context, r *Request, s *session.Session, user *directory.User, now time.Time) (string, error) {
	groups, err := v.People.GroupsOf(ctx, r.PoolID, s.Sub)
	if err != nil {
		return "", fmt.Errorf("read groups: %w", err)
	}
	t, err := v.Tokens.Issue(ctx, token.Grant{
		Pool: r.Pool, Client: r.Client, User: user, Groups: groups, Scopes: r.Scopes, AuthTime: s.AuthTime, Created: now, Methods: s.Methods,
		Nonce: r.Nonce, OAuth: true, NoRefresh: true,
	})
	if err != nil {
		return "", err
	}
	var p pairs
	if t.ID != "" {
		p = append(p, pair{"id_token", t.ID})
	}
	return v.answer(r, append(p, pair{"access_token", t.Access}, pair{"token_type", "Bearer"},
		pair{"expires_in", strconv.Itoa(int(t.ExpiresIn / time.Second))})), nil
}

func (v *Service) now() time.Time { return v.Clock().UTC().Truncate(time.Millisecond) }
