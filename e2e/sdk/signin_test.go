package sdk_test

import (
	"encoding/base32"
	"encoding/json"
	"testing"
	"time"

	"gatehouse/internal/authn/srp/srptest"
	"gatehouse/internal/authn/totp"
	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const annsPassword = "Permanent0!pw"

// signInKit is a pool with one client and ann, whose password is permanent.
type signInKit struct {
	*kit
	poolID, clientID string
}

func startSignIn(t *testing.T) *signInKit {
	t.Helper()
	k := &signInKit{kit: start(t)}
	k.poolID = *k.pool(t).Id
	k.clientID = k.client(t, nil)
	k.user(t, "ann", annsPassword, true)
	return k
}

func (k *signInKit) client(t *testing.T, change func(*idp.CreateUserPoolClientInput)) string {
	t.Helper()
	in := &idp.CreateUserPoolClientInput{UserPoolId: &k.poolID, ClientName: aws.String("app"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
		"ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}
	if change != nil {
		change(in)
	}
	return *must(k.root.CreateUserPoolClient(ctx, in))(t).UserPoolClient.ClientId
}

func (k *signInKit) user(t *testing.T, name, password string, permanent bool) {
	t.Helper()
	must(k.root.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: &k.poolID, Username: &name, MessageAction: "SUPPRESS",
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(name + "@example.com")}}}))(t)
	must(k.root.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: &k.poolID, Username: &name, Password: &password, Permanent: permanent}))(t)
}

// mfa turns software tokens on.
func (k *signInKit) mfa(t *testing.T, mode types.UserPoolMfaType) {
	t.Helper()
	must(k.root.SetUserPoolMfaConfig(ctx, &idp.SetUserPoolMfaConfigInput{UserPoolId: &k.poolID, MfaConfiguration: mode,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true}}))(t)
}

func (k *signInKit) initiate(flow types.AuthFlowType, params ...string) (*idp.InitiateAuthOutput, error) {
	return k.unsigned.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: &k.clientID, AuthFlow: flow, AuthParameters: pairs(params)})
}

func (k *signInKit) respond(challenge types.ChallengeNameType, session *string, responses ...string) (*idp.RespondToAuthChallengeOutput, error) {
	return k.unsigned.RespondToAuthChallenge(ctx, &idp.RespondToAuthChallengeInput{ClientId: &k.clientID, ChallengeName: challenge,
		Session: session, ChallengeResponses: pairs(responses)})
}

func (k *signInKit) tokens(t *testing.T) *types.AuthenticationResultType {
	t.Helper()
	return must(k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword))(t).AuthenticationResult
}

func pairs(kv []string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return m
}

func TestInitiateAuth(t *testing.T) {
	k := startSignIn(t)
	out := must(k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword))(t)
	r := out.AuthenticationResult
	if r == nil || *r.TokenType != "Bearer" || r.ExpiresIn != 3600 || r.IdToken == nil || r.RefreshToken == nil || out.ChallengeParameters == nil {
		t.Fatalf("%+v", out)
	}
	if got := must(k.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: r.AccessToken}))(t); *got.Username != "ann" {
		t.Errorf("the access token is %s's", *got.Username)
	}
	_, err := k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", "wrong")
	refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
	_, err = k.initiate("USER_PASSWORD_AUTH", "USERNAME", "nobody", "PASSWORD", "wrong")
	refused(t, err, "UserNotFoundException", "User does not exist.")
	_, err = k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann")
	refused(t, err, "InvalidParameterException", "Missing required parameter PASSWORD")
	_, err = k.initiate("ADMIN_USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword)
	refused(t, err, "InvalidParameterException", "")
	k.clientID = k.client(t, func(in *idp.CreateUserPoolClientInput) {
		in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{"ALLOW_USER_SRP_AUTH"}
		in.PreventUserExistenceErrors = "ENABLED"
	})
	_, err = k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword)
	refused(t, err, "InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
	k.clientID = "nosuchclient"
	_, err = k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword)
	refused(t, err, "ResourceNotFoundException", "User pool client nosuchclient does not exist.")
}

