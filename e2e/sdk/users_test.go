package sdk_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestUsersByAnAdministrator(t *testing.T) {
	p := start(t).people(t, nil, nil)
	ann, nobody := aws.String("ann"), aws.String("nobody")

	t.Run("AdminCreateUser", func(t *testing.T) {
		in := &idp.AdminCreateUserInput{UserPoolId: p.pool, Username: ann, UserAttributes: attributes("email", "ann@example.com", "email_verified", "true"),
			DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeEmail}}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminCreateUser(ctx, in); return err })
		out := must(p.root.AdminCreateUser(ctx, in))(t).User
		if *out.Username != "ann" || out.UserStatus != types.UserStatusTypeForceChangePassword || !out.Enabled || value(out.Attributes, "email") != "ann@example.com" || out.UserCreateDate == nil {
			t.Errorf("%+v", out)
		}
		first := p.mailed(t, "ann@example.com", sentTemporary)
		if step := must(p.signIn("ann", first))(t); step.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
			t.Errorf("%+v", step)
		}
		_, err := p.root.AdminCreateUser(ctx, in)
		refused(t, err, "UsernameExistsException", "User account already exists")
		in.MessageAction = types.MessageActionTypeResend
		must(p.root.AdminCreateUser(ctx, in))(t)
		_, err = p.signIn("ann", first)
		refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
		_, err = p.root.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: aws.String(region + "_none00000"), Username: ann})
		refused(t, err, "ResourceNotFoundException", "User pool "+region+"_none00000 does not exist.")
		_, err = p.inRegion("us-west-2").AdminCreateUser(ctx, in)
		refused(t, err, "ResourceNotFoundException", "does not exist.")
	})
	t.Run("AdminGetUser", func(t *testing.T) {
		in := &idp.AdminGetUserInput{UserPoolId: p.pool, Username: ann}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminGetUser(ctx, in); return err })
		out := must(p.root.AdminGetUser(ctx, in))(t)
		sub := value(out.UserAttributes, "sub")
		if *out.Username != "ann" || sub == "" || !out.Enabled {
			t.Errorf("%+v", out)
		}
		if bySub := must(p.root.AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: p.pool, Username: &sub}))(t); *bySub.Username != "ann" {
			t.Errorf("%+v", bySub)
		}
		_, err := p.root.AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: p.pool, Username: nobody})
		refused(t, err, "UserNotFoundException", "User does not exist.")
	})
	t.Run("AdminSetUserPassword", func(t *testing.T) {
		in := &idp.AdminSetUserPasswordInput{UserPoolId: p.pool, Username: ann, Password: aws.String(password), Permanent: true}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminSetUserPassword(ctx, in); return err })
		must(p.root.AdminSetUserPassword(ctx, in))(t)
		p.token(t, "ann", password)
		in.Password = aws.String("weak123")
		_, err := p.root.AdminSetUserPassword(ctx, in)
		refused(t, err, "InvalidPasswordException", "Password does not conform to policy: Password not long enough")
	})
	t.Run("AdminUpdateUserAttributes and AdminDeleteUserAttributes", func(t *testing.T) {
		in := &idp.AdminUpdateUserAttributesInput{UserPoolId: p.pool, Username: ann, UserAttributes: attributes("name", "Ann", "phone_number", "+15551234567")}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminUpdateUserAttributes(ctx, in); return err })
		must(p.root.AdminUpdateUserAttributes(ctx, in))(t)
		del := &idp.AdminDeleteUserAttributesInput{UserPoolId: p.pool, Username: ann, UserAttributeNames: []string{"phone_number"}}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminDeleteUserAttributes(ctx, del); return err })
		must(p.root.AdminDeleteUserAttributes(ctx, del))(t)
		out := must(p.root.AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: p.pool, Username: ann}))(t)
		if value(out.UserAttributes, "name") != "Ann" || value(out.UserAttributes, "phone_number")+value(out.UserAttributes, "phone_number_verified") != "" {
			t.Errorf("%+v", out.UserAttributes)
		}
		in.UserAttributes = attributes("phone_number", "0555")
		_, err := p.root.AdminUpdateUserAttributes(ctx, in)
		refused(t, err, "InvalidParameterException", "Invalid phone number format.")
		del.UserAttributeNames = []string{"custom:none"}
		_, err = p.root.AdminDeleteUserAttributes(ctx, del)
		refused(t, err, "InvalidParameterException", "could not be determined")
	})
	t.Run("AdminDisableUser and AdminEnableUser", func(t *testing.T) {
		token := p.token(t, "ann", password)
		off, on := &idp.AdminDisableUserInput{UserPoolId: p.pool, Username: ann}, &idp.AdminEnableUserInput{UserPoolId: p.pool, Username: ann}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminDisableUser(ctx, off); return err })
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminEnableUser(ctx, on); return err })
		must(p.root.AdminDisableUser(ctx, off))(t)
		if _, err := p.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: token}); err == nil {
			t.Error("a disabled user's token works")
		}
		_, err := p.signIn("ann", password)
		refused(t, err, "NotAuthorizedException", "User is disabled.")
		must(p.root.AdminEnableUser(ctx, on))(t)
		_, err = p.unsigned.GetUser(ctx, &idp.GetUserInput{AccessToken: token})
		refused(t, err, "NotAuthorizedException", "")
		p.token(t, "ann", password)
		_, err = p.root.AdminDisableUser(ctx, &idp.AdminDisableUserInput{UserPoolId: p.pool, Username: nobody})
		refused(t, err, "UserNotFoundException", "User does not exist.")
		_, err = p.root.AdminEnableUser(ctx, &idp.AdminEnableUserInput{UserPoolId: p.pool, Username: nobody})
		refused(t, err, "UserNotFoundException", "User does not exist.")
	})
	t.Run("AdminResetUserPassword", func(t *testing.T) {
		in := &idp.AdminResetUserPasswordInput{UserPoolId: p.pool, Username: ann}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminResetUserPassword(ctx, in); return err })
		must(p.root.AdminResetUserPassword(ctx, in))(t)
		_, err := p.signIn("ann", password)
		refused(t, err, "PasswordResetRequiredException", "Password reset required for the user")
		must(p.unsigned.ConfirmForgotPassword(ctx, &idp.ConfirmForgotPasswordInput{ClientId: p.client, Username: ann, ConfirmationCode: p.code(t, "ann@example.com"), Password: aws.String("N3w-pass!x")}))(t)
		p.token(t, "ann", "N3w-pass!x")
		must(p.root.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: p.pool, Username: aws.String("temp"), MessageAction: types.MessageActionTypeSuppress}))(t)
		in.Username = aws.String("temp")
		_, err = p.root.AdminResetUserPassword(ctx, in)
		refused(t, err, "NotAuthorizedException", "User password cannot be reset in the current state.")
	})
	t.Run("AdminConfirmSignUp", func(t *testing.T) {
		must(p.unsigned.SignUp(ctx, &idp.SignUpInput{ClientId: p.client, Username: aws.String("bob"), Password: aws.String(password)}))(t)
		in := &idp.AdminConfirmSignUpInput{UserPoolId: p.pool, Username: aws.String("bob")}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminConfirmSignUp(ctx, in); return err })
		must(p.root.AdminConfirmSignUp(ctx, in))(t)
		p.token(t, "bob", password)
		_, err := p.root.AdminConfirmSignUp(ctx, in)
		refused(t, err, "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
	})
	t.Run("AdminDeleteUser", func(t *testing.T) {
		in := &idp.AdminDeleteUserInput{UserPoolId: p.pool, Username: aws.String("bob")}
		p.outsiders(t, func(c *idp.Client) error { _, err := c.AdminDeleteUser(ctx, in); return err })
		must(p.root.AdminDeleteUser(ctx, in))(t)
		_, err := p.root.AdminDeleteUser(ctx, in)
		refused(t, err, "UserNotFoundException", "User does not exist.")
	})
}

