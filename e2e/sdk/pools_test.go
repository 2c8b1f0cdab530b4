package sdk_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const noPool = "eu-west-1_AAAAAAAAA"

func TestCreateUserPool(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	if !regexp.MustCompile(`^eu-west-1_[0-9A-Za-z]{9}$`).MatchString(*p.Id) {
		t.Error("id", *p.Id)
	}
	if want := "arn:aws:cognito-idp:eu-west-1:" + k.AccountID + ":userpool/" + *p.Id; *p.Arn != want {
		t.Error("arn", *p.Arn)
	}
	w := p.Policies.PasswordPolicy
	if *w.MinimumLength != 8 || !w.RequireLowercase || !w.RequireNumbers || !w.RequireSymbols || !w.RequireUppercase || w.TemporaryPasswordValidityDays != 7 {
		t.Errorf("default password policy %+v", w)
	}
	if p.UserPoolTier != types.UserPoolTierTypeEssentials || p.MfaConfiguration != types.UserPoolMfaTypeOff ||
		p.DeletionProtection != types.DeletionProtectionTypeInactive || p.EstimatedNumberOfUsers != 0 || p.CreationDate == nil {
		t.Errorf("defaults %+v", p)
	}
	if len(p.SchemaAttributes) != 20 || *p.SchemaAttributes[0].Name != "sub" || !*p.SchemaAttributes[0].Required || *p.SchemaAttributes[0].Mutable {
		t.Errorf("standard schema of %d", len(p.SchemaAttributes))
	}
	for _, a := range p.SchemaAttributes {
		if *a.Name == "birthdate" && (*a.StringAttributeConstraints.MinLength != "10" || *a.StringAttributeConstraints.MaxLength != "10") {
			t.Error("birthdate", a.StringAttributeConstraints)
		}
		if *a.Name == "updated_at" && (a.AttributeDataType != "Number" || *a.NumberAttributeConstraints.MinValue != "0") {
			t.Error("updated_at", a)
		}
	}
	k.outsiders(t, func(c *idp.Client) error {
		_, err := c.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("x")})
		return err
	})
}

