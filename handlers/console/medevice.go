package console

import (
	"cmp"
	"encoding/base32"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/authn/totp"
	"gatehouse/internal/iam"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// userMe is what a user has to sign in with. Who may not list it is told so, on a page that works all the same.
func (h *Handlers) userMe(v *visit) (pages.UserMe, error) {
	me := pages.UserMe{AddURL: paths.ConsoleMeDevice, PasswordURL: paths.ConsoleMePassword, Remove: v.form(paths.ConsoleMeDeviceRemove, nil)}
	if err := h.mayAdd(v, &me); err != nil {
		return me, err
	}
	out, err := call[awsiam.ListMFADevicesOutput](h, v, &awsiam.ListMFADevicesInput{})
	if err != nil {
		code, message, _ := reason(err)
		if !denied(code) {
			return me, err
		}
		me.Denied = message
		return me, nil
	}
	for _, d := range out.MFADevices {
		serial := aws.ToString(d.SerialNumber)
		if serial == iam.RootMFASerial(v.session.AccountID) { // which has a page of its own
			continue
		}
		me.Devices = append(me.Devices, pages.Device{Name: serial[strings.LastIndexByte(serial, '/')+1:], Serial: serial, Since: aws.ToTime(d.EnableDate)})
	}
	return me, nil
}

// mayAdd tells what policies do not let a user set up, which would be refused at the end only.
func (h *Handlers) mayAdd(v *visit, me *pages.UserMe) error {
	if v.session.OfRoot() {
		return nil
	}
	ctx := v.operation(h.Region)
	passkey, err := unreadable(api.MayCall(ctx, h.API, v.principal(), &awsiam.EnableMFADeviceInput{UserName: &v.session.Name}))
	if err != nil {
		return err
	}
	app, err := unreadable(api.MayCall(ctx, h.API, v.principal(), &awsiam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: &v.session.Name}))
	me.NoPasskey, me.NoApp = passkey, cmp.Or(app, passkey)
	return err
}

func (h *Handlers) showDevice(v *visit) error {
	return h.devicePage(v, pages.DevicePage{Name: v.session.Name}, nil)
}

func (h *Handlers) devicePage(v *visit, p pages.DevicePage, problems ui.Problems, more ...ui.Param) error {
	p.ConsoleFrame = h.frame(v, "", v.t.T("console.app.heading"), layout.Crumb{Label: v.t.T("console.me.security"), Href: paths.ConsoleMe})
	p.Form, p.Back = v.form(paths.ConsoleMeDevice, problems, more...), paths.ConsoleMe
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) addDevice(v *visit) error {
	if v.posted("act") == "enable" {
		return h.enableDevice(v)
	}
	name := v.typed("name")
	out, err := call[awsiam.CreateVirtualMFADeviceOutput](h, v, &awsiam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: &name})
	if err != nil {
		if problems, ok := v.refused(err, "name"); ok {
			return h.devicePage(v, pages.DevicePage{Name: name}, problems)
		}
		return err
	}
	return h.secretPage(v, aws.ToString(out.VirtualMFADevice.SerialNumber), string(out.VirtualMFADevice.Base32StringSeed), nil)
}

// secretPage shows the secret, which the form carries: nobody can read it again where the codes were wrong.
func (h *Handlers) secretPage(v *visit, serial, seed string, problems ui.Problems) error {
	secret, err := base32.StdEncoding.DecodeString(seed)
	if err != nil {
		return web.SeeOther(v, paths.ConsoleMeDevice)
	}
	p := pages.DevicePage{Secret: seed, URI: totp.URL("Gatehouse", v.session.Name, secret)}
	return h.devicePage(v, p, problems, ui.Param{Name: "serial", Value: serial}, ui.Param{Name: "seed", Value: seed})
}

