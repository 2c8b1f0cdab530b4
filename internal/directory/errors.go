package directory

import (
	"fmt"

	"gatehouse/internal/fault"
)

// Reasons, as Cognito names them.
var (
	ErrUserNotFound         = fault.New("UserNotFoundException", "User does not exist.")
	ErrUsernameExists       = fault.New("UsernameExistsException", "User already exists")
	ErrAliasExists          = fault.New("AliasExistsException", "An account with the given email already exists.")
	ErrInvalid              = fault.New("InvalidParameterException", "Invalid parameter.")
	ErrNotAuthorized        = fault.New("NotAuthorizedException", "Not authorized.")
	ErrInvalidPassword      = fault.New("InvalidPasswordException", "Password did not conform with policy")
	ErrPasswordUsed         = fault.New("PasswordHistoryPolicyViolationException", "Password has previously been used")
	ErrCodeMismatch         = fault.New("CodeMismatchException", "Invalid verification code provided, please try again.")
	ErrExpiredCode          = fault.New("ExpiredCodeException", "Invalid code provided, please request a code again.")
	ErrAttemptLimit         = fault.New("LimitExceededException", "Attempt limit exceeded, please try after some time.")
	ErrLimit                = fault.New("LimitExceededException", "Limit exceeded.")
	ErrUnsupportedUserState = fault.New("UnsupportedUserStateException", "The user is not in a state that allows this.")
	ErrGroupExists          = fault.New("GroupExistsException", "A group with the name already exists.")
	ErrGroupNotFound        = fault.New("ResourceNotFoundException", "Group not found.")
	// ErrConcurrent is answered when a user kept changing while it was being changed.
	ErrConcurrent = fault.New("TooManyRequestsException", "Too many requests")
)

var (
	errUnknownForClient = ErrUserNotFound.With("Username/client id combination not found.")
	errWrongPassword    = ErrNotAuthorized.With("Incorrect username or password.")
	errDisabled         = ErrNotAuthorized.With("User is disabled.")
	errResetState       = ErrNotAuthorized.With("User password cannot be reset in the current state.")
	errUnwritable       = ErrNotAuthorized.With("A client attempted to write unauthorized attribute")
	errNoContact        = ErrInvalid.With("Cannot reset password for the user as there is no registered/verified email or phone_number")
)

// TakenError is a store's refusal of a login that names another user.
type TakenError struct{ Attribute string } // username, email, phone_number or preferred_username

func (e *TakenError) Error() string { return fmt.Sprintf("%s is taken", e.Attribute) }
