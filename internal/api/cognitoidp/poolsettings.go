package cognitoidp

import (
	"strings"

	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// keptPool is what of a pool the product returns as it came.
type keptPool struct {
	UsernameConfiguration     *types.UsernameConfigurationType `json:",omitempty"`
	EmailConfiguration        *types.EmailConfigurationType    `json:",omitempty"`
	SmsConfiguration          *types.SmsConfigurationType      `json:",omitempty"`
	DeviceConfiguration       *types.DeviceConfigurationType   `json:",omitempty"`
	UserPoolAddOns            *types.UserPoolAddOnsType        `json:",omitempty"`
	KeyConfiguration          *types.KeyConfigurationType      `json:",omitempty"`
	IssuerConfiguration       *types.IssuerConfigurationType   `json:",omitempty"`
	UnusedAccountValidityDays int32                            `json:",omitempty"`
}

// poolRequest is what CreateUserPool and UpdateUserPool both take; UpdateUserPool's input has all of it.
type poolRequest struct {
	idp.UpdateUserPoolInput
	username *types.UsernameConfigurationType
}

func poolRequestOfCreate(in *idp.CreateUserPoolInput) poolRequest {
	return poolRequest{username: in.UsernameConfiguration, UpdateUserPoolInput: idp.UpdateUserPoolInput{
		AccountRecoverySetting: in.AccountRecoverySetting, AdminCreateUserConfig: in.AdminCreateUserConfig,
		AutoVerifiedAttributes: in.AutoVerifiedAttributes, DeletionProtection: in.DeletionProtection,
		DeviceConfiguration: in.DeviceConfiguration, EmailConfiguration: in.EmailConfiguration,
		EmailVerificationMessage: in.EmailVerificationMessage, EmailVerificationSubject: in.EmailVerificationSubject,
		IssuerConfiguration: in.IssuerConfiguration, KeyConfiguration: in.KeyConfiguration, LambdaConfig: in.LambdaConfig,
		Policies: in.Policies, SmsAuthenticationMessage: in.SmsAuthenticationMessage, SmsConfiguration: in.SmsConfiguration,
		SmsVerificationMessage: in.SmsVerificationMessage, UserAttributeUpdateSettings: in.UserAttributeUpdateSettings,
		UserPoolAddOns: in.UserPoolAddOns, UserPoolTier: in.UserPoolTier, VerificationMessageTemplate: in.VerificationMessageTemplate,
	}}
}

func poolRequestOfUpdate(in *idp.UpdateUserPoolInput, username *types.UsernameConfigurationType) poolRequest {
	return poolRequest{UpdateUserPoolInput: *in, username: username}
}

// poolSettings are the defaults with what was asked for. Schema, names for sign-in, MFA and tags are the
// caller's: the two operations treat them differently.
func poolSettings(in poolRequest) (s userpool.Settings, err error) {
	if err := refusePoolFeatures(in.LambdaConfig, in.DeviceConfiguration, in.UserPoolAddOns, in.KeyConfiguration, in.IssuerConfiguration, in.EmailConfiguration); err != nil {
		return s, err
	}
	s = userpool.DefaultSettings()
	s.AutoVerified = texts(in.AutoVerifiedAttributes)
	s.DeletionProtection = in.DeletionProtection == types.DeletionProtectionTypeActive
	if in.UserPoolTier != "" {
		s.Tier = string(in.UserPoolTier)
	}
	if in.UserAttributeUpdateSettings != nil {
		s.VerifyBeforeUpdate = texts(in.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate)
	}
	if in.AccountRecoverySetting != nil {
		for _, m := range in.AccountRecoverySetting.RecoveryMechanisms {
			s.Recovery = append(s.Recovery, userpool.RecoveryOption{Name: string(m.Name), Priority: int(aws.ToInt32(m.Priority))})
		}
	}
	if err := applyPolicies(&s, in.Policies, in.AdminCreateUserConfig); err != nil {
		return s, err
	}
	s.Messages = poolMessages(in)
	rest := keptPool{
		UsernameConfiguration: in.username, EmailConfiguration: in.EmailConfiguration, SmsConfiguration: in.SmsConfiguration,
		DeviceConfiguration: in.DeviceConfiguration, UserPoolAddOns: in.UserPoolAddOns,
		KeyConfiguration: in.KeyConfiguration, IssuerConfiguration: in.IssuerConfiguration,
	}
	if in.AdminCreateUserConfig != nil {
		s.AdminCreateOnly = in.AdminCreateUserConfig.AllowAdminCreateUserOnly
		rest.UnusedAccountValidityDays = in.AdminCreateUserConfig.UnusedAccountValidityDays
	}
	s.Configuration, err = keep(rest)
	return s, err
}

func applyPolicies(s *userpool.Settings, p *types.UserPoolPolicyType, admin *types.AdminCreateUserConfigType) error {
	given := int32(0)
	if p != nil && p.PasswordPolicy != nil {
		w := p.PasswordPolicy
		given = w.TemporaryPasswordValidityDays
		s.Password = userpool.PasswordPolicy{
			MinimumLength:    int(aws.ToInt32(w.MinimumLength)),
			RequireUppercase: w.RequireUppercase, RequireLowercase: w.RequireLowercase,
			RequireNumbers: w.RequireNumbers, RequireSymbols: w.RequireSymbols,
			HistorySize: int(aws.ToInt32(w.PasswordHistorySize)),
		}
		if w.MinimumLength == nil {
			s.Password.MinimumLength = userpool.DefaultSettings().Password.MinimumLength
		}
	}
	// UnusedAccountValidityDays is the older name of the same setting.
	if admin != nil && admin.UnusedAccountValidityDays != 0 {
		if given != 0 && given != admin.UnusedAccountValidityDays {
			return userpool.ErrInvalid.With("Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
		}
		given = admin.UnusedAccountValidityDays
	}
	if s.Password.TemporaryValidityDays = int(given); given == 0 {
		s.Password.TemporaryValidityDays = 7
	}
	if p == nil {
		return nil
	}
	if err := refuseFirstFactors(p.SignInPolicy); err != nil {
		return err
	}
	if p.SignInPolicy != nil && len(p.SignInPolicy.AllowedFirstAuthFactors) > 0 {
		s.FirstFactors = texts(p.SignInPolicy.AllowedFirstAuthFactors)
	}
	return nil
}

// poolMessages reads the texts. The verification template and its three older members are the same texts
// by two names; the template wins, because clients send back old values of the others with it.
func poolMessages(in poolRequest) (m userpool.Messages) {
	t := in.VerificationMessageTemplate
	if t == nil {
		t = &types.VerificationMessageTemplateType{}
	}
	m.EmailBody = first(t.EmailMessage, in.EmailVerificationMessage)
	m.EmailSubject = first(t.EmailSubject, in.EmailVerificationSubject)
	m.SMSBody = first(t.SmsMessage, in.SmsVerificationMessage)
	m.EmailOption = string(t.DefaultEmailOption)
	m.EmailBodyByLink, m.EmailSubjectByLink = aws.ToString(t.EmailMessageByLink), aws.ToString(t.EmailSubjectByLink)
	m.SMSAuthenticationBody = aws.ToString(in.SmsAuthenticationMessage)
	if in.AdminCreateUserConfig != nil && in.AdminCreateUserConfig.InviteMessageTemplate != nil {
		i := in.AdminCreateUserConfig.InviteMessageTemplate
		m.InviteBody, m.InviteSubject, m.InviteSMS = aws.ToString(i.EmailMessage), aws.ToString(i.EmailSubject), aws.ToString(i.SMSMessage)
	}
	if in.EmailConfiguration != nil {
		m.From, m.ReplyTo = sender(in.EmailConfiguration), aws.ToString(in.EmailConfiguration.ReplyToEmailAddress)
	}
	return m
}

// sender is whom mails are from: From, else the address that SourceArn is the SES identity of, as in Cognito; "" is
// the installation's sender.
func sender(c *types.EmailConfigurationType) string {
	if c.From != nil {
		return *c.From
	}
	if _, identity, ok := strings.Cut(aws.ToString(c.SourceArn), ":identity/"); ok && strings.Contains(identity, "@") {
		return identity
	}
	return ""
}

// first is the first text that was given.
func first(texts ...*string) string {
	for _, t := range texts {
		if t != nil {
			return *t
		}
	}
	return ""
}
