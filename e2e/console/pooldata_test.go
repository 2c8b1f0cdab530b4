package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

func TestKeysAndRetentionInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		made, err := d.idp().CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{PoolName: aws.String("Keeping")})
		if err != nil {
			t.Fatal(err)
		}
		data := paths.Link(paths.ConsolePoolData, *made.UserPool.Id)
		d.to(data)
		d.on("Keys & retention")
		if got := strings.Count(d.Text("tbody"), "Signs now"); got != 2 {
			t.Errorf("%d keys sign: %s", got, d.Text("tbody"))
		}
		d.Press(`a[href$="/data/keys"]`)
		d.on("Rotate signing keys")
		d.Press(`main form button[type=submit]`)
		d.on("Keys & retention")
		d.says("A new key is published")
		if got := strings.Count(d.Text("tbody"), "Signs soon"); got != 2 {
			t.Errorf("%d keys wait: %s", got, d.Text("tbody"))
		}
		d.Fill("events", "0")
		d.Press("#retention button[type=submit]")
		d.on("Keys & retention")
		d.refuses("is from 1 to 3650")
		d.Fill("events", "90")
		d.Press("#retention button[type=submit]")
		d.on("Keys & retention")
		d.says("Saved")
		if got := d.value("events"); got != "90" {
			t.Errorf("%s days", got)
		}
		d.to(paths.ConsoleSettings)
		d.Fill("days", "30")
		d.Press("#retention button[type=submit]")
		d.on("Settings")
		d.refuses("is from 90 to 3650")
		d.Fill("days", "365")
		d.Press("#retention button[type=submit]")
		d.on("Settings")
		d.says("Saved")
	})
}

// value is what a field holds.
func (d *desk) value(name string) string {
	d.t.Helper()
	return browser.Eval[string](d.Page, `document.querySelector('[name="`+name+`"]').value`)
}

func TestRetentionIsNotSavedOverSomebodyElses(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	page := v.Open(s.URL + paths.ConsoleSettings)
	save := func(days, seen string) string {
		p := v.Post(s.URL+paths.Link(paths.ConsoleSettingsPart, "retention"), url.Values{"_csrf": {page.Field("_csrf")}, "days": {days}, "seen": {seen}})
		return p.Body
	}
	seen := page.Field("seen")
	if body := save("400", seen); !strings.Contains(body, "Saved") {
		t.Fatal("the first save is refused")
	}
	if body := save("500", seen); !strings.Contains(body, "Somebody else saved this meanwhile") {
		t.Error("a form is saved over another's change")
	}
	if body := v.Open(s.URL + paths.ConsoleSettings).Body; !strings.Contains(body, `value="400"`) {
		t.Error("the first save is gone")
	}
}

func TestAttackKeysAndRetentionWithForeignIDsAndTokens(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	token := v.Open(s.URL + paths.ConsoleMe).Field("_csrf")
	for _, pool := range []string{"us-east-1_NOSUCHPL1", "eu-west-1_NOSUCHPL1"} {
		for _, pattern := range []string{paths.ConsolePoolData, paths.ConsolePoolKeys} {
			if p := v.Open(s.URL + paths.Link(pattern, pool)); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
				t.Errorf("GET %s of %s: %d", pattern, pool, p.Status)
			}
		}
		for _, path := range []string{paths.Link(paths.ConsolePoolKeys, pool), paths.Link(paths.ConsolePoolDataPart, pool, "retention")} {
			if p := v.Post(s.URL+path, url.Values{"_csrf": {token}, "events": {"1"}, "messages": {"1"}}); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
				t.Errorf("POST %s: %d", path, p.Status)
			}
		}
	}
	if p := v.Post(s.URL+paths.Link(paths.ConsoleSettingsPart, "retention"), url.Values{"days": {"90"}}); p.Status != http.StatusForbidden {
		t.Errorf("without a token: %d", p.Status)
	}
	if p := v.Post(s.URL+paths.Link(paths.ConsoleSettingsPart, "nothing"), url.Values{"_csrf": {token}}); p.Status != http.StatusNotFound {
		t.Errorf("a section that is none: %d", p.Status)
	}
}
