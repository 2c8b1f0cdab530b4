package hosted

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
	pages "gatehouse/templates/hosted"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// showConfirmLink asks before it confirms, for mail programs open links to look at them. The link may be
// opened in another browser than the one that signed up, so there is no authorize request to go on with.
func (h *Handlers) showConfirmLink(c echo.Context) error {
	v, err := h.visit(c)
	if err != nil {
		return err
	}
	if err := h.rememberBrowser(v); err != nil {
		return err
	}
	hidden := v.hidden()
	for _, name := range []string{"client_id", "user_name", "confirmation_code"} {
		hidden = append(hidden, ui.Param{Name: name, Value: c.QueryParam(name)})
	}
	return web.Render(v, http.StatusOK, pages.ConfirmLinkPage{
		Frame: h.frame(v), Form: ui.Form{Action: v.site.Base.Link(paths.ConfirmUser, nil), Hidden: hidden},
	}.Show())
}

func (h *Handlers) confirmLink(c echo.Context) error {
	v, err := h.visit(c)
	if err != nil {
		return err
	}
	if err := v.ownForm(); err != nil {
		return err
	}
	err = h.confirmByLink(v)
	var refused *fault.Error
	switch {
	case err == nil:
		return web.Render(v, http.StatusOK, pages.NoticePage{Frame: h.frame(v), Heading: v.t.T("link.done.heading"), Text: v.t.T("link.done.text")}.Show())
	case errors.As(err, &refused) && refused.HTTPStatus() < 500:
		return web.Render(v, http.StatusOK, pages.NoticePage{Frame: h.frame(v), Failed: true, Heading: v.t.T("link.dead.heading"), Text: v.t.T("link.dead.text")}.Show())
	}
	return err
}

func (h *Handlers) confirmByLink(v *visit) (err error) {
	ctx := v.Request().Context()
	if v.client, err = h.Pools.ClientOf(ctx, v.pool.ID, v.posted("client_id")); err != nil {
		return err
	}
	_, err = h.Accounts.ConfirmSignUp(ctx, v.pool, v.client, directory.ConfirmRequest{
		Username: v.posted("user_name"), Code: seal.Secret(v.posted("confirmation_code")), Caller: v.person(),
	})
	return err
}
