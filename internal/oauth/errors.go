package oauth

import (
	"net/http"
	"net/url"
)

// Error is an OAuth error as an endpoint answers it (RFC 6749 section 5.2).
type Error struct {
	Code        string // error
	Description string // error_description; "" for none
	Status      int    // HTTP
	Basic       bool   // the client authenticated by header: answer with WWW-Authenticate
}

func (e *Error) Error() string {
	if e.Description == "" {
		return e.Code
	}
	return e.Code + ": " + e.Description
}

// HTTPStatus is the status to answer with.
func (e *Error) HTTPStatus() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// Is compares by code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

func (e *Error) with(description string) *Error {
	c := *e
	c.Description = description
	return &c
}

// The errors of the endpoints.
var (
	ErrInvalidRequest   = &Error{Code: "invalid_request"}
	ErrInvalidClient    = &Error{Code: "invalid_client"}
	ErrInvalidGrant     = &Error{Code: "invalid_grant"}
	ErrUnauthorized     = &Error{Code: "unauthorized_client"}
	ErrUnsupportedGrant = &Error{Code: "unsupported_grant_type"}
	ErrInvalidScope     = &Error{Code: "invalid_scope"}
	ErrUnsupportedToken = &Error{Code: "unsupported_token_type"}
	// ErrInvalidToken and ErrUserInfo are userinfo's, word for word as Cognito answers them.
	ErrInvalidToken = &Error{Code: "invalid_token", Status: http.StatusUnauthorized,
		Description: "Access token is expired, disabled, or deleted, or the user has globally signed out."}
	ErrUserInfo = &Error{Code: "invalid_request", Description: "Bad OAuth2 request at UserInfo Endpoint"}
)

// AuthorizeError refuses an authorize request.
type AuthorizeError struct {
	Code        string
	Description string
	// Redirect is where the error goes: the validated redirect URI with the error in it. It is "" where
	// client or redirect URI are not to be trusted: then an error page, never a redirect.
	Redirect string
	ClientID string // as given, for the error page
	Cause    error  // set for server_error: what went wrong, for the log
}

func (e *AuthorizeError) Error() string {
	if e.Cause != nil {
		return e.Code + ": " + e.Cause.Error()
	}
	return e.Code + ": " + e.Description
}

func (e *AuthorizeError) Unwrap() error { return e.Cause }

// PageQuery is the query of the error page.
func (e *AuthorizeError) PageQuery() url.Values {
	q := url.Values{"error": {e.Code}}
	if e.ClientID != "" {
		q.Set("client_id", e.ClientID)
	}
	return q
}
