package authn

import (
	"errors"

	"gatehouse/internal/fault"
)

// Reasons of refusals, in Cognito's words.
var (
	ErrCredentials     = fault.New("NotAuthorizedException", "Incorrect username or password.")
	ErrLocked          = fault.New("NotAuthorizedException", "Password attempts exceeded")
	ErrCodesLocked     = fault.New("NotAuthorizedException", "Code attempts exceeded")
	ErrDisabled        = fault.New("NotAuthorizedException", "User is disabled.")
	ErrNotConfirmed    = fault.New("UserNotConfirmedException", "User is not confirmed.")
	ErrResetRequired   = fault.New("PasswordResetRequiredException", "Password reset required for the user")
	ErrTemporaryStale  = fault.New("NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.")
	ErrSession         = fault.New("NotAuthorizedException", "Invalid session for the user.")
	ErrSessionExpired  = fault.New("NotAuthorizedException", "Invalid session for the user, session is expired.")
	ErrSessionUsed     = fault.New("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
	ErrFlow            = fault.New("InvalidParameterException", "Initiate Auth method not supported.")
	ErrFlowNotAllowed  = fault.New("InvalidParameterException", "Auth flow not enabled for this client")
	ErrParameter       = fault.New("InvalidParameterException", "Invalid parameter.")
	ErrCodeMismatch    = fault.New("CodeMismatchException", "Invalid code received for user")
	ErrCodeUsed        = fault.New("ExpiredCodeException", "Your software token has already been used once.")
	ErrTokenMismatch   = fault.New("EnableSoftwareTokenMFAException", "Code mismatch")
	ErrNoSoftwareToken = fault.New("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
	ErrTokenNotSetUp   = fault.New("SoftwareTokenMFANotFoundException", "Software Token MFA has not been set up for the user")
	ErrNoFactor        = fault.New("InvalidUserPoolConfigurationException", "The user pool requires MFA, and no factor that it allows can be set up.")
)

// Answers of the stores.
var (
	// ErrNoChallenge is answered for a challenge that is not there, is used up or has expired.
	ErrNoChallenge = errors.New("no such challenge")
	// ErrSpent is answered where something that works once was used before.
	ErrSpent = errors.New("spent already")
	// ErrNoToken is answered for a user without a software token.
	ErrNoToken = errors.New("no software token")
)

func missing(parameter string) error {
	return ErrParameter.With("Missing required parameter %s", parameter)
}
