package console

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web/paths"
)

// standardPasswords is what the form of an account without a policy begins with: as near as rules of its own come to
// the default.
var standardPasswords = pages.AccountPasswords{Length: "8", Upper: true, Lower: true, Numbers: true, Age: "90", Reuse: "5"}

// fillPasswords tells what passwords of the account's users must be.
func (h *Handlers) fillPasswords(v *visit, typed typedAccount, p *pages.AccountSettingsPage) error {
	out, err := callIfAllowed[iam.GetAccountPasswordPolicyOutput](h, v, &iam.GetAccountPasswordPolicyInput{})
	code, message, _ := reason(err)
	shown := standardPasswords
	switch {
	case err == nil:
		r := out.PasswordPolicy
		shown.Own, shown.Length = true, strconv.Itoa(int(aws.ToInt32(r.MinimumPasswordLength)))
		shown.Upper, shown.Lower, shown.Numbers, shown.Symbols = r.RequireUppercaseCharacters, r.RequireLowercaseCharacters, r.RequireNumbers, r.RequireSymbols
		shown.MayChange, shown.HardExpiry = r.AllowUsersToChangePassword, aws.ToBool(r.HardExpiry)
		if shown.Expire = r.ExpirePasswords; shown.Expire {
			shown.Age = strconv.Itoa(int(aws.ToInt32(r.MaxPasswordAge)))
		}
		if shown.NoReuse = r.PasswordReusePrevention != nil; shown.NoReuse {
			shown.Reuse = strconv.Itoa(int(*r.PasswordReusePrevention))
		}
	case denied(code):
		shown.Denied = message
	case code != "NoSuchEntity":
		return err
	}
	if typed.passwords != nil {
		own, why := shown.Own, shown.Denied
		shown = *typed.passwords
		shown.Own, shown.Denied = own, why
	}
	p.Passwords, p.PasswordForm = shown, v.form(paths.ConsoleIAMPasswordPolicy, nil)
	return nil
}

// passwordRules says what a new password must be: by the account's rules where it has some that the person may see, else
// by the default.
func (h *Handlers) passwordRules(v *visit) (string, error) {
	out, err := callIfAllowed[iam.GetAccountPasswordPolicyOutput](h, v, &iam.GetAccountPasswordPolicyInput{})
	switch code, _, _ := reason(err); {
	case code == "NoSuchEntity":
		return v.t.T("console.password.rules.default"), nil
	case denied(code):
		return v.t.T("console.password.rules.unseen"), nil
	case err != nil:
		return "", err
	}
	r := out.PasswordPolicy
	var with []string
	add := func(wanted bool, kind string) {
		if wanted {
			with = append(with, kind)
		}
	}
	add(r.RequireUppercaseCharacters, v.t.T("console.password.rules.upper"))
	add(r.RequireLowercaseCharacters, v.t.T("console.password.rules.lower"))
	add(r.RequireNumbers, v.t.T("console.password.rules.number"))
	add(r.RequireSymbols, v.t.T("console.password.rules.symbol"))
	says := v.t.T("console.password.rules.length", "Length", aws.ToInt32(r.MinimumPasswordLength))
	if with != nil {
		says += " " + v.t.T("console.password.rules.with", "Kinds", strings.Join(with, ", "))
	}
	if n := aws.ToInt32(r.PasswordReusePrevention); n > 0 {
		says += " " + v.t.T("console.password.rules.reuse", "Last", n)
	}
	return says, nil
}

// postedPasswords reads the form of the password policy.
func (v *visit) postedPasswords() pages.AccountPasswords {
	on := func(name string) bool { return v.posted(name) != "" }
	return pages.AccountPasswords{
		Length: v.typed("length"), Upper: on("upper"), Lower: on("lower"), Numbers: on("numbers"), Symbols: on("symbols"),
		Expire: on("expire"), Age: v.typed("age"), HardExpiry: on("hard"), MayChange: on("change"), NoReuse: on("no-reuse"), Reuse: v.typed("reuse"),
	}
}

// changePasswordRules sets all of the password policy, or takes the account back to the default.
func (h *Handlers) changePasswordRules(v *visit) error {
	if v.posted("act") == "default" {
		return h.afterPasswords(v, typedAccount{}, only(call[iam.DeleteAccountPasswordPolicyOutput](h, v, &iam.DeleteAccountPasswordPolicyInput{})), "password_policy_deleted")
	}
	typed := v.postedPasswords()
	in := &iam.UpdateAccountPasswordPolicyInput{
		RequireUppercaseCharacters: typed.Upper, RequireLowercaseCharacters: typed.Lower, RequireNumbers: typed.Numbers, RequireSymbols: typed.Symbols,
		AllowUsersToChangePassword: typed.MayChange,
	}
	var problems ui.Problems
	number := func(field, text string, least, most int, wrong string) *int32 {
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > most {
			problems = append(problems, ui.Problem{Field: field, Text: wrong})
		}
		return aws.Int32(int32(n))
	}
	in.MinimumPasswordLength = number("length", typed.Length, 6, 128, v.t.T("console.account.passwords.length.wrong"))
	if typed.Expire {
		in.MaxPasswordAge, in.HardExpiry = number("age", typed.Age, 1, 1095, v.t.T("console.account.passwords.age.wrong")), &typed.HardExpiry
	}
	if typed.NoReuse {
		in.PasswordReusePrevention = number("reuse", typed.Reuse, 1, 24, v.t.T("console.account.passwords.reuse.wrong"))
	}
	if problems != nil {
		return h.accountSettingsPage(v, typedAccount{passwords: &typed}, problems)
	}
	return h.afterPasswords(v, typedAccount{passwords: &typed}, only(call[iam.UpdateAccountPasswordPolicyOutput](h, v, in)), "password_policy_saved")
}

func (h *Handlers) afterPasswords(v *visit, typed typedAccount, err error, done string) error {
	if problems, ok := v.refused(err, ""); ok {
		return h.accountSettingsPage(v, typed, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.ConsoleIAMAccount, done)
}
