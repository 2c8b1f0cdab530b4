package console_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

const danasPassword = "Correct-horse-1"

// dana is a user of the demo pool.
func (d *desk) dana() (pool string) {
	d.t.Helper()
	pool = d.demoPool()
	ctx := context.Background()
	if _, err := d.idp().AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: aws.String("dana@example.com"), MessageAction: "SUPPRESS"}); err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.idp().AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{UserPoolId: &pool, Username: aws.String("dana@example.com"), Password: aws.String(danasPassword), Permanent: true}); err != nil {
		d.t.Fatal(err)
	}
	return pool
}

// clientNamed is the id of the demo pool's client of a name.
func (d *desk) clientNamed(pool, name string) string {
	d.t.Helper()
	out, err := d.idp().ListUserPoolClients(context.Background(), &cognito.ListUserPoolClientsInput{UserPoolId: &pool, MaxResults: aws.Int32(60)})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range out.UserPoolClients {
		if aws.ToString(c.ClientName) == name {
			return aws.ToString(c.ClientId)
		}
	}
	d.t.Fatal("no client", name)
	return ""
}

func TestTrySignInInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.dana()
		client := d.clientNamed(pool, "Example: server-rendered app")
		before, err := d.idp().DescribeUserPoolClient(context.Background(), &cognito.DescribeUserPoolClientInput{UserPoolId: &pool, ClientId: &client})
		if err != nil {
			t.Fatal(err)
		}
		d.to(paths.ConsoleTry)
		d.on("Try sign-in")
		d.Press(`a[href="` + paths.Link(paths.ConsoleTryClient, pool, client) + `"]`)
		d.on("Example: server-rendered app")
		d.Press(`form .btn-primary`)
		d.says("The callback URL is added")
		d.on("Example: server-rendered app")
		after, err := d.idp().DescribeUserPoolClient(context.Background(), &cognito.DescribeUserPoolClientInput{UserPoolId: &pool, ClientId: &client})
		if err != nil {
			t.Fatal(err)
		}
		b, a := before.UserPoolClient, after.UserPoolClient
		if len(a.CallbackURLs) != len(b.CallbackURLs)+1 || a.RefreshTokenValidity != b.RefreshTokenValidity || len(a.ExplicitAuthFlows) != len(b.ExplicitAuthFlows) ||
			strings.Join(a.AllowedOAuthScopes, " ") != strings.Join(b.AllowedOAuthScopes, " ") || a.PreventUserExistenceErrors != b.PreventUserExistenceErrors || len(a.LogoutURLs) != len(b.LogoutURLs) {
			t.Errorf("other settings changed:\n%+v\n%+v", b, a)
		}
		d.Press(`a.btn-primary`)
		d.Fill("username", "dana@example.com")
		d.Fill("password", danasPassword)
		d.Submit()
		d.Arrive(d.server.URL + paths.ConsoleTryCallback)
		d.on("What the sign-in brought")
		d.says("Signed in")
		if n := browser.Eval[int](d.Page, `document.querySelectorAll('.verdict[data-tone="ok"]').length`); n != 2 {
			t.Errorf("%d signatures are right, want 2: %s", n, d.Text("main"))
		}
		if text := d.Text("main"); !strings.Contains(text, "dana@example.com") || !strings.Contains(text, "The user, by an ID that never changes") || strings.Contains(text, aws.ToString(a.ClientSecret)) {
			t.Errorf("the page says %q", text)
		}
		if n := browser.Eval[int](d.Page, `document.querySelectorAll('.trace li').length`); n != 3 {
			t.Errorf("%d requests are shown", n)
		}
		d.Do(chromedp.Navigate(d.URL())) // again: the code is not redeemed a second time, which would revoke the tokens
		d.on("What the sign-in brought")
		if got := d.Text(".alert"); !strings.Contains(got, "did not begin that sign-in") {
			t.Error(got)
		}
		d.to(paths.Link(paths.ConsoleTryClient, pool, d.clientNamed(pool, "Example: page of plain JavaScript")))
		d.on("Example: page of plain JavaScript")
		if got := d.Text(".empty h2"); got != "This client has no code flow" {
			t.Error(got)
		}
	})
}

