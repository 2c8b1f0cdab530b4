package api

import "strings"

// unsigned lists the operations that SDKs send without a signature: those whose Smithy model says noAuth
// or a bearer token. All others must be signed, so that a slip in a declaration cannot open one.
var unsigned = map[string]map[string]bool{
	"cognito-idp": set(`AssociateSoftwareToken ChangePassword CompleteWebAuthnRegistration ConfirmDevice
		ConfirmForgotPassword ConfirmSignUp DeleteUser DeleteUserAttributes DeleteWebAuthnCredential
		ForgetDevice ForgotPassword GetDevice GetTokensFromRefreshToken GetUser GetUserAttributeVerificationCode
		GetUserAuthFactors GlobalSignOut InitiateAuth ListDevices ListUserSessions ListWebAuthnCredentials
		ResendConfirmationCode RespondToAuthChallenge RevokeToken RevokeUserSession SetUserMFAPreference
		SetUserSettings SignUp StartWebAuthnRegistration UpdateAuthEventFeedback UpdateDeviceStatus
		UpdateUserAttributes VerifySoftwareToken VerifyUserAttribute`),
	"cognito-identity": set("GetCredentialsForIdentity GetId GetOpenIdToken UnlinkIdentity"),
	"sts":              set("AssumeRoleWithSAML AssumeRoleWithWebIdentity"),
	"rolesanywhere":    set("CreateSession"), // signed, by a certificate
	"sso":              set("GetRoleCredentials ListAccountRoles ListAccounts Logout"),
	"sso-oidc":         set("CreateToken RegisterClient StartDeviceAuthorization"),
}

// publicOperations are those that neither a signature nor a token nor a client of ours proves at this
// gate; each checks what it was given (an assertion, a token of another issuer) in its own service.
var publicOperations = set(`cognito-identity:GetCredentialsForIdentity cognito-identity:GetId
	cognito-identity:GetOpenIdToken cognito-identity:UnlinkIdentity
	cognito-idp:UpdateAuthEventFeedback
	sts:AssumeRoleWithSAML sts:AssumeRoleWithWebIdentity
	rolesanywhere:CreateSession
	sso:GetRoleCredentials sso:ListAccountRoles sso:ListAccounts sso:Logout
	sso-oidc:CreateToken sso-oidc:RegisterClient sso-oidc:StartDeviceAuthorization`)

func set(names string) map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Fields(names) {
		m[n] = true
	}
	return m
}
