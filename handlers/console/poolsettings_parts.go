package console

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
)

func (h *Handlers) mfaPart(v *visit) part[*types.UserPoolType] {
	t := v.t
	return part[*types.UserPoolType]{
		id: "mfa", title: t.T("console.signin_mfa"),
		fields: func(p *types.UserPoolType) []pages.Setting {
			return []pages.Setting{{Name: "mode", Label: t.T("console.mfa_mode"), Kind: pages.One, Options: pages.MFAOptions(t), Values: []string{string(p.MfaConfiguration)}}}
		},
		save: func(p *types.UserPoolType, x formValues) error {
			in := &idp.SetUserPoolMfaConfigInput{UserPoolId: p.Id, MfaConfiguration: types.UserPoolMfaType(x.text("mode"))}
			if in.MfaConfiguration != types.UserPoolMfaTypeOff {
				in.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
			}
			_, err := call[idp.SetUserPoolMfaConfigOutput](h, v, in)
			return err
		},
	}
}

func (h *Handlers) signUpPart(v *visit) part[*types.UserPoolType] {
	t := v.t
	return part[*types.UserPoolType]{
		id: "signup", title: t.T("console.signup.title"),
		fields: func(p *types.UserPoolType) []pages.Setting {
			return []pages.Setting{{Name: "open", Label: t.T("console.new_pool.signup"), Hint: t.T("console.new_pool.signup.hint"), Kind: pages.Yes, Values: yes(!p.AdminCreateUserConfig.AllowAdminCreateUserOnly)}}
		},
		save: func(p *types.UserPoolType, x formValues) error {
			return h.changePool(v, p, func(in *idp.UpdateUserPoolInput) {
				in.AdminCreateUserConfig.AllowAdminCreateUserOnly = !x.yes("open")
			})
		},
	}
}

// recoveries are ways to get back in, as mechanisms in the order of priority.
var recoveries = []struct {
	name       string
	mechanisms []types.RecoveryOptionNameType
}{
	{"email", []types.RecoveryOptionNameType{types.RecoveryOptionNameTypeVerifiedEmail}},
	{"phone", []types.RecoveryOptionNameType{types.RecoveryOptionNameTypeVerifiedPhoneNumber}},
	{"email_phone", []types.RecoveryOptionNameType{types.RecoveryOptionNameTypeVerifiedEmail, types.RecoveryOptionNameTypeVerifiedPhoneNumber}},
	{"phone_email", []types.RecoveryOptionNameType{types.RecoveryOptionNameTypeVerifiedPhoneNumber, types.RecoveryOptionNameTypeVerifiedEmail}},
	{"admin", []types.RecoveryOptionNameType{types.RecoveryOptionNameTypeAdminOnly}},
	{"legacy", nil},
}

// recoveryOf is the way that a pool has; "" for one that has no name here.
func recoveryOf(s *types.AccountRecoverySettingType) string {
	var names []types.RecoveryOptionNameType
	if s != nil {
		in := slices.Clone(s.RecoveryMechanisms)
		slices.SortFunc(in, func(a, b types.RecoveryOptionType) int { return int(aws.ToInt32(a.Priority) - aws.ToInt32(b.Priority)) })
		for _, m := range in {
			names = append(names, m.Name)
		}
	}
	for _, r := range recoveries {
		if slices.Equal(names, r.mechanisms) {
			return r.name
		}
	}
	return ""
}