func TestCreateUserPoolKeepsEverySetting(t *testing.T) {
	k := start(t)
	in := &idp.CreateUserPoolInput{
		PoolName:               aws.String("all of it"),
		AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"},
		UsernameAttributes:     []types.UsernameAttributeType{"email"},
		UsernameConfiguration:  &types.UsernameConfigurationType{CaseSensitive: aws.Bool(false)},
		DeletionProtection:     types.DeletionProtectionTypeActive,
		UserPoolTier:           types.UserPoolTierTypePlus,
		UserPoolTags:           map[string]string{"team": "shop"},
		Policies: &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{
			MinimumLength: aws.Int32(12), RequireNumbers: true, PasswordHistorySize: aws.Int32(5), TemporaryPasswordValidityDays: 3,
		}},
		Schema: []types.SchemaAttributeType{
			{Name: aws.String("email"), AttributeDataType: "String", Required: aws.Bool(true)},
			{Name: aws.String("level"), AttributeDataType: "Number", Mutable: aws.Bool(false), NumberAttributeConstraints: &types.NumberAttributeConstraintsType{MinValue: aws.String("-5"), MaxValue: aws.String("99")}},
			{Name: aws.String("note"), AttributeDataType: "String", DeveloperOnlyAttribute: aws.Bool(true)},
		},
		AccountRecoverySetting: &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{{Name: "verified_email", Priority: aws.Int32(1)}}},
		AdminCreateUserConfig: &types.AdminCreateUserConfigType{
			AllowAdminCreateUserOnly: true,
			InviteMessageTemplate:    &types.MessageTemplateType{EmailMessage: aws.String("Hi {username}: {####}"), EmailSubject: aws.String("Hi")},
		},
		UserAttributeUpdateSettings: &types.UserAttributeUpdateSettingsType{AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{"email"}},
		EmailConfiguration: &types.EmailConfigurationType{
			EmailSendingAccount: "DEVELOPER", From: aws.String("Shop <shop@example.com>"), ReplyToEmailAddress: aws.String("help@example.com"),
			SourceArn: aws.String("arn:aws:ses:eu-west-1:111122223333:identity/example.com"),
		},
		SmsConfiguration:            &types.SmsConfigurationType{SnsCallerArn: aws.String("arn:aws:iam::111122223333:role/sms"), ExternalId: aws.String("x")},
		VerificationMessageTemplate: &types.VerificationMessageTemplateType{DefaultEmailOption: "CONFIRM_WITH_CODE", EmailMessage: aws.String("Code {####}"), EmailSubject: aws.String("Code")},
		SmsVerificationMessage:      aws.String("Your code {####}"),
	}
	id := must(k.root.CreateUserPool(ctx, in))(t).UserPool.Id
	p := must(k.root.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: id}))(t).UserPool
	for name, ok := range map[string]bool{
		"name":               *p.Name == "all of it",
		"auto verified":      slices.Equal(p.AutoVerifiedAttributes, in.AutoVerifiedAttributes),
		"username attribute": slices.Equal(p.UsernameAttributes, in.UsernameAttributes),
		"case":               !*p.UsernameConfiguration.CaseSensitive,
		"protection":         p.DeletionProtection == "ACTIVE",
		"tier":               p.UserPoolTier == "PLUS",
		"tags":               p.UserPoolTags["team"] == "shop",
		"password":           *p.Policies.PasswordPolicy.MinimumLength == 12 && !p.Policies.PasswordPolicy.RequireSymbols && p.Policies.PasswordPolicy.RequireNumbers && *p.Policies.PasswordPolicy.PasswordHistorySize == 5 && p.Policies.PasswordPolicy.TemporaryPasswordValidityDays == 3,
		"recovery":           p.AccountRecoverySetting.RecoveryMechanisms[0].Name == "verified_email",
		"admin only":         p.AdminCreateUserConfig.AllowAdminCreateUserOnly && *p.AdminCreateUserConfig.InviteMessageTemplate.EmailSubject == "Hi" && p.AdminCreateUserConfig.UnusedAccountValidityDays == 3,
		"update settings":    p.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate[0] == "email",
		"email":              *p.EmailConfiguration.From == "Shop <shop@example.com>" && p.EmailConfiguration.EmailSendingAccount == "DEVELOPER",
		"sms":                *p.SmsConfiguration.ExternalId == "x",
		"template":           *p.VerificationMessageTemplate.EmailMessage == "Code {####}" && *p.EmailVerificationMessage == "Code {####}",
		"sms text":           *p.SmsVerificationMessage == "Your code {####}" && *p.VerificationMessageTemplate.SmsMessage == "Your code {####}",
	} {
		if !ok {
			t.Error(name, "is not as given")
		}
	}
	byName := map[string]types.SchemaAttributeType{}
	for _, a := range p.SchemaAttributes {
		byName[*a.Name] = a
	}
	if level := byName["custom:level"]; level.NumberAttributeConstraints == nil || *level.NumberAttributeConstraints.MinValue != "-5" || *level.Mutable {
		t.Error("custom:level", level)
	}
	if !*byName["email"].Required || !*byName["dev:custom:note"].DeveloperOnlyAttribute {
		t.Error("overrides", byName)
	}
}

