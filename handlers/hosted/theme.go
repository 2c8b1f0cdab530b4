package hosted

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/theme"
	"gatehouse/internal/userpool"
	"gatehouse/templates/layout"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// dress gives a page the look of its pool. A stored theme that is not valid any more leaves the product's own.
func (h *Handlers) dress(f *layout.Frame, pool *userpool.Pool, base paths.Base) {
	t, err := theme.Parse(pool.Theme)
	if err != nil {
		return
	}
	f.Layout, f.Headline, f.Tagline = t.Layout, t.Headline, t.Tagline
	if css, err := theme.Compile(t); err == nil && css != "" {
		f.ThemeURL = base.Link(strings.Replace(paths.Theme, ":hash", theme.Hash(css)+".css", 1), nil)
	}
}

// theme serves a pool's stylesheet under the name that holds the hash of its content.
func (h *Handlers) theme(c echo.Context) error {
	pool, err := h.Pools.Pool(c.Request().Context(), h.Site(c).PoolID)
	if err != nil {
		return web.ErrNotFound
	}
	t, err := theme.Parse(pool.Theme)
	if err != nil {
		return web.ErrNotFound
	}
	css, err := theme.Compile(t)
	if err != nil || css == "" || c.Param("hash") != theme.Hash(css)+".css" {
		return web.ErrNotFound
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return c.Blob(http.StatusOK, "text/css; charset=utf-8", []byte(css))
}
