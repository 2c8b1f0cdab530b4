package console

import (
	"net/http"

	pages "gatehouse/templates/console"
	"gatehouse/web"
)

func (h *Handlers) showHome(v *visit) error {
	has, err := h.IAM.HasSoftwareToken(v.Request().Context(), v.session)
	if err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, pages.HomePage{ConsoleFrame: h.frame(v, "home", v.t.T("console.nav.home")), HasApp: has}.Show())
}