// Every text comes back by CreateUserPool and by UpdateUserPool, and goes with the update that leaves it out.
func TestMessageTemplatesComeBack(t *testing.T) {
	k := start(t)
	verification := &types.VerificationMessageTemplateType{
		DefaultEmailOption: "CONFIRM_WITH_LINK", EmailMessage: aws.String("<p>Code {####}</p>"), EmailSubject: aws.String("Code"), SmsMessage: aws.String("SMS {####}"),
		EmailMessageByLink: aws.String("<p>{##Click Here##}</p>"), EmailSubjectByLink: aws.String("Link"),
	}
	admin := &types.AdminCreateUserConfigType{InviteMessageTemplate: &types.MessageTemplateType{
		EmailMessage: aws.String("Hi {username}: {####}"), EmailSubject: aws.String("Hi"), SMSMessage: aws.String("{username} {####}")}}
	mail := &types.EmailConfigurationType{From: aws.String("Shop <shop@example.com>"), ReplyToEmailAddress: aws.String("help@example.com")}
	all := func(p *types.UserPoolType) string {
		v, i := p.VerificationMessageTemplate, p.AdminCreateUserConfig.InviteMessageTemplate
		if i == nil {
			i = &types.MessageTemplateType{}
		}
		out := string(v.DefaultEmailOption)
		for _, s := range []*string{v.EmailMessage, v.EmailSubject, v.SmsMessage, v.EmailMessageByLink, v.EmailSubjectByLink, i.EmailMessage, i.EmailSubject, i.SMSMessage,
			p.EmailVerificationMessage, p.EmailVerificationSubject, p.SmsVerificationMessage, p.SmsAuthenticationMessage,
			p.EmailConfiguration.From, p.EmailConfiguration.ReplyToEmailAddress} {
			out += "|" + aws.ToString(s)
		}
		return out
	}
	const want = "CONFIRM_WITH_LINK|<p>Code {####}</p>|Code|SMS {####}|<p>{##Click Here##}</p>|Link|Hi {username}: {####}|Hi|{username} {####}|" +
		"<p>Code {####}</p>|Code|SMS {####}|MFA {####}|Shop <shop@example.com>|help@example.com"
	id := must(k.root.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("x"), VerificationMessageTemplate: verification,
		AdminCreateUserConfig: admin, EmailConfiguration: mail, SmsAuthenticationMessage: aws.String("MFA {####}")}))(t).UserPool.Id
	shown := func() string {
		return all(must(k.root.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: id}))(t).UserPool)
	}
	if got := shown(); got != want {
		t.Errorf("created: %s", got)
	}
	must(k.root.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{UserPoolId: id}))(t)
	if got := shown(); got != "CONFIRM_WITH_CODE"+strings.Repeat("|", 14) {
		t.Errorf("left out: %s", got)
	}
	must(k.root.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{UserPoolId: id, VerificationMessageTemplate: verification,
		AdminCreateUserConfig: admin, EmailConfiguration: mail, SmsAuthenticationMessage: aws.String("MFA {####}")}))(t)
	if got := shown(); got != want {
		t.Errorf("updated: %s", got)
	}
	must(k.root.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{UserPoolId: id, EmailVerificationMessage: aws.String("Old {####}"), EmailVerificationSubject: aws.String("Old"), SmsVerificationMessage: aws.String("Old {####}")}))(t)
	if got := shown(); !strings.HasPrefix(got, "CONFIRM_WITH_CODE|Old {####}|Old|Old {####}|") {
		t.Errorf("by the older members: %s", got)
	}
}

