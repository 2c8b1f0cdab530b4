package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"gatehouse/web"
)

// A file that is too large arrives cut, with what was typed; nothing of it is kept, and without bound nothing is read.
func TestDocumentsThatAreTooLargeArriveCut(t *testing.T) {
	s := newServer(t, "http://localhost:8080")
	s.MountConsoleDocuments(func(r web.Routes) {
		r.POST("/console/document", func(c echo.Context) error {
			size := int64(-1)
			if form := c.Request().MultipartForm; form != nil && len(form.File["file"]) > 0 {
				size = form.File["file"][0].Size
			}
			return c.String(http.StatusOK, fmt.Sprintf("%q %d", c.Request().PostFormValue("name"), size))
		})
	})
	post := func(size int) (int, string) {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		w.WriteField("name", "Okta")
		part, _ := w.CreateFormFile("file", "metadata.xml")
		io.WriteString(part, strings.Repeat("x", size))
		w.Close()
		a := s.do("POST", "/console/document", "localhost:8080", body.String(), "Content-Type", w.FormDataContentType())
		return a.Code, a.Body.String()
	}
	if code, got := post(2000); code != http.StatusOK || got != `"Okta" 2000` {
		t.Errorf("small: %d %s", code, got)
	}
	var size int64
	if code, got := post(6 << 20); code != http.StatusOK {
		t.Errorf("large: %d %s", code, got)
	} else if fmt.Sscanf(got, `"Okta" %d`, &size); size < 2<<20 || size > 3<<20 {
		t.Errorf("large: %s", got)
	}
	if code, got := post(20 << 20); code != http.StatusRequestEntityTooLarge {
		t.Errorf("huge: %d %s", code, got)
	}
	if a := s.do("POST", "/console/document", "localhost:8080", "name=x&pad="+strings.Repeat("x", 300<<10), "Content-Type", "application/x-www-form-urlencoded"); a.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a form without a file: %d", a.Code)
	}
}