func (h *Handlers) enableDevice(v *visit) error {
	serial, code1, code2 := v.posted("serial"), digits(v.posted("code1")), digits(v.posted("code2"))
	_, err := call[awsiam.EnableMFADeviceOutput](h, v, &awsiam.EnableMFADeviceInput{UserName: &v.session.Name, SerialNumber: &serial, AuthenticationCode1: &code1, AuthenticationCode2: &code2})
	if err == nil {
		return v.done(paths.ConsoleMe, "device_added")
	}
	problems, ok := v.refused(err, "code1")
	if !ok {
		return err
	}
	if errors.Is(err, iam.ErrTwoCodes) || len(code1) != 6 || len(code2) != 6 {
		problems = ui.Problems{{Field: "code1", Text: v.t.T("console.device.wrong")}}
	}
	return h.secretPage(v, serial, v.posted("seed"), problems)
}

// lastDevice tells whether a user, or the person where none is named, has one device to sign in with and no other. Where
// nobody lets that be seen, it may be.
func (h *Handlers) lastDevice(v *visit, user *string) (bool, error) {
	out, err := callIfAllowed[awsiam.ListMFADevicesOutput](h, v, &awsiam.ListMFADevicesInput{UserName: user})
	if err != nil {
		why, err := unreadable(err)
		return why != "", err
	}
	return len(out.MFADevices) <= 1, nil
}

// askLastDevice asks before somebody takes the last device from themselves.
func (h *Handlers) askLastDevice(v *visit, frame layout.ConsoleFrame, action, back string) error {
	serial := v.posted("serial")
	return web.Render(v, http.StatusOK, pages.OneselfPage{
		ConsoleFrame: frame, Form: v.sureForm(action, ui.Param{Name: "serial", Value: serial}), Act: v.t.T("console.device.remove.last"), What: serial[strings.LastIndexByte(serial, '/')+1:],
		Text: v.t.T("console.device.remove.last.text"), Back: back,
	}.Show())
}

// removeDevice takes a device from the person, who is asked before the last one, and deletes it.
func (h *Handlers) removeDevice(v *visit) error {
	serial := v.posted("serial")
	if v.posted("sure") == "" {
		last, err := h.lastDevice(v, nil)
		if err != nil {
			return err
		}
		if last {
			frame := h.frame(v, "", v.t.T("console.device.remove.last"), layout.Crumb{Label: v.t.T("console.me.security"), Href: paths.ConsoleMe})
			return h.askLastDevice(v, frame, paths.ConsoleMeDeviceRemove, paths.ConsoleMe)
		}
	}
	if _, err := call[awsiam.DeactivateMFADeviceOutput](h, v, &awsiam.DeactivateMFADeviceInput{SerialNumber: &serial}); err != nil {
		return err
	}
	if !iam.IsPasskey(serial) {
		if _, err := call[awsiam.DeleteVirtualMFADeviceOutput](h, v, &awsiam.DeleteVirtualMFADeviceInput{SerialNumber: &serial}); err != nil {
			return err
		}
	}
	return v.done(paths.ConsoleMe, "device_removed")
}

func (h *Handlers) showPasskey(v *visit) error { return h.passkeyPage(v, "passkey", nil) }

func (h *Handlers) passkeyPage(v *visit, name string, problems ui.Problems) error {
	if !h.IAM.TakesPasskeys() {
		return web.ErrNotFound
	}
	options, err := h.IAM.BeginPasskey(v.Request().Context(), v.session)
	if err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, pages.PasskeyPage{
		ConsoleFrame: h.frame(v, "", v.t.T("console.passkey.heading"), layout.Crumb{Label: v.t.T("console.me.security"), Href: paths.ConsoleMe}),
		Form:         v.form(paths.ConsoleMePasskey, problems), Name: name, Options: string(options), Back: paths.ConsoleMe,
	}.Show())
}

func (h *Handlers) addPasskey(v *visit) error {
	name, answer := v.typed("name"), v.posted("passkey")
	_, err := call[gatehouse.EnablePasskeyOutput](h, v, &gatehouse.EnablePasskeyInput{Name: &name, Response: &answer})
	if err == nil {
		return v.done(paths.ConsoleMe, "passkey_added")
	}
	if code, _, _ := reason(err); code == iam.ErrNoPasskey.Code {
		return h.passkeyPage(v, name, ui.Problems{{Text: v.t.T("console.passkey.wrong")}})
	}
	if problems, ok := v.refused(err, "name"); ok {
		return h.passkeyPage(v, name, problems)
	}
	return err
}
