package oauth

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"gatehouse/internal/userpool"
)

// Call is a request to an endpoint that clients call: where it arrived and what it said.
type Call struct {
	PoolID        string
	Authorization string // the header
	Form          url.Values
}

// authenticate finds the client of a call and has it prove its secret: by HTTP Basic or by client_secret
// in the form, never both (RFC 6749 section 2.3). A public client has none and must not send one.
func (s *Service) authenticate(ctx context.Context, c Call) (*userpool.Pool, *userpool.Client, error) {
	if err := single(c.Form); err != nil {
		return nil, nil, err
	}
	id, secrets, basic, err := credentials(c)
	if err != nil {
		return nil, nil, err
	}
	refused := *ErrInvalidClient
	if basic {
		refused.Basic, refused.Status = true, http.StatusUnauthorized
	}
	if id == "" || len(id) > 128 {
		return nil, nil, &refused
	}
	pool, client, err := s.Pools.Client(ctx, id)
	if notFound(err) || err == nil && pool.ID != c.PoolID {
		return nil, nil, &refused
	}
	if err != nil {
		return nil, nil, err
	}
	if len(client.Secrets) == 0 && len(secrets) == 0 {
		return pool, client, nil
	}
	for _, secret := range secrets {
		if s.Pools.CheckSecret(client, secret) {
			return pool, client, nil
		}
	}
	refused.Description = "invalid_client_secret"
	return nil, nil, &refused
}

// credentials reads id and secret. By header both come form-encoded (RFC 6749 section 2.3.1); most clients
// forget that, so the secret counts as it is, too.
func credentials(c Call) (id string, secrets []string, basic bool, err error) {
	formSecret := c.Form.Get("client_secret")
	if c.Form.Get("client_assertion") != "" || c.Form.Get("client_assertion_type") != "" {
		return "", nil, false, ErrInvalidClient.with("client assertions are not supported")
	}
	if c.Authorization == "" {
		if formSecret != "" {
			secrets = []string{formSecret}
		}
		return c.Form.Get("client_id"), secrets, false, nil
	}
	scheme, value, _ := strings.Cut(c.Authorization, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", nil, true, &Error{Code: "invalid_client", Status: http.StatusUnauthorized, Basic: true}
	}
	if c.Form.Has("client_secret") {
		return "", nil, true, ErrInvalidRequest.with("one way to authenticate at a time")
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
	rawID, rawSecret, ok := strings.Cut(string(raw), ":")
	if err != nil || !ok {
		return "", nil, true, &Error{Code: "invalid_client", Status: http.StatusUnauthorized, Basic: true}
	}
	if id, err = url.QueryUnescape(rawID); err != nil {
		id = rawID
	}
	if given := c.Form.Get("client_id"); given != "" && given != id {
		return "", nil, true, ErrInvalidRequest.with("client_id is not the authenticated client")
	}
	if rawSecret != "" {
		secrets = []string{rawSecret}
		if decoded, err := url.QueryUnescape(rawSecret); err == nil && decoded != rawSecret {
			secrets = append(secrets, decoded)
		}
	}
	return id, secrets, true, nil
}

// single refuses parameters that come twice (RFC 6749 section 3.2).
func single(form url.Values) error {
	for name, values := range form {
		if len(values) > 1 && name != "resource" {
			return ErrInvalidRequest.with("a parameter is repeated")
		}
	}
	return nil
}