func TestListUsers(t *testing.T) {
	p := start(t).people(t, nil, nil)
	for i := range 5 {
		must(p.root.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: p.pool, Username: aws.String(fmt.Sprint("user", i)), MessageAction: types.MessageActionTypeSuppress,
			UserAttributes: attributes("email", fmt.Sprintf("user%d@example.com", i), "family_name", "Lee")}))(t)
	}
	in := &idp.ListUsersInput{UserPoolId: p.pool, Limit: aws.Int32(2), Filter: aws.String(`family_name = "Lee"`)}
	p.outsiders(t, func(c *idp.Client) error { _, err := c.ListUsers(ctx, in); return err })
	seen := map[string]bool{}
	pages := idp.NewListUsersPaginator(p.root, in)
	for pages.HasMorePages() {
		for _, u := range must(pages.NextPage(ctx))(t).Users {
			seen[*u.Username] = true
		}
	}
	if len(seen) != 5 {
		t.Errorf("%v", seen)
	}
	one := must(p.root.ListUsers(ctx, &idp.ListUsersInput{UserPoolId: p.pool, Filter: aws.String(`email ^= "user3"`), AttributesToGet: []string{"email"}}))(t).Users
	if len(one) != 1 || len(one[0].Attributes) != 1 || value(one[0].Attributes, "email") != "user3@example.com" {
		t.Errorf("%+v", one)
	}
	_, err := p.root.ListUsers(ctx, &idp.ListUsersInput{UserPoolId: p.pool, AttributesToGet: []string{"name"}})
	refused(t, err, "InvalidParameterException", "name")
	_, err = p.root.ListUsers(ctx, &idp.ListUsersInput{UserPoolId: p.pool, Filter: aws.String(`nonsense`)})
	refused(t, err, "InvalidParameterException", "Error while parsing filter")
	_, err = p.root.ListUsers(ctx, &idp.ListUsersInput{UserPoolId: p.pool, PaginationToken: aws.String("made-up")})
	refused(t, err, "InvalidParameterException", "")
	_, err = p.root.ListUsers(ctx, &idp.ListUsersInput{UserPoolId: p.pool, Limit: aws.Int32(61)})
	refused(t, err, "InvalidParameterException", "limit")
}
