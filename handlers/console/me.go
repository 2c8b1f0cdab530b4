package console

import (
	"net/http"

	"gatehouse/internal/iam"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountMe(r web.Routes) {
	r.GET(paths.ConsoleMe, h.of(oneself(h.showMe)))
	r.GET(paths.ConsoleMeApp, h.fresh(oneself(rootOnly(h.showApp))))
	r.POST(paths.ConsoleMeApp, h.fresh(oneself(rootOnly(h.changeApp))))
	r.GET(paths.ConsoleMePassword, h.changing(h.showPassword))
	r.POST(paths.ConsoleMePassword, h.changing(h.changePassword))
	r.GET(paths.ConsoleMeDevice, h.fresh(oneself(own(userOnly(h.showDevice)))))
	r.POST(paths.ConsoleMeDevice, h.fresh(oneself(own(userOnly(h.addDevice)))))
	r.GET(paths.ConsoleMePasskey, h.fresh(oneself(own(h.showPasskey))))
	r.POST(paths.ConsoleMePasskey, h.fresh(oneself(own(h.addPasskey))))
	r.POST(paths.ConsoleMeDeviceRemove, h.fresh(oneself(own(h.removeDevice))))
}

func (h *Handlers) showMe(v *visit) (err error) {
	p := pages.MePage{
		ConsoleFrame: h.frame(v, "", v.t.T("console.me.security")),
		Who:          v.session.Name, ARN: v.session.ARN, Since: v.session.Created, Ends: v.session.Expires,
		Root: v.session.OfRoot(), AppURL: paths.ConsoleMeApp,
	}
	if v.temporary != nil {
		p.Role = true
		return web.Render(v, http.StatusOK, p.Show())
	}
	if h.IAM.TakesPasskeys() {
		p.PasskeyURL = paths.ConsoleMePasskey
	}
	if p.HasApp, err = h.IAM.HasSoftwareToken(v.Request().Context(), v.session); err != nil {
		return err
	}
	if p.User, err = h.userMe(v); err != nil {
		return err
	}
	first, err := h.IAM.RootFirst(v.Request().Context(), v.session)
	if err != nil {
		return err
	}
	p.Unprotected = first == iam.RootProtects
	return web.Render(v, http.StatusOK, p.Show())
}

// rootOnly is for root's own authenticator app; users have MFA devices.
func rootOnly(handle handler) handler {
	return func(v *visit) error {
		if !v.session.OfRoot() {
			return web.ErrNotFound
		}
		return handle(v)
	}
}

// own is for what people have of their own; roles have nothing to sign in with.
func own(handle handler) handler {
	return func(v *visit) error {
		if v.temporary != nil {
			return web.ErrNotFound
		}
		return handle(v)
	}
}

// userOnly is for what root has not.
func userOnly(handle handler) handler {
	return func(v *visit) error {
		if v.session.OfRoot() {
			return web.ErrNotFound
		}
		return handle(v)
	}
}

func (h *Handlers) showApp(v *visit) error { return h.appPage(v, nil) }

func (h *Handlers) appPage(v *visit, problems ui.Problems) error {
	ctx := v.Request().Context()
	has, err := h.IAM.HasSoftwareToken(ctx, v.session)
	if err != nil {
		return err
	}
	title := v.t.T("console.app.heading")
	p := pages.AppPage{
		ConsoleFrame: h.frame(v, "", title, layout.Crumb{Label: v.t.T("console.me.security"), Href: paths.ConsoleMe}),
		Form:         v.form(paths.ConsoleMeApp, problems), Back: paths.ConsoleMe, HasApp: has,
	}
	if !has {
		e, err := h.IAM.EnrolSoftwareToken(ctx, v.session)
		if err != nil {
			return err
		}
		p.Secret, p.URI = e.Secret.Reveal(), e.URL.Reveal()
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// changeApp sets an authenticator app up, or takes it away.
func (h *Handlers) changeApp(v *visit) error {
	ctx := v.Request().Context()
	if v.posted("act") == "remove" {
		if err := h.IAM.RemoveSoftwareToken(ctx, v.session); err != nil {
			return err
		}
		return v.done(paths.ConsoleMe, "app_removed")
	}
	typed := v.secondFactor("code")
	if typed.NoCode() {
		return h.appPage(v, ui.Problems{{Field: "code", Text: v.t.T("console.mfa.digits")}})
	}
	if err := h.IAM.EnableSoftwareToken(ctx, v.session, typed.Code); err != nil {
		if problem, ok := signInProblem(v.t, err); ok {
			return h.appPage(v, ui.Problems{{Field: "code", Text: problem}})
		}
		return err
	}
	return v.done(paths.ConsoleMe, "app_enabled")
}
