package console

import (
	"slices"

	"gatehouse/internal/iam"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// rootPages are the pages of what root has to do first; the first of them is where it is sent to.
var rootPages = map[iam.RootFirst][]string{
	iam.RootNames:    {paths.ConsoleAdministrator, paths.ConsoleProve},
	iam.RootProtects: {paths.ConsoleMe, paths.ConsoleMeApp, paths.ConsoleMePasskey, paths.ConsoleProve},
	iam.RootProves:   {paths.ConsoleProve, paths.ConsoleMe},
}

// rootLed is where root has to go before it may go to the page of a request; "" for on.
func (h *Handlers) rootLed(v *visit) (string, error) {
	first, err := h.IAM.RootFirst(v.Request().Context(), v.session)
	pages := rootPages[first]
	if err != nil || len(pages) == 0 || slices.Contains(pages, v.Request().URL.Path) {
		return "", err
	}
	return pages[0], nil
}

// first is for the page of the first visit, which is gone afterwards.
func (h *Handlers) first(handle handler) handler {
	return func(v *visit) error {
		first, err := h.IAM.RootFirst(v.Request().Context(), v.session)
		switch {
		case err != nil:
			return err
		case first != iam.RootNames:
			return web.ErrNotFound
		}
		return handle(v)
	}
}