func TestSecretHashIsDemandedAndChecked(t *testing.T) {
	k := startSignIn(t)
	made := must(k.root.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: &k.poolID, ClientName: aws.String("server"), GenerateSecret: true,
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}))(t).UserPoolClient
	k.clientID = *made.ClientId
	hash := func(name string) string { return userpool.SecretHash(*made.ClientSecret, name, k.clientID) }
	_, err := k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword)
	refused(t, err, "NotAuthorizedException", "is configured with secret but SECRET_HASH was not received")
	_, err = k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword, "SECRET_HASH", hash("bob"))
	refused(t, err, "NotAuthorizedException", "Unable to verify secret hash for client "+k.clientID)
	_, err = k.root.AdminInitiateAuth(ctx, &idp.AdminInitiateAuthInput{UserPoolId: &k.poolID, ClientId: &k.clientID, AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
		AuthParameters: pairs([]string{"USERNAME", "ann", "PASSWORD", annsPassword})})
	refused(t, err, "NotAuthorizedException", "SECRET_HASH was not received")
	in := must(k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword, "SECRET_HASH", hash("ann")))(t)
	refresh := *in.AuthenticationResult.RefreshToken
	must(k.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", refresh, "SECRET_HASH", hash("ann")))(t)
	_, err = k.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", refresh, "SECRET_HASH", hash("bob"))
	refused(t, err, "NotAuthorizedException", "Unable to verify secret hash")
	_, err = k.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", refresh)
	refused(t, err, "NotAuthorizedException", "SECRET_HASH was not received")
	// A refresh token beside another flow proves nothing.
	_, err = k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword, "REFRESH_TOKEN", refresh, "SECRET_HASH", "bm9uc2Vuc2U=")
	refused(t, err, "NotAuthorizedException", "Unable to verify secret hash")
}

func TestRefreshTokenAuth(t *testing.T) {
	k := startSignIn(t)
	first := k.tokens(t)
	for _, flow := range []types.AuthFlowType{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"} {
		out := must(k.initiate(flow, "REFRESH_TOKEN", *first.RefreshToken))(t).AuthenticationResult
		if out.RefreshToken != nil || out.IdToken == nil || *out.AccessToken == *first.AccessToken {
			t.Errorf("%s: %+v", flow, out)
		}
	}
	_, err := k.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "nonsense")
	refused(t, err, "NotAuthorizedException", "Invalid Refresh Token")
	_, err = k.initiate("REFRESH_TOKEN_AUTH")
	refused(t, err, "InvalidParameterException", "REFRESH_TOKEN")
	k.clientID = k.client(t, nil)
	_, err = k.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", *first.RefreshToken)
	refused(t, err, "NotAuthorizedException", "Invalid Refresh Token")
}

