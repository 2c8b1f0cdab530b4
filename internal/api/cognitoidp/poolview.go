package cognitoidp

import (
	"context"
	"math"

	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// userPool is a pool as DescribeUserPool shows it.
func (s *Service) userPool(ctx context.Context, p *userpool.Pool) (*types.UserPoolType, error) {
	users, err := s.Pools.EstimatedUsers(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	domains, err := s.Pools.DomainsOf(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	keep, err := kept[keptPool](p.Configuration)
	if err != nil {
		return nil, err
	}
	out := &types.UserPoolType{
		Id: &p.ID, Name: &p.Name, Arn: aws.String(p.ARN()), CreationDate: &p.Created, LastModifiedDate: &p.Modified,
		EstimatedNumberOfUsers: int32(min(max(users, 0), math.MaxInt32)),
		MfaConfiguration:       types.UserPoolMfaType(p.MFA),
		UserPoolTier:           types.UserPoolTierType(p.Tier),
		DeletionProtection:     types.DeletionProtectionTypeInactive,
		UsernameAttributes:     enums[types.UsernameAttributeType](p.UsernameAttributes),
		AliasAttributes:        enums[types.AliasAttributeType](p.AliasAttributes),
		AutoVerifiedAttributes: enums[types.VerifiedAttributeType](p.AutoVerified),
		UserPoolTags:           p.Tags,
		LambdaConfig:           &types.LambdaConfigType{},
		Policies:               policies(p),
		SchemaAttributes:       schemaAttributes(p.Schema),
		UserAttributeUpdateSettings: &types.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: enums[types.VerifiedAttributeType](p.VerifyBeforeUpdate),
		},
		UsernameConfiguration: keep.UsernameConfiguration, SmsConfiguration: keep.SmsConfiguration,
		DeviceConfiguration: keep.DeviceConfiguration, UserPoolAddOns: keep.UserPoolAddOns,
		KeyConfiguration: keep.KeyConfiguration, IssuerConfiguration: keep.IssuerConfiguration,
		EmailConfiguration: keep.EmailConfiguration,
	}
	if p.DeletionProtection {
		out.DeletionProtection = types.DeletionProtectionTypeActive
	}
	if out.UserPoolTags == nil {
		out.UserPoolTags = map[string]string{}
	}
	if out.EmailConfiguration == nil {
		out.EmailConfiguration = &types.EmailConfigurationType{}
	}
	if out.EmailConfiguration.EmailSendingAccount == "" {
		out.EmailConfiguration.EmailSendingAccount = types.EmailSendingAccountTypeCognitoDefault
	}
	for _, d := range domains {
		if d.Custom {
			out.CustomDomain = aws.String(d.Name)
		} else {
			out.Domain = aws.String(d.Name)
		}
	}
	showMessages(out, p, keep)
	return out, nil
}

func showMessages(out *types.UserPoolType, p *userpool.Pool, keep keptPool) {
	m := p.Messages
	out.EmailVerificationMessage, out.EmailVerificationSubject = unlessZero(m.EmailBody), unlessZero(m.EmailSubject)
	out.SmsVerificationMessage, out.SmsAuthenticationMessage = unlessZero(m.SMSBody), unlessZero(m.SMSAuthenticationBody)
	out.VerificationMessageTemplate = &types.VerificationMessageTemplateType{
		DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithCode,
		EmailMessage:       unlessZero(m.EmailBody), EmailSubject: unlessZero(m.EmailSubject), SmsMessage: unlessZero(m.SMSBody),
		EmailMessageByLink: unlessZero(m.EmailBodyByLink), EmailSubjectByLink: unlessZero(m.EmailSubjectByLink),
	}
	if m.EmailOption != "" {
		out.VerificationMessageTemplate.DefaultEmailOption = types.DefaultEmailOptionType(m.EmailOption)
	}
	out.AdminCreateUserConfig = &types.AdminCreateUserConfigType{
		AllowAdminCreateUserOnly: p.AdminCreateOnly, UnusedAccountValidityDays: int32(p.Password.TemporaryValidityDays),
	}
	if m.InviteBody != "" || m.InviteSubject != "" || m.InviteSMS != "" {
		out.AdminCreateUserConfig.InviteMessageTemplate = &types.MessageTemplateType{
			EmailMessage: unlessZero(m.InviteBody), EmailSubject: unlessZero(m.InviteSubject), SMSMessage: unlessZero(m.InviteSMS),
		}
	}
	if len(p.Recovery) > 0 {
		out.AccountRecoverySetting = &types.AccountRecoverySettingType{}
	}
	for _, r := range p.Recovery {
		out.AccountRecoverySetting.RecoveryMechanisms = append(out.AccountRecoverySetting.RecoveryMechanisms,
			types.RecoveryOptionType{Name: types.RecoveryOptionNameType(r.Name), Priority: aws.Int32(int32(r.Priority))})
	}
}

func policies(p *userpool.Pool) *types.UserPoolPolicyType {
	w := p.Password
	return &types.UserPoolPolicyType{
		PasswordPolicy: &types.PasswordPolicyType{
			MinimumLength:    aws.Int32(int32(w.MinimumLength)),
			RequireUppercase: w.RequireUppercase, RequireLowercase: w.RequireLowercase,
			RequireNumbers: w.RequireNumbers, RequireSymbols: w.RequireSymbols,
			PasswordHistorySize:           unlessZero(int32(w.HistorySize)),
			TemporaryPasswordValidityDays: int32(w.TemporaryValidityDays),
		},
		SignInPolicy: &types.SignInPolicyType{AllowedFirstAuthFactors: enums[types.AuthFactorType](p.FirstFactors)},
	}
}
