package hosted_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"gatehouse/internal/theme"
	"gatehouse/web/paths"
)

// publish makes a theme what the pages show.
func (s *stack) publish(t testing.TB, client string, x theme.Theme) {
	t.Helper()
	if _, err := s.looks.SaveDraft(t.Context(), s.pool.ID, client, x, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.looks.Publish(t.Context(), s.pool.ID, client, "arn:test", nil); err != nil {
		t.Fatal(err)
	}
}

// upload keeps a picture of the pool.
func (s *stack) upload(t testing.TB, file []byte) string {
	t.Helper()
	p, err := s.looks.AddPicture(t.Context(), s.pool.ID, file)
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

var dot, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

// stylesheet is the address of the theme that a page wears; "" for none.
func stylesheet(p *sheet) string {
	for n := range p.root.Descendants() {
		if n.Data == "link" && strings.Contains(attr(n, "href"), "/theme/") && attr(n, "rel") == "stylesheet" {
			return attr(n, "href")
		}
	}
	return ""
}

func TestThemeOfThePool(t *testing.T) {
	s := start(t)
	s.publish(t, "", theme.Theme{Primary: "#b3401a", Layout: "split", Words: map[string]map[string]string{"en": {"headline": "A place"}}})
	b := s.plain(t)
	p := b.open(s.page(paths.Login))
	if attr(p.find("html"), "data-layout") != "split" || !strings.Contains(p.body, "A place") {
		t.Error("the layout is not the theme's")
	}
	css := b.open(s.URL + stylesheet(p))
	if css.status != 200 || !strings.Contains(css.body, "--brand:") || !strings.Contains(css.header.Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v", css.status, css.header)
	}
	b.open(s.URL+"/"+s.pool.ID+"/theme/pool/0000.css").wantPage(404, "Page not found")
	b.open(s.URL+"/"+s.pool.ID+"/theme/nobody/0000.css").wantPage(404, "Page not found")
}

func TestPagesShowWhatIsPublishedAndNoDraft(t *testing.T) {
	s := start(t)
	b := s.plain(t)
	draft := theme.Theme{Primary: "#b3401a", Words: map[string]map[string]string{"en": {"signin.heading": "Come in"}, "de": {"signin.heading": "Nur herein"}}}
	if _, err := s.looks.SaveDraft(t.Context(), s.pool.ID, "", draft, nil); err != nil {
		t.Fatal(err)
	}
	if p := b.open(s.page(paths.Login)); stylesheet(p) != "" || p.heading() != "Sign in" {
		t.Error("a draft is shown")
	}
	s.publish(t, "", draft)
	if p := b.open(s.page(paths.Login)); stylesheet(p) == "" || p.heading() != "Come in" {
		t.Errorf("what is published is not shown: %q", p.heading())
	}
	b.open(s.page(paths.Login, "lang", "de")).wantPage(200, "Nur herein")
	b.open(s.page(paths.Login, "lang", "en"))

	s.publish(t, s.client.ID, theme.Theme{Primary: "#00aa55"})
	if p := b.open(s.page(paths.Login)); !strings.Contains(stylesheet(p), s.client.ID) || p.heading() != "Sign in" {
		t.Error("the client's own theme is not shown, or mixed with the pool's")
	}
	if err := s.looks.Delete(t.Context(), s.pool.ID, s.client.ID); err != nil {
		t.Fatal(err)
	}
	b.open(s.page(paths.Login)).wantPage(200, "Come in")
}

func TestAttackWordsOfAThemeAreText(t *testing.T) {
	s := start(t)
	const evil = `"></title><script>alert(1)</script><img src=x onerror=alert(1)>`
	own := map[string]string{}
	for _, key := range theme.WordKeys {
		own[key] = evil
	}
	s.publish(t, "", theme.Theme{Layout: "split", Words: map[string]map[string]string{"en": own}})
	for _, path := range []string{paths.Login, paths.SignUp, paths.ForgotPassword} {
		if p := s.plain(t).open(s.page(path)); p.status != 200 || strings.Contains(p.body, "<script>alert") || strings.Contains(p.body, "<img src=x") {
			t.Errorf("%s: %d, words run", path, p.status)
		}
	}
}

func TestAttackPictureOpenedOnItsOwn(t *testing.T) {
	s := start(t)
	b := s.plain(t)
	svg := s.upload(t, []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>`))
	html := append(append([]byte{}, dot[:8]...), append([]byte("<html><script>alert(1)</script>"), dot[8:]...)...)
	if _, err := s.looks.AddPicture(t.Context(), s.pool.ID, html); err == nil {
		t.Error("a page inside a picture was kept")
	}
	for id, kind := range map[string]string{svg: "image/svg+xml", s.upload(t, dot): "image/png"} {
		p := b.open(s.URL + "/" + s.pool.ID + "/theme/picture/" + id)
		csp := p.header.Get("Content-Security-Policy")
		if p.status != 200 || p.header.Get("Content-Type") != kind || p.header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "sandbox") {
			t.Errorf("%d %v", p.status, p.header)
		}
	}
	b.open(s.URL+"/"+s.pool.ID+"/theme/picture/"+strings.Repeat("0", 64)).wantPage(404, "Page not found")
}

func TestLogoAndOrderOfATheme(t *testing.T) {
	s := start(t)
	logo := s.upload(t, dot)
	s.publish(t, "", theme.Theme{Logo: logo, Icon: logo, Order: "signup", Scheme: "dark"})
	p := s.plain(t).open(s.page(paths.Login))
	img := p.find("img")
	if img == nil || !strings.HasSuffix(attr(img, "src"), "/theme/picture/"+logo) || attr(img, "alt") != s.pool.Name || attr(p.find("html"), "data-scheme") != "dark" {
		t.Error("no logo, or without the pool's name, or no scheme")
	}
	if strings.Index(p.body, "Create an account") > strings.Index(p.body, `name="password"`) {
		t.Error("the way to a new account is not first")
	}
}
