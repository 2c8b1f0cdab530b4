package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

// hostileMail does what a mail should not: run, navigate, send, look like the console.
const hostileMail = `<html><head><meta http-equiv="refresh" content="0; url=/console/me"><base href="https://evil.example/" target="_top"></head><body>{####} {username}
<script>try { top.document.title = "owned" } catch (e) {} top.location = "/console/owned"; document.title = "owned"</script>
<img src="x" onerror="top.location='/console/owned'"><svg onload="top.location='/console/owned'"></svg>
<form id="f" action="/console/signout" method="post"><input name="_csrf"><button autofocus onfocus="f.submit()">x</button></form>
<iframe srcdoc="<script>top.location='/console/owned'</script>"></iframe></body></html>`

// A script in a text that somebody saved by the API runs nowhere: not in the page, not in its frame, not on its own.
func TestAttackScriptInAMessageText(t *testing.T) {
	d := oneView(t)
	made, err := d.idp().CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{PoolName: aws.String("x"),
		AdminCreateUserConfig:  &types.AdminCreateUserConfigType{InviteMessageTemplate: &types.MessageTemplateType{EmailMessage: aws.String(hostileMail), EmailSubject: aws.String(`</title><script>document.title="owned"</script>`)}},
		SmsVerificationMessage: aws.String(`</textarea><script>document.title="owned"</script> {####}`)})
	if err != nil {
		t.Fatal(err)
	}
	pool := *made.UserPool.Id
	for _, id := range []string{"invitation", "verification"} {
		at := paths.Link(paths.ConsoleMessageTemplate, pool, id)
		d.to(at)
		time.Sleep(time.Second) // for what the frame might do
		if got := browser.Eval[string](d.Page, `document.title`); strings.Contains(got, "owned") || d.URL() != d.server.URL+at {
			t.Errorf("%s: the page is %q at %s", id, got, d.URL())
		}
		if n := browser.Eval[int](d.Page, `document.querySelectorAll("main script, main [onerror]").length`); n != 0 {
			t.Errorf("%s: %d elements of a text", id, n)
		}
	}
	alone := d.server.URL + paths.Link(paths.ConsoleMessagePreview, pool, "invitation", "as", "light")
	d.Goto(alone)
	time.Sleep(time.Second)
	if got := browser.Eval[string](d.Page, `document.title + " " + origin`); strings.Contains(got, "owned") || !strings.Contains(got, "null") || strings.Contains(d.URL(), "owned") || strings.Contains(d.URL(), "signout") {
		t.Errorf("alone: %q at %s", got, d.URL())
	}
	d.to(paths.ConsoleMe)
	if got := d.URL(); !strings.HasSuffix(got, paths.ConsoleMe) {
		t.Errorf("the session ended: %s", got)
	}
}

// The preview is a document of its own: framed by the console alone, without an origin, never kept.
func TestAttackPreviewKeepsItsPolicy(t *testing.T) {
	s := server.Start(t, server.Options{})
	v, pool := signedIn(t, s), messagePool(t, s)
	for _, as := range []string{"light", "dark", "plain", "sms", "x"} {
		p := v.Open(s.URL + paths.Link(paths.ConsoleMessagePreview, pool, "invitation", "as", as))
		csp := p.Header.Get("Content-Security-Policy")
		for _, want := range []string{"sandbox;", "default-src 'none'", "frame-ancestors 'self'", "form-action 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy %q lacks %s", as, csp, want)
			}
		}
		if strings.Contains(csp, "allow-") || strings.Contains(csp, "script") || p.Header.Get("X-Frame-Options") != "SAMEORIGIN" || p.Header.Get("Cache-Control") != "no-store" || p.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", as, p.Header)
		}
	}
	for path, frames := range map[string]bool{paths.Link(paths.ConsoleMessageTemplate, pool, "invitation"): true, paths.Link(paths.ConsoleMessages, pool): false, paths.Console: false} {
		p := v.Open(s.URL + path)
		csp := p.Header.Get("Content-Security-Policy")
		if strings.Contains(csp, "frame-src 'self'") != frames || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", path, csp)
		}
	}
}

func messagePool(t *testing.T, s *server.Server) string {
	t.Helper()
	d := &desk{t: t, server: s}
	return d.newPool("Clinic")
}