func TestRespondToAuthChallenge(t *testing.T) {
	k := startSignIn(t)
	c := srptest.New(k.poolID)
	out := must(k.initiate("USER_SRP_AUTH", "USERNAME", "ann", "SRP_A", c.SRPA()))(t)
	if out.ChallengeName != "PASSWORD_VERIFIER" || out.ChallengeParameters["USERNAME"] != "ann" {
		t.Fatalf("%+v", out)
	}
	answer := func(password string) (*idp.RespondToAuthChallengeOutput, error) {
		return k.unsigned.RespondToAuthChallenge(ctx, &idp.RespondToAuthChallengeInput{ClientId: &k.clientID, ChallengeName: "PASSWORD_VERIFIER",
			ChallengeResponses: c.Claim(out.ChallengeParameters, password, time.Now())})
	}
	if in := must(answer(annsPassword))(t); in.AuthenticationResult == nil || in.AuthenticationResult.RefreshToken == nil {
		t.Errorf("%+v", in)
	}
	_, err := answer(annsPassword)
	refused(t, err, "NotAuthorizedException", "session can only be used once")
	out = must(k.initiate("USER_SRP_AUTH", "USERNAME", "ann", "SRP_A", c.SRPA()))(t)
	_, err = answer("wrong")
	refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
	_, err = k.respond("NEW_PASSWORD_REQUIRED", aws.String("nonsense nonsense nonsense"), "USERNAME", "ann", "NEW_PASSWORD", "x")
	refused(t, err, "NotAuthorizedException", "Invalid session for the user")
	_, err = k.respond("NEW_PASSWORD_REQUIRED", aws.String("nonsense nonsense nonsense"), "NEW_PASSWORD", "x")
	refused(t, err, "InvalidParameterException", "USERNAME")
	_, err = k.respond("CUSTOM_CHALLENGE", nil, "USERNAME", "ann", "ANSWER", "x")
	refused(t, err, "InvalidParameterException", "")
}

func TestUserAuthSelectsAChallenge(t *testing.T) {
	k := startSignIn(t)
	out := must(k.initiate("USER_AUTH", "USERNAME", "ann"))(t)
	if out.ChallengeName != "SELECT_CHALLENGE" || len(out.AvailableChallenges) != 2 {
		t.Fatalf("%+v", out)
	}
	in := must(k.respond("SELECT_CHALLENGE", out.Session, "USERNAME", "ann", "ANSWER", "PASSWORD", "PASSWORD", annsPassword))(t)
	if in.AuthenticationResult == nil {
		t.Errorf("%+v", in)
	}
}

func TestAdminInitiateAuthAndAdminRespondToAuthChallenge(t *testing.T) {
	k := startSignIn(t)
	k.user(t, "tom", "Temp0rary!pw", false)
	initiate := func(c *idp.Client, poolID, user, password string) (*idp.AdminInitiateAuthOutput, error) {
		return c.AdminInitiateAuth(ctx, &idp.AdminInitiateAuthInput{UserPoolId: &poolID, ClientId: &k.clientID, AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
			AuthParameters: pairs([]string{"USERNAME", user, "PASSWORD", password})})
	}
	if out := must(initiate(k.root, k.poolID, "ann", annsPassword))(t); out.AuthenticationResult == nil {
		t.Errorf("%+v", out)
	}
	_, err := initiate(k.root, k.poolID, "ann", "wrong")
	refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
	_, err = initiate(k.root, region+"_nosuchpo1", "ann", annsPassword)
	refused(t, err, "ResourceNotFoundException", "does not exist.")
	_, err = initiate(k.inRegion("us-east-1"), k.poolID, "ann", annsPassword)
	refused(t, err, "ResourceNotFoundException", "does not exist.")
	k.outsiders(t, func(c *idp.Client) error { _, err := initiate(c, k.poolID, "ann", annsPassword); return err })

	out := must(initiate(k.root, k.poolID, "tom", "Temp0rary!pw"))(t)
	var shown map[string]string
	if err := json.Unmarshal([]byte(out.ChallengeParameters["userAttributes"]), &shown); err != nil || out.ChallengeName != "NEW_PASSWORD_REQUIRED" || shown["email"] != "tom@example.com" {
		t.Fatalf("%+v %v", out, err)
	}
	respond := func(c *idp.Client, password string) (*idp.AdminRespondToAuthChallengeOutput, error) {
		return c.AdminRespondToAuthChallenge(ctx, &idp.AdminRespondToAuthChallengeInput{UserPoolId: &k.poolID, ClientId: &k.clientID,
			ChallengeName: "NEW_PASSWORD_REQUIRED", Session: out.Session, ChallengeResponses: pairs([]string{"USERNAME", "tom", "NEW_PASSWORD", password})})
	}
	k.outsiders(t, func(c *idp.Client) error { _, err := respond(c, annsPassword); return err })
	_, err = respond(k.root, "short")
	refused(t, err, "InvalidPasswordException", "")
	if in := must(respond(k.root, annsPassword))(t); in.AuthenticationResult == nil {
		t.Errorf("%+v", in)
	}
	got := must(k.root.AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: &k.poolID, Username: aws.String("tom")}))(t)
	if got.UserStatus != "CONFIRMED" {
		t.Error(got.UserStatus)
	}
}

