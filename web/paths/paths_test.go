package paths_test

import (
	"net/url"
	"testing"

	"gatehouse/web/paths"
)

func TestOnePatternServesBothBases(t *testing.T) {
	q := url.Values{"client_id": {"a b"}}
	for _, c := range []struct {
		base            paths.Base
		link, url, text string
	}{
		{paths.HostBase("https://demo.auth.example.com/"), "/login?client_id=a+b", "https://demo.auth.example.com/login?client_id=a+b", "https://demo.auth.example.com"},
		{paths.PathBase("http://localhost:8080", "us-east-1_Ab1"), "/us-east-1_Ab1/login?client_id=a+b", "http://localhost:8080/us-east-1_Ab1/login?client_id=a+b", "http://localhost:8080/us-east-1_Ab1"},
	} {
		if got := c.base.Link(paths.Login, q); got != c.link {
			t.Errorf("link %s, want %s", got, c.link)
		}
		if got := c.base.URL(paths.Login, q); got != c.url {
			t.Errorf("URL %s, want %s", got, c.url)
		}
		if got := c.base.String(); got != c.text {
			t.Errorf("base %s, want %s", got, c.text)
		}
	}
}

func TestAPoolIDCannotLeaveItsPath(t *testing.T) {
	if got := paths.Issuer("http://localhost", "../x?y"); got != "http://localhost/..%2Fx%3Fy" {
		t.Errorf("got %s", got)
	}
}
