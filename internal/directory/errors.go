package directory

import "gatehouse/internal/fault"

// Reasons of refusals, in Cognito's words.
var (
	ErrUserNotFound = fault.New("UserNotFoundException", "User does not exist.")
)
