package web

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

var pageBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooledPage keeps one large page from staying in memory for ever.
const maxPooledPage = 256 << 10

// Render answers with a page. It is rendered whole before the first byte leaves, so that a page that fails
// half-way becomes an error page and not half a form.
func Render(c echo.Context, status int, page templ.Component) error {
	buf := pageBuffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() <= maxPooledPage {
			pageBuffers.Put(buf)
		}
	}()
	if err := page.Render(c.Request().Context(), buf); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	PageHeaders(c)
	return c.HTMLBlob(status, buf.Bytes())
}

// SeeOther answers a successful POST: the browser continues with GET.
func SeeOther(c echo.Context, location string) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Redirect(http.StatusSeeOther, location)
}

// Who may keep a picture, and how long: its name holds the hash of its content, so it never changes.
const (
	KeptByAll     = "public, max-age=31536000, immutable" // what pages show to everybody
	KeptByBrowser = "private, max-age=300, immutable"     // what only those who are signed in may see
)

// Picture answers with an image that somebody uploaded, kept as it says. Opened on its own it runs nothing, reaches
// nothing and is of no origin.
func Picture(c echo.Context, mediaType, kept string, bytes []byte) error {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'")
	h.Set("Cache-Control", kept)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	return c.Blob(http.StatusOK, mediaType, bytes)
}