func codeNow(t *testing.T, secretCode *string, steps int64) *string {
	t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(*secretCode)
	if err != nil {
		t.Fatal(err)
	}
	return aws.String(totp.Code(secret, totp.Step(time.Now())+steps))
}

func TestSoftwareTokenByAccessToken(t *testing.T) {
	k := startSignIn(t)
	access := k.tokens(t).AccessToken
	associate := func(token *string) (*idp.AssociateSoftwareTokenOutput, error) {
		return k.unsigned.AssociateSoftwareToken(ctx, &idp.AssociateSoftwareTokenInput{AccessToken: token})
	}
	_, err := associate(access)
	refused(t, err, "SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool")
	k.mfa(t, "OPTIONAL")
	_, err = associate(aws.String("nonsense"))
	refused(t, err, "NotAuthorizedException", "Invalid Access Token")
	_, err = associate(nil)
	refused(t, err, "InvalidParameterException", "")
	secret := must(associate(access))(t).SecretCode

	verify := func(code *string) (*idp.VerifySoftwareTokenOutput, error) {
		return k.unsigned.VerifySoftwareToken(ctx, &idp.VerifySoftwareTokenInput{AccessToken: access, UserCode: code, FriendlyDeviceName: aws.String("phone")})
	}
	_, err = verify(codeNow(t, secret, 100))
	refused(t, err, "EnableSoftwareTokenMFAException", "Code mismatch")
	_, err = verify(aws.String("12"))
	refused(t, err, "InvalidParameterException", "")
	if out := must(verify(codeNow(t, secret, 0)))(t); out.Status != "SUCCESS" {
		t.Error(out.Status)
	}

	prefer := func(token *string, on bool) error {
		_, err := k.unsigned.SetUserMFAPreference(ctx, &idp.SetUserMFAPreferenceInput{AccessToken: token,
			SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: on, PreferredMfa: on}})
		return err
	}
	refused(t, prefer(aws.String("nonsense"), true), "NotAuthorizedException", "Invalid Access Token")
	if err := prefer(access, true); err != nil {
		t.Fatal(err)
	}
	factors := must(k.unsigned.GetUserAuthFactors(ctx, &idp.GetUserAuthFactorsInput{AccessToken: access}))(t)
	if *factors.Username != "ann" || *factors.PreferredMfaSetting != "SOFTWARE_TOKEN_MFA" || len(factors.UserMFASettingList) != 1 ||
		len(factors.ConfiguredUserAuthFactors) != 1 || factors.ConfiguredUserAuthFactors[0] != "PASSWORD" {
		t.Errorf("%+v", factors)
	}
	_, err = k.unsigned.GetUserAuthFactors(ctx, &idp.GetUserAuthFactorsInput{AccessToken: aws.String("nonsense")})
	refused(t, err, "NotAuthorizedException", "Invalid Access Token")

	out := must(k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword))(t)
	if out.ChallengeName != "SOFTWARE_TOKEN_MFA" || out.ChallengeParameters["FRIENDLY_DEVICE_NAME"] != "phone" {
		t.Fatalf("%+v", out)
	}
	_, err = k.respond(out.ChallengeName, out.Session, "USERNAME", "ann", "SOFTWARE_TOKEN_MFA_CODE", *codeNow(t, secret, 100))
	refused(t, err, "CodeMismatchException", "Invalid code received for user")
	must(k.respond(out.ChallengeName, out.Session, "USERNAME", "ann", "SOFTWARE_TOKEN_MFA_CODE", *codeNow(t, secret, 1)))(t)
}

