package console

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
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

func TestSecretOfANewClientIsShownForTwoMinutes(t *testing.T) {
	created := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	c := &types.UserPoolClientType{ClientSecret: aws.String("s3cret"), CreationDate: &created}
	for _, k := range []struct {
		url   string
		after time.Duration
		want  string
	}{
		{"/console?done=client_created", time.Second, "s3cret"},
		{"/console?done=client_created", 2*time.Minute - time.Millisecond, "s3cret"},
		{"/console?done=client_created", 2 * time.Minute, ""},
		{"/console?done=settings_saved", time.Second, ""},
		{"/console", time.Second, ""},
	} {
		h := &Handlers{Clock: func() time.Time { return created.Add(k.after) }}
		v := &visit{Context: echo.New().NewContext(httptest.NewRequest("GET", k.url, nil), httptest.NewRecorder())}
		if got := h.newSecret(v, c); got != k.want {
			t.Errorf("%s after %v: %q", k.url, k.after, got)
		}
	}
}