// The attack: headers and texts that no mail may have, by either operation.
func TestAttackMessageTemplatesAreRefused(t *testing.T) {
	k := start(t)
	id := k.pool(t).Id
	for name, c := range map[string]struct {
		in   idp.UpdateUserPoolInput
		text string
	}{
		"a header in a subject":   {idp.UpdateUserPoolInput{EmailVerificationSubject: aws.String("Hi\r\nBcc: all@example.com")}, "An email subject is one line"},
		"a header in a sender":    {idp.UpdateUserPoolInput{EmailConfiguration: &types.EmailConfigurationType{From: aws.String("a@example.com\r\nBcc: all@example.com")}}, "is not an email address"},
		"a header in a reply-to":  {idp.UpdateUserPoolInput{EmailConfiguration: &types.EmailConfigurationType{ReplyToEmailAddress: aws.String("a@example.com\r\nBcc: all@example.com")}}, "replyToEmailAddress"},
		"a mail without its code": {idp.UpdateUserPoolInput{VerificationMessageTemplate: &types.VerificationMessageTemplateType{EmailMessage: aws.String("Welcome!")}}, "emailMessage"},
		"an SMS without its code": {idp.UpdateUserPoolInput{SmsVerificationMessage: aws.String("Welcome!")}, "smsVerificationMessage"},
		"a link that is a code":   {idp.UpdateUserPoolInput{VerificationMessageTemplate: &types.VerificationMessageTemplateType{EmailMessageByLink: aws.String("Go {####}")}}, "must contain {##words of the link##}"},
		"an invitation to nobody": {idp.UpdateUserPoolInput{AdminCreateUserConfig: &types.AdminCreateUserConfigType{InviteMessageTemplate: &types.MessageTemplateType{EmailMessage: aws.String("Hi: {####}")}}}, "must contain {username} and {####}"},
		"an SMS that is too long": {idp.UpdateUserPoolInput{SmsAuthenticationMessage: aws.String("{####}" + strings.Repeat("x", 135))}, "smsAuthenticationMessage"},
		"an SES set":              {idp.UpdateUserPoolInput{EmailConfiguration: &types.EmailConfigurationType{ConfigurationSet: aws.String("events")}}, "EmailConfiguration.ConfigurationSet is not supported"},
	} {
		c.in.UserPoolId = id
		_, err := k.root.UpdateUserPool(ctx, &c.in)
		t.Run(name, func(t *testing.T) { refused(t, err, "InvalidParameterException", c.text) })
		_, err = k.root.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("x"), EmailVerificationSubject: c.in.EmailVerificationSubject,
			EmailConfiguration: c.in.EmailConfiguration, VerificationMessageTemplate: c.in.VerificationMessageTemplate, SmsVerificationMessage: c.in.SmsVerificationMessage,
			AdminCreateUserConfig: c.in.AdminCreateUserConfig, SmsAuthenticationMessage: c.in.SmsAuthenticationMessage})
		t.Run(name+" at creation", func(t *testing.T) { refused(t, err, "InvalidParameterException", c.text) })
	}
}

func TestCreateUserPoolRefuses(t *testing.T) {
	k := start(t)
	for name, c := range map[string]struct {
		change     func(*idp.CreateUserPoolInput)
		code, text string
	}{
		"a name with a slash": {func(in *idp.CreateUserPoolInput) { in.PoolName = aws.String("a/b") }, "InvalidParameterException", "'poolName' failed to satisfy constraint"},
		"alias and username attributes": {func(in *idp.CreateUserPoolInput) {
			in.AliasAttributes, in.UsernameAttributes = []types.AliasAttributeType{"email"}, []types.UsernameAttributeType{"email"}
		}, "InvalidParameterException", "Only one of the aliasAttributes or usernameAttributes"},
		"MFA without a factor": {func(in *idp.CreateUserPoolInput) { in.MfaConfiguration = "ON" }, "InvalidParameterException", "can't disable all MFAs"},
		"a required custom attribute": {func(in *idp.CreateUserPoolInput) {
			in.Schema = []types.SchemaAttributeType{{Name: aws.String("x"), AttributeDataType: "String", Required: aws.Bool(true)}}
		}, "InvalidParameterException", "Required custom attributes are not supported currently."},
		"another type of a standard attribute": {func(in *idp.CreateUserPoolInput) {
			in.Schema = []types.SchemaAttributeType{{Name: aws.String("email"), AttributeDataType: "Number"}}
		}, "InvalidParameterException", "You can not change AttributeDataType"},
		"the same attribute twice": {func(in *idp.CreateUserPoolInput) {
			in.Schema = []types.SchemaAttributeType{{Name: aws.String("x"), AttributeDataType: "String"}, {Name: aws.String("x"), AttributeDataType: "String"}}
		}, "InvalidParameterException", "custom:x: Existing attribute already has name custom:x."},
		"verification of what is not verified": {func(in *idp.CreateUserPoolInput) {
			in.UserAttributeUpdateSettings = &types.UserAttributeUpdateSettingsType{AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{"email"}}
		}, "InvalidParameterException", "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"},
		"admin_only with another recovery": {func(in *idp.CreateUserPoolInput) {
			in.AccountRecoverySetting = &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{{Name: "admin_only", Priority: aws.Int32(1)}, {Name: "verified_email", Priority: aws.Int32(2)}}}
		}, "InvalidParameterException", "admin_only can not be combined"},
		"history in the LITE tier": {func(in *idp.CreateUserPoolInput) {
			in.UserPoolTier = "LITE"
			in.Policies = &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{PasswordHistorySize: aws.Int32(2)}}
		}, "FeatureUnavailableInTierException", "LITE"},
		"a sender with a second header": {func(in *idp.CreateUserPoolInput) {
			in.EmailConfiguration = &types.EmailConfigurationType{From: aws.String("a@example.com\r\nBcc: all@example.com")}
		}, "InvalidParameterException", "is not an email address"},
		"a trigger that would not run": {func(in *idp.CreateUserPoolInput) {
			in.LambdaConfig = &types.LambdaConfigType{PreSignUp: aws.String("arn:aws:lambda:eu-west-1:111122223333:function:f")}
		}, "InvalidParameterException", "LambdaConfig is not supported"},
		"protection that would not protect": {func(in *idp.CreateUserPoolInput) {
			in.UserPoolAddOns = &types.UserPoolAddOnsType{AdvancedSecurityMode: "ENFORCED"}
		}, "InvalidParameterException", "UserPoolAddOns is not supported"},
		"devices that would not be remembered": {func(in *idp.CreateUserPoolInput) {
			in.DeviceConfiguration = &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true}
		}, "InvalidParameterException", "DeviceConfiguration is not supported"},
		"a first factor that is not there": {func(in *idp.CreateUserPoolInput) {
			in.Policies = &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{AllowedFirstAuthFactors: []types.AuthFactorType{"PASSWORD", "WEB_AUTHN"}}}
		}, "InvalidParameterException", "AllowedFirstAuthFactors is not supported"},
		"a reserved tag": {func(in *idp.CreateUserPoolInput) { in.UserPoolTags = map[string]string{"aws:x": "y"} }, "InvalidParameterException", "reserved"},
	} {
		t.Run(name, func(t *testing.T) {
			in := &idp.CreateUserPoolInput{PoolName: aws.String("x")}
			c.change(in)
			_, err := k.root.CreateUserPool(ctx, in)
			refused(t, err, c.code, c.text)
		})
	}
	if n := len(must(k.root.ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(60)}))(t).UserPools); n > 1 { // the demo's own
		t.Errorf("%d pools after refusals", n)
	}
}