func TestAdminSetUserMFAPreference(t *testing.T) {
	k := startSignIn(t)
	k.mfa(t, "OPTIONAL")
	set := func(c *idp.Client, user string, on bool) error {
		_, err := c.AdminSetUserMFAPreference(ctx, &idp.AdminSetUserMFAPreferenceInput{UserPoolId: &k.poolID, Username: &user,
			SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: on}})
		return err
	}
	if err := set(k.root, "ann", false); err != nil {
		t.Error(err)
	}
	refused(t, set(k.root, "ann", true), "InvalidParameterException", "User has not verified software token mfa")
	refused(t, set(k.root, "nobody", false), "UserNotFoundException", "User does not exist.")
	k.outsiders(t, func(c *idp.Client) error { return set(c, "ann", false) })
}

func TestSoftwareTokenBySession(t *testing.T) {
	k := startSignIn(t)
	k.mfa(t, "ON")
	out := must(k.initiate("USER_PASSWORD_AUTH", "USERNAME", "ann", "PASSWORD", annsPassword))(t)
	if out.ChallengeName != "MFA_SETUP" || out.ChallengeParameters["MFAS_CAN_SETUP"] != `["SOFTWARE_TOKEN_MFA"]` {
		t.Fatalf("%+v", out)
	}
	_, err := k.unsigned.AssociateSoftwareToken(ctx, &idp.AssociateSoftwareTokenInput{Session: aws.String("nonsense nonsense nonsense")})
	refused(t, err, "NotAuthorizedException", "Invalid session for the user")
	made := must(k.unsigned.AssociateSoftwareToken(ctx, &idp.AssociateSoftwareTokenInput{Session: out.Session}))(t)
	verified := must(k.unsigned.VerifySoftwareToken(ctx, &idp.VerifySoftwareTokenInput{Session: made.Session, UserCode: codeNow(t, made.SecretCode, 0)}))(t)
	in := must(k.respond("MFA_SETUP", verified.Session, "USERNAME", "ann"))(t)
	if in.AuthenticationResult == nil {
		t.Fatalf("%+v", in)
	}
	got := must(k.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: in.AuthenticationResult.AccessToken}))(t)
	if len(got.UserMFASettingList) != 1 || *got.PreferredMfaSetting != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("%+v", got)
	}
}

func TestSignUpHandsASessionOnToSignIn(t *testing.T) {
	k := start(t)
	w := &signInKit{kit: k, poolID: *k.pool(t, func(in *idp.CreateUserPoolInput) {
		in.AutoVerifiedAttributes = []types.VerifiedAttributeType{"email"}
	}).Id}
	w.clientID = w.client(t, nil)
	made := must(k.unsigned.SignUp(ctx, &idp.SignUpInput{ClientId: &w.clientID, Username: aws.String("eve"), Password: aws.String(annsPassword),
		UserAttributes: attributes("email", "eve@example.com")}))(t)
	_, err := k.unsigned.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: &w.clientID, AuthFlow: "USER_AUTH", Session: made.Session,
		AuthParameters: pairs([]string{"USERNAME", "eve"})})
	refused(t, err, "NotAuthorizedException", "Invalid session for the user")
	done := must(k.unsigned.ConfirmSignUp(ctx, &idp.ConfirmSignUpInput{ClientId: &w.clientID, Username: aws.String("eve"),
		ConfirmationCode: k.code(t, "eve@example.com"), Session: made.Session}))(t)
	in := must(k.unsigned.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: &w.clientID, AuthFlow: "USER_AUTH", Session: done.Session,
		AuthParameters: pairs([]string{"USERNAME", "eve"})}))(t)
	if in.AuthenticationResult == nil {
		t.Errorf("%+v", in)
	}
}
