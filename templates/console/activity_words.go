package console

import "gatehouse/templates/messages"

// eventTypes are the acts that people leave events of, the most frequent first.
var eventTypes = []string{"SignIn", "SignUp", "ConfirmSignUp", "ResendConfirmationCode", "ForgotPassword", "ConfirmForgotPassword", "ChangePassword",
	"UpdateUserAttributes", "DeleteUserAttributes", "GetUserAttributeVerificationCode", "VerifyUserAttribute", "DeleteUser"}

// eventType is an act in words; one that has none stays as it is named.
func eventType(t messages.Printer, name string) string {
	switch name {
	case "SignIn":
		return t.T("console.activity.signin")
	case "SignUp":
		return t.T("console.activity.signup")
	case "ConfirmSignUp":
		return t.T("console.activity.confirm")
	case "ResendConfirmationCode":
		return t.T("console.activity.resend")
	case "ForgotPassword":
		return t.T("console.activity.forgot")
	case "ConfirmForgotPassword":
		return t.T("console.activity.reset")
	case "ChangePassword":
		return t.T("console.activity.password")
	case "UpdateUserAttributes":
		return t.T("console.activity.attributes")
	case "DeleteUserAttributes":
		return t.T("console.activity.attributes.deleted")
	case "GetUserAttributeVerificationCode":
		return t.T("console.activity.code")
	case "VerifyUserAttribute":
		return t.T("console.activity.verify")
	case "DeleteUser":
		return t.T("console.activity.deleted")
	}
	return name
}

// eventReason is why an act was refused, in words; a code that has none stays as it is.
func eventReason(t messages.Printer, code string) string {
	switch code {
	case "":
		return t.T("console.activity.failed")
	case "NotAuthorizedException":
		return t.T("console.activity.reason.wrong")
	case "CodeMismatchException", "EnableSoftwareTokenMFAException":
		return t.T("console.activity.reason.code")
	case "ExpiredCodeException":
		return t.T("console.activity.reason.expired")
	case "UserNotConfirmedException":
		return t.T("console.activity.reason.unconfirmed")
	case "PasswordResetRequiredException":
		return t.T("console.activity.reason.reset")
	case "InvalidPasswordException", "PasswordHistoryPolicyViolationException":
		return t.T("console.activity.reason.password")
	case "TooManyRequestsException", "TooManyFailedAttemptsException", "LimitExceededException":
		return t.T("console.activity.reason.limit")
	}
	return code
}
