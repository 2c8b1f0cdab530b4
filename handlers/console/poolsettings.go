package console

import (
	"net/http"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showSignInSettings(v *visit, pool *types.UserPoolType) error {
	return h.signInSettingsPage(v, sections(v, h.poolParts(v), pool, aws.ToTime(pool.LastModifiedDate), v.poolSection))
}

func (h *Handlers) signInSettingsPage(v *visit, all []pages.Section) error {
	title := v.t.T("console.nav.signin")
	return web.Render(v, http.StatusOK, pages.SettingsPage{
		ConsoleFrame: h.frame(v, "signin", title, v.poolCrumbs()...), Heading: title, About: v.t.T("console.signin_settings.about"),
		Problems: problemsOf(all), Sections: all,
	}.Show())
}

func (h *Handlers) saveSignInSettings(v *visit, pool *types.UserPoolType) error {
	all, err := saveSection(v, h.poolParts(v), pool, aws.ToTime(pool.LastModifiedDate), v.poolSection)
	if err != nil {
		return err
	}
	if all != nil {
		return h.signInSettingsPage(v, all)
	}
	return v.done(v.sectionsAt(v.Param("section")), "settings_saved")
}

func (v *visit) poolSection(id string) string {
	return paths.Link(paths.ConsoleSignInSection, v.pool.ID, id)
}

// poolParts are the settings of a pool in the order of the page.
func (h *Handlers) poolParts(v *visit) []part[*types.UserPoolType] {
	return []part[*types.UserPoolType]{
		h.passwordPart(v), h.mfaPart(v), h.signUpPart(v), h.recoveryPart(v), h.verificationPart(v), h.protectionPart(v), h.tierPart(v),
	}
}

// changePool saves a pool with one change. UpdateUserPool takes what is left out for its default, so all of it goes.
func (h *Handlers) changePool(v *visit, pool *types.UserPoolType, change func(*idp.UpdateUserPoolInput)) error {
	in := wholePool(pool)
	change(in)
	_, err := call[idp.UpdateUserPoolOutput](h, v, in)
	return err
}

// wholePool is the update that changes nothing.
func wholePool(p *types.UserPoolType) *idp.UpdateUserPoolInput {
	in := &idp.UpdateUserPoolInput{
		UserPoolId: p.Id, PoolName: p.Name, AccountRecoverySetting: p.AccountRecoverySetting, AdminCreateUserConfig: p.AdminCreateUserConfig,
		AutoVerifiedAttributes: p.AutoVerifiedAttributes, DeletionProtection: p.DeletionProtection, DeviceConfiguration: p.DeviceConfiguration,
		EmailConfiguration: p.EmailConfiguration, EmailVerificationMessage: p.EmailVerificationMessage, EmailVerificationSubject: p.EmailVerificationSubject,
		IssuerConfiguration: p.IssuerConfiguration, KeyConfiguration: p.KeyConfiguration, LambdaConfig: p.LambdaConfig, Policies: p.Policies,
		SmsAuthenticationMessage: p.SmsAuthenticationMessage, SmsConfiguration: p.SmsConfiguration, SmsVerificationMessage: p.SmsVerificationMessage,
		UserAttributeUpdateSettings: p.UserAttributeUpdateSettings, UserPoolAddOns: p.UserPoolAddOns, UserPoolTags: p.UserPoolTags,
		UserPoolTier: p.UserPoolTier, VerificationMessageTemplate: p.VerificationMessageTemplate,
	}
	if a := in.AdminCreateUserConfig; a != nil { // the older name of TemporaryPasswordValidityDays, which must not contradict it
		a.UnusedAccountValidityDays = 0
	}
	return in
}

func (h *Handlers) passwordPart(v *visit) part[*types.UserPoolType] {
	t := v.t
	return part[*types.UserPoolType]{
		id: "password", title: t.T("console.password.title"), about: t.T("console.password.about"),
		fields: func(p *types.UserPoolType) []pages.Setting {
			w := p.Policies.PasswordPolicy
			return []pages.Setting{
				{Name: "length", Label: t.T("console.password.length"), Hint: t.T("console.password.length.hint"), Kind: pages.Number, Min: 6, Max: 99, Values: number(aws.ToInt32(w.MinimumLength))},
				{Name: "classes", Label: t.T("console.password.classes"), Kind: pages.Many, Options: pages.CharacterClasses(t), Values: classes(w)},
				{Name: "history", Label: t.T("console.password.history"), Hint: t.T("console.password.history.hint"), Kind: pages.Number, Min: 0, Max: 24, Values: number(aws.ToInt32(w.PasswordHistorySize))},
				{Name: "temporary", Label: t.T("console.password.temporary"), Hint: t.T("console.password.temporary.hint"), Kind: pages.Number, Min: 0, Max: 365, Values: number(w.TemporaryPasswordValidityDays)},
			}
		},
		save: func(p *types.UserPoolType, x formValues) error {
			return h.changePool(v, p, func(in *idp.UpdateUserPoolInput) {
				w := &types.PasswordPolicyType{MinimumLength: aws.Int32(x.number("length")), TemporaryPasswordValidityDays: x.number("temporary")}
				if n := x.number("history"); n > 0 {
					w.PasswordHistorySize = &n
				}
				for _, class := range x.all("classes") {
					*classOf(w, class) = true
				}
				in.Policies.PasswordPolicy = w
			})
		},
	}
}

// classOf is the demand of a policy for a kind of characters.
func classOf(w *types.PasswordPolicyType, class string) *bool {
	switch class {
	case "upper":
		return &w.RequireUppercase
	case "lower":
		return &w.RequireLowercase
	case "number":
		return &w.RequireNumbers
	case "symbol":
		return &w.RequireSymbols
	}
	return new(bool)
}

func classes(w *types.PasswordPolicyType) (out []string) {
	for _, class := range []string{"upper", "lower", "number", "symbol"} {
		if *classOf(w, class) {
			out = append(out, class)
		}
	}
	return out
}

func number(n int32) []string { return []string{strconv.Itoa(int(n))} }

func yes(on bool) []string {
	if on {
		return []string{"on"}
	}
	return nil
}
