package sdk_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

func TestIAMLoginProfiles(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	ann := k.worker(t, "ann", "")

	t.Run("login profiles", func(t *testing.T) {
		of := &iam.GetLoginProfileInput{UserName: &ann.name}
		_, err := root.GetLoginProfile(ctx, of)
		refused(t, err, "NoSuchEntity", "Login Profile for User ann cannot be found.")
		create := &iam.CreateLoginProfileInput{UserName: &ann.name, Password: aws.String("weak"), PasswordResetRequired: true}
		_, err = root.CreateLoginProfile(ctx, create)
		refused(t, err, "PasswordPolicyViolation", "Password should have a minimum length of 8")
		create.Password = aws.String("Correct-Horse-7")
		if p := must(root.CreateLoginProfile(ctx, create))(t).LoginProfile; *p.UserName != "ann" || p.CreateDate == nil || !p.PasswordResetRequired {
			t.Errorf("%+v", p)
		}
		_, err = root.CreateLoginProfile(ctx, create)
		refused(t, err, "EntityAlreadyExists", "Login Profile for user ann already exists.")
		must(root.UpdateLoginProfile(ctx, &iam.UpdateLoginProfileInput{UserName: &ann.name, Password: aws.String("Correct-Horse-8"), PasswordResetRequired: aws.Bool(false)}))(t)
		if p := must(root.GetLoginProfile(ctx, of))(t).LoginProfile; p.PasswordResetRequired {
			t.Errorf("%+v", p)
		}
		_, err = root.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: &ann.name})
		refused(t, err, "ValidationError", "'password' failed to satisfy constraint: Member must not be null")
	})
	t.Run("ChangePassword", func(t *testing.T) {
		in := &iam.ChangePasswordInput{OldPassword: aws.String("Correct-Horse-8"), NewPassword: aws.String("Correct-Horse-9")}
		_, err := ann.iam.ChangePassword(ctx, in)
		refused(t, err, "AccessDenied", "is not authorized to perform: iam:ChangePassword on resource: "+ann.arn)
		_, err = root.ChangePassword(ctx, in)
		refused(t, err, "InvalidUserType", "")
		must(root.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{AllowUsersToChangePassword: true, RequireSymbols: true, PasswordReusePrevention: aws.Int32(1), MaxPasswordAge: aws.Int32(90)}))(t)
		must(ann.iam.ChangePassword(ctx, in))(t)
		_, err = ann.iam.ChangePassword(ctx, in)
		refused(t, err, "AccessDenied", "The old password was incorrect.")
		in.OldPassword = in.NewPassword
		_, err = ann.iam.ChangePassword(ctx, in)
		refused(t, err, "PasswordPolicyViolation", "Password should not be one of the last 1 passwords")
		in.NewPassword = aws.String("NoSymbol")
		_, err = ann.iam.ChangePassword(ctx, in)
		refused(t, err, "PasswordPolicyViolation", "Password should have at least one symbol")
	})
	t.Run("password policy", func(t *testing.T) {
		p := must(ann.iam.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{}))(t).PasswordPolicy
		if *p.MinimumPasswordLength != 6 || !p.ExpirePasswords || *p.MaxPasswordAge != 90 || !p.RequireSymbols || p.RequireNumbers || !p.AllowUsersToChangePassword || *p.PasswordReusePrevention != 1 {
			t.Errorf("%+v", p)
		}
		_, err := root.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{MinimumPasswordLength: aws.Int32(5)})
		refused(t, err, "ValidationError", "minimumPasswordLength")
		must(root.DeleteAccountPasswordPolicy(ctx, &iam.DeleteAccountPasswordPolicyInput{}))(t)
		_, err = root.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
		refused(t, err, "NoSuchEntity", "The Password Policy with domain name ")
		_, err = ann.iam.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
		refused(t, err, "AccessDenied", "")
	})
	t.Run("DeleteUser", func(t *testing.T) {
		must(root.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &ann.name, AccessKeyId: ann.key.AccessKeyId}))(t)
		_, err := root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &ann.name})
		refused(t, err, "DeleteConflict", "Cannot delete entity, must delete login profile first.")
		must(root.DeleteLoginProfile(ctx, &iam.DeleteLoginProfileInput{UserName: &ann.name}))(t)
		must(root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &ann.name}))(t)
	})
}
