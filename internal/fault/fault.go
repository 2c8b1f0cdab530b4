// Package fault is the one error type for what a caller can act on: a code in the words of the AWS API
// (UserNotFoundException, NoSuchEntity, …) and a sentence that is safe to show. Every edge maps it in one
// place; any other error is internal, logged whole and never shown.
package fault

import "fmt"

// Error is a refusal with a reason. Declare reasons as package variables and compare with errors.Is:
// a copy made by With still is its reason.
type Error struct {
	Code    string            // as AWS spells it
	Message string            // shown to the caller
	Details map[string]string // further members of the AWS error, by wire name; may be nil
	status  int
	reason  *Error
}

// New makes a reason that answers with HTTP status 400.
func New(code, message string) *Error { return &Error{Code: code, Message: message, status: 400} }

// Status makes a reason that answers with another HTTP status.
func Status(status int, code, message string) *Error {
	return &Error{Code: code, Message: message, status: status}
}

// With is the same reason with a message of its own.
func (e *Error) With(format string, args ...any) *Error {
	c := *e
	c.Message = fmt.Sprintf(format, args...)
	c.reason = e.root()
	return &c
}

// HTTPStatus is the status to answer with, 400 when none was given.
func (e *Error) HTTPStatus() int {
	if e.status == 0 {
		return 400
	}
	return e.status
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Is tells whether both have the same reason.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.root() == e.root()
}

func (e *Error) root() *Error {
	if e.reason != nil {
		return e.reason
	}
	return e
}
