package console

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
)

func TestAttackOnwardStaysInTheConsole(t *testing.T) {
	for next, want := range map[string]string{
		"/console/pools?after=x":       "/console/pools?after=x",
		"/console":                     "/console",
		"":                             "/console",
		"https://evil.example/console": "/console",
		"//evil.example/console":       "/console",
		`/console\..\evil`:             "/console",
		"/console/\r\nSet-Cookie: a=b": "/console",
		"/consolevil":                  "/console",
		"/dev/outbox":                  "/console",
		"http:/console":                "/console",
	} {
		if got := onward(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestPostedValues(t *testing.T) {
	body := url.Values{"pick": {"a", "b"}, "text": {" one \r\n\n two\n"}}.Encode()
	r := httptest.NewRequest("POST", "/console?pick=c", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	v := &visit{Context: echo.New().NewContext(r, httptest.NewRecorder())}
	if got := v.chosen("pick"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("chosen %q: what stands in the URL is none", got)
	}
	if got := v.lines("text"); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("lines %q", got)
	}
	if got := digits(" 123-456\n"); got != "123456" {
		t.Errorf("digits %q", got)
	}
}