func TestDescribeUserPool(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	got := must(k.root.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: p.Id}))(t).UserPool
	if *got.Name != "people" || !got.CreationDate.Equal(*p.CreationDate) {
		t.Errorf("%+v", got)
	}
	describe := func(c *idp.Client) error {
		_, err := c.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: p.Id})
		return err
	}
	k.outsiders(t, describe)
	refused(t, describe(k.inRegion("us-east-1")), "ResourceNotFoundException", "User pool "+*p.Id+" does not exist.")
	_, err := k.root.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: aws.String(noPool)})
	refused(t, err, "ResourceNotFoundException", "User pool "+noPool+" does not exist.")
	_, err = k.root.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: aws.String("no pool")})
	refused(t, err, "InvalidParameterException", "'userPoolId' failed to satisfy constraint")
}

func TestUpdateUserPoolReplaces(t *testing.T) {
	k := start(t)
	p := k.pool(t, func(in *idp.CreateUserPoolInput) {
		in.AutoVerifiedAttributes = []types.VerifiedAttributeType{"email"}
		in.UsernameConfiguration = &types.UsernameConfigurationType{CaseSensitive: aws.Bool(false)}
		in.DeletionProtection = "ACTIVE"
		in.UserPoolTags = map[string]string{"team": "shop"}
		in.Schema = []types.SchemaAttributeType{{Name: aws.String("level"), AttributeDataType: "Number"}}
	})
	must(k.root.SetUserPoolMfaConfig(ctx, &idp.SetUserPoolMfaConfigInput{
		UserPoolId: p.Id, MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	}))(t)
	must(k.root.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{
		UserPoolId: p.Id,
		Policies:   &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(10)}},
	}))(t)
	got := must(k.root.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: p.Id}))(t).UserPool
	if len(got.AutoVerifiedAttributes) != 0 || got.DeletionProtection != "INACTIVE" || *got.Policies.PasswordPolicy.MinimumLength != 10 {
		t.Errorf("what is not given returns to its default: %+v", got)
	}
	if *got.Name != "people" || *got.UsernameConfiguration.CaseSensitive || len(got.SchemaAttributes) != 21 || got.UserPoolTags["team"] != "shop" {
		t.Errorf("what never changes stays: %+v", got)
	}
	// The attack: an update that does not speak of MFA must not switch it off.
	if got.MfaConfiguration != "ON" {
		t.Error("MFA is", got.MfaConfiguration)
	}
	update := func(c *idp.Client) error {
		_, err := c.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{UserPoolId: p.Id, PoolName: aws.String("taken")})
		return err
	}
	k.outsiders(t, update)
	refused(t, update(k.inRegion("us-east-1")), "ResourceNotFoundException", "does not exist")
	other := k.pool(t)
	_, err := k.root.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{UserPoolId: other.Id, MfaConfiguration: "ON"})
	refused(t, err, "InvalidParameterException", "Cannot turn MFA functionality ON, once the user pool has been created.")
	_, err = k.root.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{
		UserPoolId: other.Id, Policies: &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(5)}},
	})
	refused(t, err, "InvalidParameterException", "Member must have value greater than or equal to 6")
}

