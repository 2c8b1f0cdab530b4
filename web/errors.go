package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/fault"
)

// Audience is who reads an answer, and so how an error looks. The AWS edge is none of them: it answers its
// errors itself, because their form depends on the protocol of the request.
type Audience int

// The audiences.
const (
	Hosted  Audience = iota // a person in a browser
	OIDC                    // an OAuth client: {"error":…}
	Console                 // an administrator in a browser
)

// ErrorRenderer writes err for its audience. err is either the reason that a handler returned, safe to
// show, or ErrInternal and its like; it always has an HTTPStatus.
type ErrorRenderer func(c echo.Context, err Shown) error

// Shown is an error that may be shown: *fault.Error, and what else has a status of its own.
type Shown interface {
	error
	HTTPStatus() int
}

// What the server itself refuses. Codes are AWS's where AWS has one.
var (
	ErrInternal    = fault.Status(http.StatusInternalServerError, "InternalErrorException", "Something went wrong on our side. Try again; if it stays, give the request id to your administrator.")
	ErrNotFound    = fault.Status(http.StatusNotFound, "ResourceNotFoundException", "There is no such page.")
	ErrMethod      = fault.Status(http.StatusMethodNotAllowed, "MethodNotAllowed", "This page cannot be used that way.")
	ErrCrossOrigin = fault.Status(http.StatusForbidden, "CrossOriginRequest", "This form was sent from another site. Go back, load the page again and retry.")
	ErrTooLarge    = fault.Status(http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", "The request is too large.")
	ErrTooMany     = fault.Status(http.StatusTooManyRequests, "TooManyRequestsException", "Too many requests. Wait a moment and try again.")
	ErrMisdirected = fault.Status(http.StatusMisdirectedRequest, "MisdirectedRequest", "This address does not serve that page.")
)

// panicked is a recovered panic with its stack, for the log only.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// guard notes the route and turns a panic into an error, so that the audience still gets its answer.
func (s *Server) guard(at *route, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		From(c.Request().Context()).route = at
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler {
					panic(v)
				}
				err = &panicked{v, debug.Stack()}
			}
		}()
		return next(c)
	}
}

// answerError is the one place where an error becomes an answer. The cause is kept for the request's log
// line; the client sees the reason, or a fixed sentence.
func (s *Server) answerError(err error, c echo.Context) {
	rq := From(c.Request().Context())
	shown := shownError(err)
	if shown.HTTPStatus() >= 500 || rq.failure == nil {
		rq.failure = err
	}
	if c.Response().Committed {
		return
	}
	c.Response().Header()["X-Request-Id"] = []string{rq.ID()}
	if render := s.Errors[rq.audience]; render != nil {
		rerr := render(c, shown)
		if rerr == nil || c.Response().Committed {
			return
		}
		rq.failure = errors.Join(err, fmt.Errorf("render error: %w", rerr))
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	if werr := c.String(shown.HTTPStatus(), text(shown)+"\nRequest "+rq.ID()+"\n"); werr != nil {
		rq.failure = errors.Join(rq.failure, werr)
	}
}

// NoteFailure keeps the cause of an answer that tells the client nothing of it, for the request's log line.
func NoteFailure(c echo.Context, err error) { From(c.Request().Context()).failure = err }

// NoteError is NoteFailure for handlers that are not echo's.
func NoteError(ctx context.Context, err error) { From(ctx).failure = err }

func text(err Shown) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Message
	}
	return http.StatusText(err.HTTPStatus())
}

// shownError finds the reason in err, or hides it whole.
func shownError(err error) Shown {
	var tooLarge *http.MaxBytesError
	var he *echo.HTTPError
	var shown Shown
	switch {
	case errors.As(err, &tooLarge):
		return ErrTooLarge
	case errors.As(err, &shown):
		return shown
	case errors.As(err, &he):
		switch he.Code {
		case http.StatusNotFound:
			return ErrNotFound
		case http.StatusMethodNotAllowed:
			return ErrMethod
		case http.StatusRequestEntityTooLarge:
			return ErrTooLarge
		}
		if he.Code < 500 {
			return fault.Status(he.Code, "InvalidRequest", http.StatusText(he.Code))
		}
	}
	return ErrInternal
}
