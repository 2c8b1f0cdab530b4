package hosted

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/theme"
	"gatehouse/internal/userpool"
	"gatehouse/templates/layout"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// dress gives a page the look of its client or its pool. A look that cannot be read leaves the product's own: nobody is
// kept from signing in by how a page looks.
func (h *Handlers) dress(ctx context.Context, f *layout.Frame, pool *userpool.Pool, client string, base paths.Base) {
	look, err := h.Looks.Look(ctx, pool, client)
	if err != nil {
		return
	}
	if client == "" {
		client = paths.ThemeOfPool
	}
	wear(f, look.Theme, func(id string) string { return base.Link(paths.Link(paths.ThemePicture, id), nil) })
	if look.CSS != "" {
		f.ThemeURL = base.Link(paths.Link(paths.Theme, client, look.Hash+".css"), nil)
	}
}

// wear puts on what is not said in CSS.
func wear(f *layout.Frame, t theme.Theme, picture func(id string) string) {
	f.Layout, f.Background, f.Scheme = t.Layout, t.Background, t.Scheme
	f.Headline, f.Tagline = t.Headline(f.T.Lang), t.Tagline(f.T.Lang)
	f.SignUpFirst = t.Order == "signup"
	f.T = f.T.Saying(t.Saying(f.T.Lang))
	for _, x := range []struct {
		id string
		to *string
	}{{t.Logo, &f.Logo}, {t.LogoDark, &f.LogoDark}, {t.Icon, &f.Icon}} {
		if x.id != "" {
			*x.to = picture(x.id)
		}
	}
}

// theme serves the stylesheet of a client or a pool under the name that holds the hash of its content.
func (h *Handlers) theme(c echo.Context) error {
	ctx, site, client := c.Request().Context(), h.Site(c), c.Param("client")
	pool, err := h.Pools.Pool(ctx, site.PoolID)
	if err != nil {
		return web.ErrNotFound
	}
	if client == paths.ThemeOfPool {
		client = ""
	} else if _, err := h.Pools.ClientOf(ctx, pool.ID, client); err != nil {
		return web.ErrNotFound
	}
	look, err := h.Looks.Look(ctx, pool, client)
	if err != nil || look.CSS == "" || c.Param("hash") != look.Hash+".css" {
		return web.ErrNotFound
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return c.Blob(http.StatusOK, "text/css; charset=utf-8", []byte(look.CSS))
}

// picture serves a picture of the pool as what it was found to be, in a sandbox: opened on its own, an SVG runs nothing
// and reaches nothing, and no other format is taken for a page.
func (h *Handlers) picture(c echo.Context) error {
	p, err := h.Looks.Picture(c.Request().Context(), h.Site(c).PoolID, c.Param("picture"))
	if err != nil {
		return web.ErrNotFound
	}
	return web.Picture(c, p.Type, web.KeptByAll, p.Bytes)
}