func TestDeleteUserPool(t *testing.T) {
	k := start(t)
	p := k.pool(t, func(in *idp.CreateUserPoolInput) { in.DeletionProtection = "ACTIVE" })
	remove := func(c *idp.Client) error {
		_, err := c.DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: p.Id})
		return err
	}
	k.outsiders(t, remove)
	refused(t, remove(k.root), "InvalidParameterException", "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
	must(k.root.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{UserPoolId: p.Id, DeletionProtection: "INACTIVE"}))(t)
	client := must(k.root.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: p.Id, ClientName: aws.String("app"), GenerateSecret: true}))(t)
	must(k.root.CreateUserPoolDomain(ctx, &idp.CreateUserPoolDomainInput{UserPoolId: p.Id, Domain: aws.String("shop")}))(t)
	refused(t, remove(k.root), "InvalidParameterException", "User pool cannot be deleted. It has a domain configured that should be deleted first.")
	must(k.root.DeleteUserPoolDomain(ctx, &idp.DeleteUserPoolDomainInput{UserPoolId: p.Id, Domain: aws.String("shop")}))(t)
	refused(t, remove(k.inRegion("us-east-1")), "ResourceNotFoundException", "does not exist")
	if err := remove(k.root); err != nil {
		t.Fatal(err)
	}
	refused(t, remove(k.root), "ResourceNotFoundException", "User pool "+*p.Id+" does not exist.")
	_, err := k.root.DescribeUserPoolClient(ctx, &idp.DescribeUserPoolClientInput{UserPoolId: p.Id, ClientId: client.UserPoolClient.ClientId})
	refused(t, err, "ResourceNotFoundException", "does not exist")
}

func TestListUserPools(t *testing.T) {
	k := start(t)
	want := map[string]bool{}
	for i := range 4 {
		want[*k.pool(t, func(in *idp.CreateUserPoolInput) { in.PoolName = aws.String(fmt.Sprint("pool ", i)) }).Id] = true
	}
	var token *string
	for pages := 0; ; pages++ {
		out := must(k.root.ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(2), NextToken: token}))(t)
		for _, p := range out.UserPools {
			delete(want, *p.Id)
		}
		if token = out.NextToken; token == nil {
			break
		}
		if strings.Contains(*token, "eu-west-1") || pages > 5 {
			t.Fatal("token", *token, pages)
		}
	}
	if len(want) != 0 {
		t.Error("missing", want)
	}
	first := must(k.root.ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(2)}))(t).NextToken
	_, err := k.inRegion("us-east-1").ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(2), NextToken: first})
	refused(t, err, "InvalidParameterException", "Invalid pagination token.")
	_, err = k.root.ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(61)})
	refused(t, err, "InvalidParameterException", "Member must have value less than or equal to 60")
	elsewhere := must(k.inRegion("us-east-2").ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(60)}))(t)
	if len(elsewhere.UserPools) != 0 {
		t.Error("pools of another region are listed")
	}
	k.outsiders(t, func(c *idp.Client) error {
		_, err := c.ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(1)})
		return err
	})
}

