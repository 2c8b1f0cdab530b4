package sdk_test

import (
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/visitor"
)

func TestSignUpConfirmAndRecover(t *testing.T) {
	p := start(t).people(t, nil, nil)
	name := aws.String("ann")

	t.Run("SignUp", func(t *testing.T) {
		in := &idp.SignUpInput{ClientId: p.client, Username: name, Password: aws.String("weak123"), UserAttributes: attributes("email", "ann@example.com", "name", "Ann")}
		_, err := p.unsigned.SignUp(ctx, in)
		refused(t, err, "InvalidPasswordException", "Password did not conform with policy: Password not long enough")
		in.Password = aws.String(password)
		out := must(p.unsigned.SignUp(ctx, in))(t)
		d := out.CodeDeliveryDetails
		if out.UserConfirmed || aws.ToString(out.UserSub) == "" || *d.AttributeName != "email" || d.DeliveryMedium != types.DeliveryMediumTypeEmail || *d.Destination != "a***@e***" {
			t.Errorf("%+v %+v", out, d)
		}
		_, err = p.unsigned.SignUp(ctx, in)
		refused(t, err, "UsernameExistsException", "User already exists")
		_, err = p.unsigned.SignUp(ctx, &idp.SignUpInput{ClientId: aws.String("0123456789abcdefghijklmnop"), Username: name, Password: aws.String(password)})
		refused(t, err, "ResourceNotFoundException", "User pool client 0123456789abcdefghijklmnop does not exist.")
		_, err = p.unsigned.SignUp(ctx, &idp.SignUpInput{ClientId: p.client, Username: aws.String("two words"), Password: aws.String(password)})
		refused(t, err, "InvalidParameterException", "username")
	})
	t.Run("sign-in waits for the confirmation", func(t *testing.T) {
		_, err := p.signIn("ann", password)
		refused(t, err, "UserNotConfirmedException", "User is not confirmed.")
	})
	t.Run("ResendConfirmationCode", func(t *testing.T) {
		first := *p.code(t, "ann@example.com")
		out := must(p.unsigned.ResendConfirmationCode(ctx, &idp.ResendConfirmationCodeInput{ClientId: p.client, Username: name}))(t)
		if *out.CodeDeliveryDetails.Destination != "a***@e***" {
			t.Errorf("%+v", out.CodeDeliveryDetails)
		}
		if second := *p.code(t, "ann@example.com"); first != second {
			_, err := p.unsigned.ConfirmSignUp(ctx, &idp.ConfirmSignUpInput{ClientId: p.client, Username: name, ConfirmationCode: &first})
			refused(t, err, "ExpiredCodeException", "Invalid code provided, please request a code again.")
		}
		_, err := p.unsigned.ResendConfirmationCode(ctx, &idp.ResendConfirmationCodeInput{ClientId: p.client, Username: aws.String("nobody")})
		refused(t, err, "UserNotFoundException", "Username/client id combination not found.")
	})
	t.Run("ConfirmSignUp", func(t *testing.T) {
		confirm := func(code string) error {
			_, err := p.unsigned.ConfirmSignUp(ctx, &idp.ConfirmSignUpInput{ClientId: p.client, Username: name, ConfirmationCode: &code})
			return err
		}
		refused(t, confirm("nodice"), "CodeMismatchException", "Invalid verification code provided, please try again.")
		if err := confirm(*p.code(t, "ann@example.com")); err != nil {
			t.Fatal(err)
		}
		refused(t, confirm("123456"), "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
		p.token(t, "ann", password)
	})
	t.Run("ForgotPassword and ConfirmForgotPassword", func(t *testing.T) {
		_, err := p.unsigned.ForgotPassword(ctx, &idp.ForgotPasswordInput{ClientId: p.client, Username: aws.String("nobody")})
		refused(t, err, "UserNotFoundException", "Username/client id combination not found.")
		out := must(p.unsigned.ForgotPassword(ctx, &idp.ForgotPasswordInput{ClientId: p.client, Username: name}))(t)
		if *out.CodeDeliveryDetails.Destination != "a***@e***" {
			t.Errorf("%+v", out.CodeDeliveryDetails)
		}
		in := &idp.ConfirmForgotPasswordInput{ClientId: p.client, Username: name, ConfirmationCode: aws.String("nodice"), Password: aws.String("N3w-pass!x")}
		_, err = p.unsigned.ConfirmForgotPassword(ctx, in)
		refused(t, err, "CodeMismatchException", "")
		in.ConfirmationCode = p.code(t, "ann@example.com")
		must(p.unsigned.ConfirmForgotPassword(ctx, in))(t)
		_, err = p.unsigned.ConfirmForgotPassword(ctx, in)
		refused(t, err, "ExpiredCodeException", "")
		_, err = p.signIn("ann", password)
		refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
		p.token(t, "ann", "N3w-pass!x")
	})
}

func TestSignUpNeedsTheClientsSecret(t *testing.T) {
	p := start(t).people(t, nil, func(in *idp.CreateUserPoolClientInput) { in.GenerateSecret = true })
	_, err := p.unsigned.SignUp(ctx, &idp.SignUpInput{ClientId: p.client, Username: aws.String("ann"), Password: aws.String(password)})
	refused(t, err, "NotAuthorizedException", "is configured with secret but SECRET_HASH was not received")
	_, err = p.unsigned.ForgotPassword(ctx, &idp.ForgotPasswordInput{ClientId: p.client, Username: aws.String("ann"), SecretHash: aws.String("bm8=")})
	refused(t, err, "NotAuthorizedException", "Unable to verify secret hash for client "+*p.client)
	_, err = p.unsigned.ConfirmSignUp(ctx, &idp.ConfirmSignUpInput{ClientId: p.client, Username: aws.String("ann"), ConfirmationCode: aws.String("123456")})
	refused(t, err, "NotAuthorizedException", "SECRET_HASH")
	_, err = p.unsigned.ResendConfirmationCode(ctx, &idp.ResendConfirmationCodeInput{ClientId: p.client, Username: aws.String("ann")})
	refused(t, err, "NotAuthorizedException", "SECRET_HASH")
	_, err = p.unsigned.ConfirmForgotPassword(ctx, &idp.ConfirmForgotPasswordInput{ClientId: p.client, Username: aws.String("ann"), ConfirmationCode: aws.String("123456"), Password: aws.String(password)})
	refused(t, err, "NotAuthorizedException", "SECRET_HASH")
}

// Attack: enumerate accounts over the wire.
func TestHidingClientAnswersUnknownUsersAlike(t *testing.T) {
	p := start(t).people(t, nil, func(in *idp.CreateUserPoolClientInput) {
		in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
	})
	p.confirmed(t, "ann", "ann@example.com")
	for _, name := range []string{"ann", "nobody"} {
		if _, err := p.unsigned.ForgotPassword(ctx, &idp.ForgotPasswordInput{ClientId: p.client, Username: &name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_, err := p.unsigned.ConfirmForgotPassword(ctx, &idp.ConfirmForgotPasswordInput{ClientId: p.client, Username: &name, ConfirmationCode: aws.String("nodice"), Password: aws.String(password)})
		refused(t, err, "CodeMismatchException", "Invalid verification code provided, please try again.")
		if _, err := p.unsigned.ResendConfirmationCode(ctx, &idp.ResendConfirmationCodeInput{ClientId: p.client, Username: &name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_, err = p.unsigned.ConfirmSignUp(ctx, &idp.ConfirmSignUpInput{ClientId: p.client, Username: &name, ConfirmationCode: aws.String("nodice")})
		refused(t, err, "CodeMismatchException", "Invalid verification code provided, please try again.")
	}
}

// A pool may confirm by the link of a mail. Opening the link does nothing, for programs that scan mails open
// it too; its page asks.
func TestConfirmByTheLinkOfAMail(t *testing.T) {
	p := start(t).people(t, func(in *idp.CreateUserPoolInput) {
		in.VerificationMessageTemplate = &types.VerificationMessageTemplateType{
			DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithLink, EmailMessageByLink: aws.String("Welcome. {##Confirm your address##}"),
		}
	}, nil)
	shown := must(p.root.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: p.pool}))(t).UserPool.VerificationMessageTemplate
	if shown.DefaultEmailOption != types.DefaultEmailOptionTypeConfirmWithLink || aws.ToString(shown.EmailMessageByLink) != "Welcome. {##Confirm your address##}" {
		t.Errorf("described as %+v", shown)
	}
	must(p.unsigned.SignUp(ctx, &idp.SignUpInput{ClientId: p.client, Username: aws.String("ann"), Password: aws.String(password), UserAttributes: attributes("email", "ann@example.com")}))(t)
	page := visitor.New(t, nil, "").Open(p.mailed(t, "ann@example.com", regexp.MustCompile(`Welcome\. Confirm your address: (\S+?)[<\s]`)))
	if page.Status != 200 || page.URL.Path != "/"+*p.pool+"/confirmUser" {
		t.Fatalf("the link shows %d at %s", page.Status, page.URL)
	}
	_, err := p.signIn("ann", password)
	refused(t, err, "UserNotConfirmedException", "User is not confirmed.")
	page.Send()
	p.token(t, "ann", password)
}
