package console

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api/gatehouse"
	ownIAM "gatehouse/internal/iam"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// changePasswordPolicy lets a user set another password than the one that an administrator gave.
const changePasswordPolicy = "arn:aws:iam::aws:policy/IAMUserChangePassword"

// fillLogin tells what a user has to sign in to the console with, to whoever may see it.
func (h *Handlers) fillLogin(v *visit, i *identity, _ typedIdentity, p *pages.IdentityPage) error {
	if i.kind != iamUsers {
		return nil
	}
	alias, err := h.alias(v)
	if _, err = unreadable(err); err != nil {
		return err
	}
	p.Login = pages.IAMLogin{Address: h.signInAddress(cmp.Or(alias, v.account())), Set: i.to(paths.ConsoleIAMUserLogin), Remove: v.form(i.to(paths.ConsoleIAMUserLogin), nil), Device: v.form(i.to(paths.ConsoleIAMUserDevices), nil)}
	out, err := callIfAllowed[iam.GetLoginProfileOutput](h, v, &iam.GetLoginProfileInput{UserName: &i.name})
	switch code, message, _ := reason(err); {
	case err == nil:
		p.Login.Since, p.Login.MustChange = aws.ToTime(out.LoginProfile.CreateDate), out.LoginProfile.PasswordResetRequired
	case denied(code):
		p.Login.Denied = message
	case code != "NoSuchEntity":
		return err
	}
	devices, err := allowed(callIfAllowed[iam.ListMFADevicesOutput](h, v, &iam.ListMFADevicesInput{UserName: &i.name}))
	if err != nil {
		return err
	}
	for _, d := range devices.MFADevices {
		serial := aws.ToString(d.SerialNumber)
		p.Login.Devices = append(p.Login.Devices, pages.Device{Name: serial[strings.LastIndexByte(serial, '/')+1:], Serial: serial, Since: aws.ToTime(d.EnableDate)})
	}
	return nil
}

func (h *Handlers) showLogin(v *visit, i *identity) error { return h.loginPage(v, i, true, nil) }

func (h *Handlers) loginPage(v *visit, i *identity, reset bool, problems ui.Problems) error {
	if i.kind != iamUsers {
		return web.ErrNotFound
	}
	rules, err := h.passwordRules(v)
	if err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, pages.IAMLoginPage{
		ConsoleFrame: h.identityFrame(v, i, v.t.T("console.iam.login.set")), Form: v.form(i.to(paths.ConsoleIAMUserLogin), problems), Name: i.name, Reset: reset, Rules: rules, Back: i.to(paths.ConsoleIAMOne),
	}.Show())
}

// changeLogin gives a user a password, in the place of the one that there is, or takes it away.
func (h *Handlers) changeLogin(v *visit, i *identity) error {
	if v.posted("act") == "remove" {
		if v.ofOneself(i) {
			return h.askOneself(v, i, paths.ConsoleIAMUserLogin, v.t.T("console.iam.login.remove"), v.t.T("console.iam.login"), ui.Param{Name: "act", Value: "remove"})
		}
		err := only(call[iam.DeleteLoginProfileOutput](h, v, &iam.DeleteLoginProfileInput{UserName: &i.name}))
		return h.afterIdentity(v, i, err, typedIdentity{}, "", "login_removed")
	}
	password, reset := v.posted("password"), v.posted("reset") != ""
	if password == "" {
		return h.loginPage(v, i, reset, ui.Problems{{Field: "password", Text: v.t.T("console.user.password.missing")}})
	}
	var err error
	if reset { // before there is a password that nobody may change
		err = h.mayChangePassword(v, i)
	}
	if err == nil {
		err = h.setLogin(v, i, password, reset)
	}
	if problems, ok := v.refused(err, "password"); ok {
		return h.loginPage(v, i, reset, problems)
	}
	if err != nil {
		return err
	}
	return v.done(i.to(paths.ConsoleIAMOne), "login_set")
}

func (h *Handlers) setLogin(v *visit, i *identity, password string, reset bool) error {
	_, err := call[iam.GetLoginProfileOutput](h, v, &iam.GetLoginProfileInput{UserName: &i.name})
	if code, _, _ := reason(err); code == "NoSuchEntity" {
		return only(call[iam.CreateLoginProfileOutput](h, v, &iam.CreateLoginProfileInput{UserName: &i.name, Password: &password, PasswordResetRequired: reset}))
	}
	if err != nil {
		return err
	}
	return only(call[iam.UpdateLoginProfileOutput](h, v, &iam.UpdateLoginProfileInput{UserName: &i.name, Password: &password, PasswordResetRequired: &reset}))
}

// mayChangePassword attaches the policy of AWS that lets a user set an own password where nothing else does, for one who
// must and may not would be shut out.
func (h *Handlers) mayChangePassword(v *visit, i *identity) error {
	out, err := allowed(callIfAllowed[gatehouse.ExplainDecisionOutput](h, v, &gatehouse.ExplainDecisionInput{PrincipalArn: &i.arn, Actions: []string{"iam:ChangePassword"}, Resources: []string{i.arn}}))
	if err != nil {
		return err
	}
	if len(out.Decisions) == 1 && *out.Decisions[0].Decision == "ALLOWED" {
		return nil
	}
	return h.attachPolicy(v, iamUsers, i.name, changePasswordPolicy)
}

// changeDevices takes an MFA device from a user, as when a phone is lost, and deletes it.
func (h *Handlers) changeDevices(v *visit, i *identity) error {
	serial := v.posted("serial")
	if v.ofOneself(i) {
		last, err := h.lastDevice(v, &i.name)
		if err != nil {
			return err
		}
		if last {
			return h.askLastDevice(v, h.identityFrame(v, i, v.t.T("console.device.remove.last")), i.to(paths.ConsoleIAMUserDevices), i.to(paths.ConsoleIAMOne))
		}
	}
	err := only(call[iam.DeactivateMFADeviceOutput](h, v, &iam.DeactivateMFADeviceInput{UserName: &i.name, SerialNumber: &serial}))
	if err == nil && !ownIAM.IsPasskey(serial) {
		err = only(call[iam.DeleteVirtualMFADeviceOutput](h, v, &iam.DeleteVirtualMFADeviceInput{SerialNumber: &serial}))
	}
	return h.afterIdentity(v, i, err, typedIdentity{}, "", "device_removed")
}