func segment(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func TestAttackInspectorHostileTokens(t *testing.T) {
	d := oneView(t)
	pool := d.demoPool()
	issuer := d.server.URL + "/" + pool
	const html = `<script>document.title='owned'</script><img src=x onerror=alert(1)>`
	for name, c := range map[string]struct{ token, verdict string }{
		"alg none":         {segment(`{"alg":"none"}`) + "." + segment(`{"iss":"`+issuer+`","sub":"root"}`) + ".", "Not signed"},
		"alg nOnE":         {segment(`{"alg":"nOnE"}`) + "." + segment(`{"iss":"`+issuer+`"}`) + ".AAAA", "Not signed"},
		"HMAC":             {segment(`{"alg":"HS256"}`) + "." + segment(`{"iss":"`+issuer+`"}`) + ".AAAA", "No pool signs like this"},
		"made up":          {segment(`{"alg":"RS256","kid":"x"}`) + "." + segment(`{"iss":"`+issuer+`"}`) + ".AAAA", "The signature is wrong"},
		"foreign":          {segment(`{"alg":"RS256"}`) + "." + segment(`{"iss":"https://evil.example/us-east-1_aaaaaaaaa"}`) + ".AAAA", "The signature was not checked"},
		"unknown pool":     {segment(`{"alg":"RS256"}`) + "." + segment(`{"iss":"`+d.server.URL+`/us-east-1_nothere00"}`) + ".AAAA", "The signature was not checked"},
		"another path":     {segment(`{"alg":"RS256"}`) + "." + segment(`{"iss":"`+d.server.URL+`/dev/outbox?"}`) + ".AAAA", "The signature was not checked"},
		"a key of its own": {segment(`{"alg":"RS256","jwk":{"kty":"oct","k":"AAAA"},"jku":"https://evil.example/"}`) + "." + segment(`{"iss":"`+issuer+`"}`) + ".AAAA", "No pool signs like this"},
		"HTML":             {segment(`{"alg":"RS256","`+strings.ReplaceAll(html, `"`, `'`)+`":1}`) + "." + segment(`{"name":"`+html+`"}`) + ".AAAA", "The signature was not checked"},
	} {
		d.to(paths.ConsoleTryToken)
		d.Do(chromedp.SendKeys(chromedp.CSS("#token"), c.token))
		d.Submit()
		d.on("Token inspector")
		if got := d.Text(".verdict h2"); got != c.verdict {
			t.Errorf("%s: %q, want %q", name, got, c.verdict)
		}
		if n := browser.Eval[int](d.Page, `document.querySelectorAll("main script, main img").length`); n != 0 {
			t.Errorf("%s: %d elements of the token are in the page", name, n)
		}
		if strings.Contains(d.URL(), "ey") || strings.Contains(d.server.Output(), c.token) {
			t.Errorf("%s: the token is in an address or the log", name)
		}
	}
	d.to(paths.ConsoleTryToken)
	d.Do(chromedp.SendKeys(chromedp.CSS("#token"), "not.a token"))
	d.Submit()
	d.refuses("This is not a signed token")
	d.on("Token inspector")

	v := signedIn(t, d.server)
	p := v.Open(d.server.URL + paths.ConsoleTryToken)
	form := url.Values{"_csrf": {p.Field("_csrf")}, "token": {strings.Repeat("a", 100<<10)}}
	if p := v.Post(p.URL.String(), form); p.Status != http.StatusOK || !strings.Contains(p.Body, "too long for a token") {
		t.Errorf("100 KiB: status %d", p.Status)
	}
	form.Set("token", strings.Repeat("a", 400<<10))
	if p := v.Post(d.server.URL+paths.ConsoleTryToken, form); p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("400 KiB: status %d", p.Status)
	}
}

// A link with somebody else's code does not sign in here, and shows nothing of theirs.
func TestAttackTryCallbackThatNobodyBegan(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	for _, q := range []string{"?code=stolen&state=x", "?code=stolen", "", "?error=access_denied&error_description=<b>x</b>&state="} {
		p := v.Open(s.URL + paths.ConsoleTryCallback + q)
		if p.Status != http.StatusOK || !strings.Contains(p.Body, "did not begin that sign-in") || strings.Contains(p.Body, "stolen") || strings.Contains(visitor.Text(p.Find("main")), "<b>x</b>") {
			t.Errorf("%s: %d %q", q, p.Status, visitor.Text(p.Find("main")))
		}
	}
}