func (h *Handlers) recoveryPart(v *visit) part[*types.UserPoolType] {
	t := v.t
	return part[*types.UserPoolType]{
		id: "recovery", title: t.T("console.recovery.title"), about: t.T("console.recovery.about"),
		fields: func(p *types.UserPoolType) []pages.Setting {
			return []pages.Setting{{Name: "way", Label: t.T("console.recovery.way"), Kind: pages.One, Options: pages.Recoveries(t), Values: []string{recoveryOf(p.AccountRecoverySetting)}}}
		},
		save: func(p *types.UserPoolType, x formValues) error {
			return h.changePool(v, p, func(in *idp.UpdateUserPoolInput) {
				in.AccountRecoverySetting = nil
				for _, r := range recoveries {
					if r.name != x.text("way") || r.mechanisms == nil {
						continue
					}
					in.AccountRecoverySetting = &types.AccountRecoverySettingType{}
					for i, m := range r.mechanisms {
						in.AccountRecoverySetting.RecoveryMechanisms = append(in.AccountRecoverySetting.RecoveryMechanisms, types.RecoveryOptionType{Name: m, Priority: aws.Int32(int32(i + 1))})
					}
				}
			})
		},
	}
}

func (h *Handlers) verificationPart(v *visit) part[*types.UserPoolType] {
	t := v.t
	addresses := []ui.Option{{Value: "email", Label: t.T("attribute.email")}, {Value: "phone_number", Label: t.T("attribute.phone_number")}}
	return part[*types.UserPoolType]{
		id: "verification", title: t.T("console.verify.title"), about: t.T("console.verify.about"),
		fields: func(p *types.UserPoolType) []pages.Setting {
			var before []types.VerifiedAttributeType
			if p.UserAttributeUpdateSettings != nil {
				before = p.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate
			}
			return []pages.Setting{
				{Name: "verified", Label: t.T("console.verify.auto"), Kind: pages.Many, Options: addresses, Values: texts(p.AutoVerifiedAttributes)},
				{Name: "before", Label: t.T("console.verify.before"), Hint: t.T("console.verify.before.hint"), Kind: pages.Many, Options: addresses, Values: texts(before)},
			}
		},
		save: func(p *types.UserPoolType, x formValues) error {
			return h.changePool(v, p, func(in *idp.UpdateUserPoolInput) {
				in.AutoVerifiedAttributes = enums[types.VerifiedAttributeType](x.all("verified"))
				in.UserAttributeUpdateSettings = &types.UserAttributeUpdateSettingsType{
					AttributesRequireVerificationBeforeUpdate: enums[types.VerifiedAttributeType](x.all("before")),
				}
			})
		},
	}
}

func (h *Handlers) protectionPart(v *visit) part[*types.UserPoolType] {
	t := v.t
	return part[*types.UserPoolType]{
		id: "protection", title: t.T("console.new_pool.protect"),
		fields: func(p *types.UserPoolType) []pages.Setting {
			return []pages.Setting{{Name: "protect", Label: t.T("console.protect.on"), Hint: t.T("console.new_pool.protect.hint"), Kind: pages.Yes, Values: yes(p.DeletionProtection == types.DeletionProtectionTypeActive)}}
		},
		save: func(p *types.UserPoolType, x formValues) error {
			return h.changePool(v, p, func(in *idp.UpdateUserPoolInput) {
				in.DeletionProtection = types.DeletionProtectionTypeInactive
				if x.yes("protect") {
					in.DeletionProtection = types.DeletionProtectionTypeActive
				}
			})
		},
	}
}

func (h *Handlers) tierPart(v *visit) part[*types.UserPoolType] {
	t := v.t
	return part[*types.UserPoolType]{
		id: "tier", title: t.T("console.tier.title"), about: t.T("console.tier.about"),
		fields: func(p *types.UserPoolType) []pages.Setting {
			return []pages.Setting{{Name: "tier", Label: t.T("console.tier.title"), Kind: pages.One, Options: pages.Tiers(t), Values: []string{string(p.UserPoolTier)}}}
		},
		save: func(p *types.UserPoolType, x formValues) error {
			return h.changePool(v, p, func(in *idp.UpdateUserPoolInput) { in.UserPoolTier = types.UserPoolTierType(x.text("tier")) })
		},
	}
}

// texts and enums go between lists of the SDK's enum members and plain text.
func texts[T ~string](in []T) []string { return enums[string](in) }

func enums[To, From ~string](in []From) []To {
	out := make([]To, len(in))
	for i, v := range in {
		out[i] = To(v)
	}
	return out
}