func TestAddCustomAttributes(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	add := func(c *idp.Client, a ...types.SchemaAttributeType) error {
		_, err := c.AddCustomAttributes(ctx, &idp.AddCustomAttributesInput{UserPoolId: p.Id, CustomAttributes: a})
		return err
	}
	level := types.SchemaAttributeType{Name: aws.String("level"), AttributeDataType: "Number"}
	k.outsiders(t, func(c *idp.Client) error { return add(c, level) })
	if err := add(k.root, level); err != nil {
		t.Fatal(err)
	}
	refused(t, add(k.root, level), "InvalidParameterException", "custom:level: Existing attribute already has name custom:level.")
	refused(t, add(k.root, types.SchemaAttributeType{Name: aws.String("a-name-of-over-20-letters"), AttributeDataType: "String"}), "InvalidParameterException", "20")
	refused(t, add(k.root, types.SchemaAttributeType{Name: aws.String("x")}), "InvalidParameterException", "AttributeDataType")
	got := must(k.root.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: p.Id}))(t).UserPool
	if last := got.SchemaAttributes[len(got.SchemaAttributes)-1]; *last.Name != "custom:level" || !*last.Mutable || *last.Required {
		t.Error(last)
	}
}

func TestSetAndGetUserPoolMfaConfig(t *testing.T) {
	k := start(t)
	p := k.pool(t)
	set := func(c *idp.Client, mode types.UserPoolMfaType, totp *types.SoftwareTokenMfaConfigType) error {
		_, err := c.SetUserPoolMfaConfig(ctx, &idp.SetUserPoolMfaConfigInput{UserPoolId: p.Id, MfaConfiguration: mode, SoftwareTokenMfaConfiguration: totp})
		return err
	}
	get := func() *idp.GetUserPoolMfaConfigOutput {
		return must(k.root.GetUserPoolMfaConfig(ctx, &idp.GetUserPoolMfaConfigInput{UserPoolId: p.Id}))(t)
	}
	on := &types.SoftwareTokenMfaConfigType{Enabled: true}
	k.outsiders(t, func(c *idp.Client) error { return set(c, "OFF", nil) })
	k.outsiders(t, func(c *idp.Client) error {
		_, err := c.GetUserPoolMfaConfig(ctx, &idp.GetUserPoolMfaConfigInput{UserPoolId: p.Id})
		return err
	})
	refused(t, set(k.root, "ON", nil), "InvalidParameterException", "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.")
	refused(t, set(k.root, "OFF", on), "InvalidParameterException", "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
	if err := set(k.root, "OPTIONAL", on); err != nil {
		t.Fatal(err)
	}
	if got := get(); got.MfaConfiguration != "OPTIONAL" || !got.SoftwareTokenMfaConfiguration.Enabled {
		t.Errorf("%+v", got)
	}
	if err := set(k.root, "ON", nil); err != nil || get().MfaConfiguration != "ON" {
		t.Error("the factor that is on stays on:", err)
	}
	if err := set(k.root, "OFF", nil); err != nil || get().MfaConfiguration != "OFF" || get().SoftwareTokenMfaConfiguration != nil {
		t.Error("off:", err)
	}
	_, err := k.root.SetUserPoolMfaConfig(ctx, &idp.SetUserPoolMfaConfigInput{UserPoolId: p.Id, MfaConfiguration: "ON", SmsMfaConfiguration: &types.SmsMfaConfigType{}})
	refused(t, err, "InvalidParameterException", "SmsMfaConfiguration is not supported")
	_, err = k.root.GetUserPoolMfaConfig(ctx, &idp.GetUserPoolMfaConfigInput{UserPoolId: aws.String(noPool)})
	refused(t, err, "ResourceNotFoundException", "does not exist")
}
