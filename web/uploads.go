package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// discarded is how much of a body over the limit is read to be thrown away, so that the browser has sent it all when the
// answer comes, and shows it.
const discarded = 16 << 20

// MountConsoleDocuments mounts pages of the console whose forms carry one file, as their last field. A file that is too
// large arrives cut at the limit of uploads, with all other fields: the handler, whose own limit is lower, can say so in
// its form.
func (s *Server) MountConsoleDocuments(mount func(Routes)) {
	mount(Routes{server: s, echo: s.main, wrap: []echo.MiddlewareFunc{s.as(Console), s.place(MainHost), s.sameOrigin, s.limitPosts, readDocument}})
}

// readUpload is readForm for forms with files, which stay in memory: the body is bounded. What is no such form has no
// values, and no token among them.
func readUpload(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		var cut *http.MaxBytesError
		if err := c.Request().ParseMultipartForm(uploadBody); errors.As(err, &cut) {
			return ErrTooLarge
		}
		return next(c)
	}
}

// readDocument is readUpload where a body over the limit is a form that ends there.
func readDocument(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		body := r.Body
		kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
			return limitBody(PageBody)(readForm(next))(c)
		}
		end := strings.NewReader("\r\n--" + params["boundary"] + "--\r\n")
		r.Body = io.NopCloser(io.MultiReader(io.LimitReader(body, uploadBody), end))
		r.ParseMultipartForm(uploadBody + PageBody) // what is no form has no values, and no token among them
		if _, err := io.CopyN(io.Discard, body, discarded); err == nil {
			return ErrTooLarge
		}
		return next(c)
	}
}
