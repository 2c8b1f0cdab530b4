package oauth

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/token"
)

// UserInfo is what the userinfo endpoint tells, by claim name. Every value is a string, the verified marks
// too, as Cognito has it.
type UserInfo map[string]string

// errNoOpenID is userinfo's refusal of a token without the openid scope.
var errNoOpenID = ErrInvalidToken.with("Access token does not contain openid scope")

// UserInfo answers the userinfo endpoint of a pool for the access token of a header or a posted form
// (RFC 6750 sections 2.1 and 2.2; never of a query, which ends in logs).
func (s *Service) UserInfo(ctx context.Context, c Call) (UserInfo, error) {
	raw, err := bearer(c.Authorization, c.Form)
	if err != nil {
		return nil, err
	}
	a, err := s.Tokens.VerifyAccess(ctx, raw)
	var f *fault.Error
	switch {
	case errors.As(err, &f):
		return nil, ErrInvalidToken
	case err != nil:
		return nil, err
	case a.Pool.ID != c.PoolID:
		return nil, ErrInvalidToken
	case !a.Has("openid"):
		return nil, errNoOpenID
	}
	info := UserInfo{"sub": a.User.Sub, "username": a.User.Username}
	for _, name := range token.Released(a.Client, a.Scopes, a.User) {
		info[name] = a.User.Attributes[name]
	}
	return info, nil
}

func bearer(authorization string, form url.Values) (string, error) {
	posted := form["access_token"]
	if authorization == "" {
		if len(posted) != 1 || posted[0] == "" {
			return "", ErrUserInfo
		}
		return posted[0], nil
	}
	scheme, raw, ok := strings.Cut(authorization, " ")
	if raw = strings.TrimSpace(raw); !ok || !strings.EqualFold(scheme, "Bearer") || raw == "" || len(posted) > 0 {
		return "", ErrUserInfo
	}
	return raw, nil
}