// Headers cannot be written by subject, sender or destination, whatever the form sends.
func TestAttackSecondHeaderByTheForms(t *testing.T) {
	s := server.Start(t, server.Options{})
	v, pool := signedIn(t, s), messagePool(t, s)
	template := s.URL + paths.Link(paths.ConsoleMessageTemplate, pool, "invitation")
	token, seen := v.Open(template).Field("_csrf"), v.Open(template).Field("seen")
	const header = "x\r\nBcc: all@example.org"
	for at, form := range map[string]url.Values{
		template: {"subject": {header}},
		s.URL + paths.Link(paths.ConsoleMessagesSection, pool, "sender"): {"from": {"a@example.org\r\nBcc: all@example.org"}, "option": {"CONFIRM_WITH_CODE"}},
		s.URL + paths.Link(paths.ConsoleMessageTest, pool, "invitation"): {"medium": {"EMAIL"}, "destination": {"a@example.org\r\nBcc: all@example.org"}},
	} {
		form.Set("_csrf", token)
		form.Set("seen", seen)
		if p := v.Post(at, form); p.Find("title") == nil || !strings.HasPrefix(p.Heading(), "Invitation") && !strings.HasPrefix(p.Heading(), "Messages") || strings.Contains(p.URL.RawQuery, "done=") {
			t.Errorf("%s was taken: %d %s", at, p.Status, p.URL)
		}
	}
	if p := v.Post(s.URL+paths.Link(paths.ConsoleMessagePreview, pool, "invitation", "as", "plain"), url.Values{"_csrf": {token}, "subject": {header}}); p.Status != http.StatusBadRequest {
		t.Errorf("previewed: %d", p.Status)
	}
	d := &desk{t: t, server: s}
	if got := d.pool(pool); got.EmailConfiguration.From != nil || got.AdminCreateUserConfig.InviteMessageTemplate != nil {
		t.Errorf("%+v", got)
	}
	if n := len(s.Outbox(t)); n != 0 {
		t.Errorf("%d messages went out", n)
	}
}

// Tests end at the limit, whoever's session it is.
func TestAttackFloodOfTestMessages(t *testing.T) {
	s := server.Start(t, server.Options{})
	v, pool := signedIn(t, s), messagePool(t, s)
	token := v.Open(s.URL + paths.Link(paths.ConsoleMessageTemplate, pool, "verification")).Field("_csrf")
	sent := 0
	for range 25 {
		p := v.Post(s.URL+paths.Link(paths.ConsoleMessageTest, pool, "verification"), url.Values{"_csrf": {token}, "medium": {"EMAIL"}, "destination": {"victim@example.org"}})
		if strings.Contains(p.URL.RawQuery, "done=test_sent") {
			sent++
		}
	}
	if sent != 20 {
		t.Errorf("%d tests were taken", sent)
	}
}

// Ids of no pool, text or message are answered alike, and a form without its token writes nothing.
func TestAttackMessagesOfOthersAndWithoutToken(t *testing.T) {
	s := server.Start(t, server.Options{})
	v, pool := signedIn(t, s), messagePool(t, s)
	token := v.Open(s.URL + paths.ConsoleMe).Field("_csrf")
	get := []string{paths.ConsoleMessages, paths.ConsoleMessageTemplate, paths.ConsoleMessagePreview, paths.ConsoleOutbox, paths.ConsoleOutboxMessage}
	post := []string{paths.ConsoleMessagesSection, paths.ConsoleMessageTemplate, paths.ConsoleMessagePreview, paths.ConsoleMessageTest, paths.ConsoleOutboxRetry}
	gone := func(status int) bool { return status == http.StatusNotFound || status == http.StatusBadRequest }
	for _, id := range []string{"us-east-1_NOSUCHPL1", "eu-west-1_NOSUCHPL1", "..%2f..", "us-east-1_'--"} {
		for _, pattern := range get {
			if p := v.Open(s.URL + paths.Link(pattern, id, "verification")); !gone(p.Status) {
				t.Errorf("GET %s of %s: %d", pattern, id, p.Status)
			}
		}
		for _, pattern := range post {
			if p := v.Post(s.URL+paths.Link(pattern, id, "verification"), url.Values{"_csrf": {token}}); !gone(p.Status) {
				t.Errorf("POST %s of %s: %d", pattern, id, p.Status)
			}
		}
	}
	for _, pattern := range []string{paths.ConsoleMessageTemplate, paths.ConsoleMessagePreview, paths.ConsoleOutboxMessage} {
		if p := v.Open(s.URL + paths.Link(pattern, pool, "nothing")); p.Status != http.StatusNotFound {
			t.Errorf("GET %s of nothing: %d", pattern, p.Status)
		}
	}
	for _, pattern := range post {
		at := s.URL + paths.Link(pattern, pool, "verification")
		if p := v.Post(s.URL+paths.Link(pattern, pool, "nothing"), url.Values{"_csrf": {token}}); p.Status != http.StatusNotFound {
			t.Errorf("POST %s of nothing: %d", pattern, p.Status)
		}
		for _, wrong := range []string{"", strings.Repeat("0", 32)} {
			if p := v.Post(at, url.Values{"_csrf": {wrong}, "medium": {"EMAIL"}, "destination": {"a@example.org"}, "body": {"{####} x"}}); p.Status != http.StatusForbidden {
				t.Errorf("POST %s with token %q: %d", pattern, wrong, p.Status)
			}
		}
		r, err := http.NewRequest(http.MethodPost, at, strings.NewReader(url.Values{"_csrf": {token}, "medium": {"EMAIL"}, "destination": {"a@example.org"}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://evil.example")
		if p := v.Do(r); p.Status != http.StatusForbidden {
			t.Errorf("POST %s from another site: %d", pattern, p.Status)
		}
	}
	if n := len(s.Outbox(t)); n != 0 {
		t.Errorf("%d messages went out", n)
	}
}
