package oauth

import (
	"context"
	"net/url"
	"slices"

	"gatehouse/internal/userpool"
)

// Farewell is where a browser goes once its session has ended: a URL of the client, or, with Login, the
// login page with this query.
type Farewell struct {
	Redirect string
	Login    url.Values
}

// Logout validates a logout request: Cognito's client_id with logout_uri, or with redirect_uri and
// response_type to sign in again; and OpenID Connect's id_token_hint with post_logout_redirect_uri. A
// refusal is an *Error, for a page: a URL that is not the client's is never followed.
func (s *Service) Logout(ctx context.Context, poolID string, q url.Values) (*Farewell, error) {
	if err := single(q); err != nil {
		return nil, err
	}
	client, err := s.logoutClient(ctx, poolID, q)
	if err != nil {
		return nil, err
	}
	state := pairs{}
	if v := q.Get("state"); v != "" && len(v) <= maxParameter {
		state = append(state, pair{"state", v})
	}
	switch {
	case q.Get("logout_uri") != "":
		if !slices.Contains(client.LogoutURLs, q.Get("logout_uri")) {
			return nil, ErrInvalidRequest.with("logout_uri is not one of the client's logout URLs")
		}
		return &Farewell{Redirect: withQuery(q.Get("logout_uri"), state)}, nil
	case q.Get("post_logout_redirect_uri") != "":
		if !slices.Contains(client.LogoutURLs, q.Get("post_logout_redirect_uri")) {
			return nil, ErrInvalidRequest.with("post_logout_redirect_uri is not one of the client's logout URLs")
		}
		return &Farewell{Redirect: withQuery(q.Get("post_logout_redirect_uri"), state)}, nil
	case q.Get("redirect_uri") != "" && q.Get("response_type") != "":
		if !slices.Contains(client.CallbackURLs, q.Get("redirect_uri")) { // what login would refuse must end nothing
			return nil, ErrInvalidRequest.with("redirect_uri is not one of the client's callback URLs")
		}
		login := url.Values{}
		for name, v := range q {
			if name != "id_token_hint" {
				login[name] = v
			}
		}
		login.Set("client_id", client.ID)
		return &Farewell{Login: login}, nil
	}
	return nil, ErrInvalidRequest.with("Required String parameter 'redirect_uri' is not present")
}

// logoutClient is the client that asks: by client_id, by the hint's audience, or by both that agree.
func (s *Service) logoutClient(ctx context.Context, poolID string, q url.Values) (*userpool.Client, error) {
	id := q.Get("client_id")
	if hint := q.Get("id_token_hint"); hint != "" {
		_, aud, err := s.Tokens.IDTokenHint(ctx, poolID, hint)
		if err != nil || id != "" && id != aud {
			return nil, ErrInvalidRequest.with("id_token_hint is no ID token of this client")
		}
		id = aud
	}
	if id == "" {
		return nil, ErrInvalidRequest.with("Required String parameter 'client_id' is not present")
	}
	pool, client, err := s.Pools.Client(ctx, id)
	if notFound(err) || err == nil && pool.ID != poolID {
		return nil, ErrInvalidRequest.with("Client does not exist.")
	}
	return client, err
}
