package console_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/web/paths"
)

// save sends the form of a section.
func (d *desk) save(section string) {
	d.t.Helper()
	d.Press("#" + section + " .btn-primary")
}

func (d *desk) pool(id string) *types.UserPoolType {
	d.t.Helper()
	out, err := d.idp().DescribeUserPool(context.Background(), &cognito.DescribeUserPoolInput{UserPoolId: &id})
	if err != nil {
		d.t.Fatal(err)
	}
	return out.UserPool
}

// richPool has something in every setting that one could lose.
func (d *desk) richPool() string {
	d.t.Helper()
	out, err := d.idp().CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{
		PoolName: aws.String("Rich"), AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail},
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail, types.VerifiedAttributeTypePhoneNumber},
		AdminCreateUserConfig: &types.AdminCreateUserConfigType{AllowAdminCreateUserOnly: true, InviteMessageTemplate: &types.MessageTemplateType{
			EmailMessage: aws.String("Hi {username}, {####}"), EmailSubject: aws.String("Welcome"), SMSMessage: aws.String("{username} {####}")}},
		AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{
			{Name: types.RecoveryOptionNameTypeVerifiedPhoneNumber, Priority: aws.Int32(1)}, {Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: aws.Int32(2)}}},
		EmailConfiguration:          &types.EmailConfigurationType{ReplyToEmailAddress: aws.String("help@example.com"), From: aws.String("Rich <rich@example.com>")},
		Policies:                    &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(10), RequireNumbers: true, PasswordHistorySize: aws.Int32(3), TemporaryPasswordValidityDays: 2}},
		UserAttributeUpdateSettings: &types.UserAttributeUpdateSettingsType{AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}},
		UserPoolTags:                map[string]string{"team": "rich"},
		VerificationMessageTemplate: &types.VerificationMessageTemplateType{DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithLink, EmailMessage: aws.String("{####}"), EmailSubject: aws.String("Code"),
			EmailMessageByLink: aws.String("{##Go##}"), EmailSubjectByLink: aws.String("Link"), SmsMessage: aws.String("{####} it is")},
		SmsAuthenticationMessage: aws.String("{####} now"),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	id := aws.ToString(out.UserPool.Id)
	_, err = d.idp().SetUserPoolMfaConfig(context.Background(), &cognito.SetUserPoolMfaConfigInput{UserPoolId: &id, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true}})
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

func TestSignInSettingsInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		id := d.richPool()
		before := d.pool(id)
		d.to(paths.Link(paths.ConsoleSignInSettings, id))
		d.on("Sign-in & security")
		d.Fill("length", "many")
		d.save("password")
		d.refuses("Shortest length takes a whole number")
		d.Fill("length", "3")
		d.save("password")
		d.refuses("Shortest length is from 6 to 99")
		d.Fill("length", "16")
		d.Fill("temporary", "5")
		d.choose("classes", "symbol")
		d.save("password")
		d.says("Saved")
		d.choose("mode", "ON")
		d.save("mfa")
		d.says("Saved")
		d.choose("open", "on")
		d.save("signup")
		d.choose("way", "email")
		d.save("recovery")
		d.choose("verified", "phone_number")
		d.save("verification")
		d.choose("protect", "on")
		d.save("protection")
		d.choose("tier", "PLUS")
		d.save("tier")
		d.says("Saved")

		before.Policies.PasswordPolicy.MinimumLength, before.Policies.PasswordPolicy.RequireSymbols, before.Policies.PasswordPolicy.TemporaryPasswordValidityDays = aws.Int32(16), true, 5
		before.MfaConfiguration, before.UserPoolTier, before.DeletionProtection = types.UserPoolMfaTypeOn, types.UserPoolTierTypePlus, types.DeletionProtectionTypeActive
		before.AdminCreateUserConfig.AllowAdminCreateUserOnly, before.AdminCreateUserConfig.UnusedAccountValidityDays = false, 5
		before.AccountRecoverySetting.RecoveryMechanisms = []types.RecoveryOptionType{{Name: types.RecoveryOptionNameTypeVerifiedEmail, Priority: aws.Int32(1)}}
		before.AutoVerifiedAttributes = []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}
		after := d.pool(id)
		before.LastModifiedDate = after.LastModifiedDate
		if !reflect.DeepEqual(before, after) {
			t.Errorf("something else changed:\n%+v\n%+v", before, after)
		}
	})
}

func TestSaveOverAnothersChangeShowsBoth(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		id := d.richPool()
		d.to(paths.Link(paths.ConsoleSignInSettings, id))
		_, err := d.idp().UpdateUserPool(context.Background(), &cognito.UpdateUserPoolInput{UserPoolId: &id, Policies: &types.UserPoolPolicyType{
			PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(20)}}})
		if err != nil {
			t.Fatal(err)
		}
		d.Fill("length", "15")
		d.save("password")
		d.on("Sign-in & security")
		if got := d.Text("#password .conflict"); !strings.Contains(got, "20") || !strings.Contains(got, "15") {
			t.Errorf("theirs and mine are not both shown: %q", got)
		}
		if got := aws.ToInt32(d.pool(id).Policies.PasswordPolicy.MinimumLength); got != 20 {
			t.Fatalf("their change is overwritten: %d", got)
		}
		d.save("password")
		d.says("Saved")
		if got := aws.ToInt32(d.pool(id).Policies.PasswordPolicy.MinimumLength); got != 15 {
			t.Errorf("saved anyway, it is %d", got)
		}
	})
}

func TestAttributesInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		id := d.demoPool()
		d.to(paths.Link(paths.ConsoleAttributes, id))
		d.on("Attributes")
		d.Fill("name", strings.Repeat("x", 21))
		d.Submit()
		d.refuses("name is too long: 20 characters at most")
		d.Fill("name", "plan")
		d.Fill("max", "10")
		d.Submit()
		d.says("The attribute is added")
		d.on("Attributes")
		if got := d.Text("section[aria-labelledby=custom]"); !strings.Contains(got, "custom:plan") {
			t.Error(got)
		}
	})
}
