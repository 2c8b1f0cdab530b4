package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

func TestSettingsPageInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		d.to(paths.ConsoleSettings)
		d.on("Settings")
		main := d.Text("main")
		for _, said := range []string{d.server.URL, "SQLite", "Healthy", "Sealing keys", "No backup yet"} {
			if !strings.Contains(main, said) {
				t.Errorf("the page lacks %q", said)
			}
		}
		d.Press(`form[action="` + paths.ConsoleSettingsBackup + `"] button`)
		d.on("Settings")
		d.says("The backup has begun")
		d.opensUntil(paths.ConsoleSettings, "main", "Complete")
		if got := d.Text("main"); !strings.Contains(got, "Complete") || !strings.Contains(got, ".backup") {
			t.Errorf("no backup is listed: %s", got)
		}
		d.Press(`a[href="` + paths.ConsoleSettingsSeal + `"]`)
		d.on("Rotate sealing keys")
		d.Press(`main form button[type=submit]`)
		d.says("The rotation has begun")
		d.opensUntil(paths.ConsoleSettings, "main", "The last rotation is done")
		d.on("Settings")
		if got := d.Text("#rotation"); !strings.Contains(got, "sealed again") {
			t.Errorf("the rotation's steps: %q", got)
		}
		if n := browser.Eval[int](d.Page, `document.querySelectorAll('.side a[aria-current][href="`+paths.ConsoleSettings+`"]').length`); n != 1 {
			t.Error("the navigation does not mark the page")
		}
	})
}

// Acts on the installation are taken from the console's own forms alone.
func TestAttackSettingsActsWithoutTheFormsToken(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	for _, path := range []string{paths.ConsoleSettingsBackup, paths.ConsoleSettingsSeal} {
		for _, token := range []string{"", "0123456789abcdef0123456789abcdef"} {
			if p := v.Post(s.URL+path, url.Values{"_csrf": {token}}); p.Status != http.StatusForbidden {
				t.Errorf("%s with token %q: %d", path, token, p.Status)
			}
		}
	}
	if p := v.Open(s.URL + paths.ConsoleSettings); !strings.Contains(p.Body, "No backup yet") || strings.Contains(p.Body, `id="rotation"`) {
		t.Error("something was begun")
	}
}
