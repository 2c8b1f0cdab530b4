package sdk_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

func TestOwnAccount(t *testing.T) {
	p := start(t).people(t, nil, nil)
	p.confirmed(t, "ann", "ann@example.com")
	token := p.token(t, "ann", password)
	forged := aws.String(*token + "x")

	t.Run("GetUser", func(t *testing.T) {
		out := must(p.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: token}))(t)
		if *out.Username != "ann" || value(out.UserAttributes, "email") != "ann@example.com" || value(out.UserAttributes, "email_verified") != "true" || value(out.UserAttributes, "sub") == "" {
			t.Errorf("%+v", out.UserAttributes)
		}
		_, err := p.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: forged})
		refused(t, err, "NotAuthorizedException", "")
		// A signature of root does not stand for a token.
		_, err = p.root.GetUser(ctx, &idp.GetUserInput{AccessToken: aws.String("none")})
		refused(t, err, "NotAuthorizedException", "")
	})
	t.Run("UpdateUserAttributes, GetUserAttributeVerificationCode, VerifyUserAttribute", func(t *testing.T) {
		out := must(p.unsigned.UpdateUserAttributes(ctx, &idp.UpdateUserAttributesInput{AccessToken: token, UserAttributes: attributes("email", "new@example.com", "name", "Ann")}))(t)
		if len(out.CodeDeliveryDetailsList) != 1 || *out.CodeDeliveryDetailsList[0].Destination != "n***@e***" {
			t.Errorf("%+v", out.CodeDeliveryDetailsList)
		}
		_, err := p.unsigned.UpdateUserAttributes(ctx, &idp.UpdateUserAttributesInput{AccessToken: token, UserAttributes: attributes("email_verified", "true")})
		refused(t, err, "NotAuthorizedException", "A client attempted to write unauthorized attribute")
		_, err = p.unsigned.UpdateUserAttributes(ctx, &idp.UpdateUserAttributesInput{AccessToken: token, UserAttributes: attributes("email", "nonsense")})
		refused(t, err, "InvalidParameterException", "Invalid email address format.")
		_, err = p.unsigned.UpdateUserAttributes(ctx, &idp.UpdateUserAttributesInput{AccessToken: forged, UserAttributes: attributes("name", "Eve")})
		refused(t, err, "NotAuthorizedException", "")

		sent := must(p.unsigned.GetUserAttributeVerificationCode(ctx, &idp.GetUserAttributeVerificationCodeInput{AccessToken: token, AttributeName: aws.String("email")}))(t)
		if *sent.CodeDeliveryDetails.Destination != "n***@e***" {
			t.Errorf("%+v", sent.CodeDeliveryDetails)
		}
		_, err = p.unsigned.GetUserAttributeVerificationCode(ctx, &idp.GetUserAttributeVerificationCodeInput{AccessToken: token, AttributeName: aws.String("name")})
		refused(t, err, "InvalidParameterException", "")
		_, err = p.unsigned.GetUserAttributeVerificationCode(ctx, &idp.GetUserAttributeVerificationCodeInput{AccessToken: forged, AttributeName: aws.String("email")})
		refused(t, err, "NotAuthorizedException", "")

		verify := &idp.VerifyUserAttributeInput{AccessToken: token, AttributeName: aws.String("email"), Code: aws.String("nodice")}
		_, err = p.unsigned.VerifyUserAttribute(ctx, verify)
		refused(t, err, "CodeMismatchException", "")
		verify.Code = p.code(t, "new@example.com")
		must(p.unsigned.VerifyUserAttribute(ctx, verify))(t)
		verify.AccessToken = forged
		_, err = p.unsigned.VerifyUserAttribute(ctx, verify)
		refused(t, err, "NotAuthorizedException", "")
		if got := must(p.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: token}))(t); value(got.UserAttributes, "email_verified") != "true" {
			t.Errorf("%+v", got.UserAttributes)
		}
	})
	t.Run("DeleteUserAttributes", func(t *testing.T) {
		must(p.unsigned.DeleteUserAttributes(ctx, &idp.DeleteUserAttributesInput{AccessToken: token, UserAttributeNames: []string{"name"}}))(t)
		if got := must(p.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: token}))(t); value(got.UserAttributes, "name") != "" {
			t.Errorf("%+v", got.UserAttributes)
		}
		_, err := p.unsigned.DeleteUserAttributes(ctx, &idp.DeleteUserAttributesInput{AccessToken: token, UserAttributeNames: []string{"custom:none"}})
		refused(t, err, "NotAuthorizedException", "")
		_, err = p.unsigned.DeleteUserAttributes(ctx, &idp.DeleteUserAttributesInput{AccessToken: forged, UserAttributeNames: []string{"name"}})
		refused(t, err, "NotAuthorizedException", "")
	})
	t.Run("ChangePassword", func(t *testing.T) {
		in := &idp.ChangePasswordInput{AccessToken: token, PreviousPassword: aws.String("Wr0ng-one!"), ProposedPassword: aws.String("N3w-pass!x")}
		_, err := p.unsigned.ChangePassword(ctx, in)
		refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
		in.PreviousPassword, in.ProposedPassword = aws.String(password), aws.String("weak123")
		_, err = p.unsigned.ChangePassword(ctx, in)
		refused(t, err, "InvalidPasswordException", "Password does not conform to policy: Password not long enough")
		in.ProposedPassword = aws.String("N3w-pass!x")
		must(p.unsigned.ChangePassword(ctx, in))(t)
		p.token(t, "ann", "N3w-pass!x")
		in.AccessToken = forged
		_, err = p.unsigned.ChangePassword(ctx, in)
		refused(t, err, "NotAuthorizedException", "")
	})
	t.Run("DeleteUser", func(t *testing.T) {
		_, err := p.unsigned.DeleteUser(ctx, &idp.DeleteUserInput{AccessToken: forged})
		refused(t, err, "NotAuthorizedException", "")
		must(p.unsigned.DeleteUser(ctx, &idp.DeleteUserInput{AccessToken: token}))(t)
		_, err = p.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: token})
		if err == nil {
			t.Error("a deleted user has an account")
		}
		_, err = p.signIn("ann", "N3w-pass!x")
		refused(t, err, "UserNotFoundException", "User does not exist.")
	})
}
