package console_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// leads fails unless the page has a link of those words that goes there.
func (d *desk) leads(words, href string) {
	d.t.Helper()
	links := browser.Eval[map[string]string](d.Page, `Object.fromEntries([...document.querySelectorAll("main a")].map(a => [a.textContent.trim(), a.getAttribute("href")]))`)
	if links[words] != href {
		d.t.Errorf("%s: %q leads to %q, want %q", d.URL(), words, links[words], href)
	}
}

// From the form of a new pool to somebody who signs in, each page says what comes next.
func TestANewPoolLeadsToItsFirstSignIn(t *testing.T) {
	d := oneView(t)
	d.to(paths.ConsolePoolNew)
	if form := d.Text("form.by-kind"); !strings.Contains(form, "http://localhost:3000/callback") {
		t.Error("no example of a callback URL")
	}
	d.Fill("name", "Patients")
	d.Fill("app_name", "Portal")
	d.write("callbacks", "http://localhost:3000/callback")
	d.Submit()
	d.on("User pool created")
	list, err := d.idp().ListUserPools(context.Background(), &cognito.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	if err != nil || len(list.UserPools) != 2 {
		t.Fatal(list, err)
	}
	pool := aws.ToString(list.UserPools[0].Id)
	if aws.ToString(list.UserPools[0].Name) != "Patients" {
		pool = aws.ToString(list.UserPools[1].Id)
	}
	client := d.clientNamed(pool, "Portal")
	app, try := paths.Link(paths.ConsoleClient, pool, client), paths.Link(paths.ConsoleTryClient, pool, client)
	user, tries := paths.Link(paths.ConsoleUserNew, pool), paths.Link(paths.ConsoleTry, "pool", pool)
	d.leads("Create user", user)
	d.leads("Show code", app+"#snippets")
	d.leads("Try sign-in", try)

	d.to(paths.Link(paths.ConsolePool, pool))
	d.on("Patients")
	d.leads("Create user", user)
	d.leads("Show code", app+"#snippets")
	d.leads("Try sign-in", tries)
	if steps := d.Text("section[aria-labelledby=first-steps]"); strings.Contains(steps, "Give the sign-in pages an address") {
		t.Error("a domain is asked for, although the pages are served without one")
	}
	if addresses := d.Text("section[aria-labelledby=addresses]"); !strings.Contains(addresses, "Sign-in pages") {
		t.Errorf("no address of the sign-in pages: %s", addresses)
	}

	d.Press(`.side a[href="` + tries + `"]`)
	d.on("Try sign-in")
	if got := browser.Eval[string](d.Page, `document.querySelector("#pool").selectedOptions[0].textContent`); got != "Patients" {
		t.Errorf("it begins with the pool %q", got)
	}
	d.leads("Portal", try)

	d.to(app)
	d.on("Portal")
	d.leads("Try sign-in", try)
	if facts := d.Text("section[aria-labelledby=client-facts]"); !strings.Contains(facts, d.server.URL+"/"+pool) {
		t.Errorf("no address of the sign-in pages: %s", facts)
	}
	d.to(try)
	d.Press("main form .btn-quiet")
	if !strings.HasSuffix(d.URL(), tries) {
		t.Errorf("back is at %s", d.URL())
	}
}

// A pool of another region than the console stands in is found too.
func TestTrySignInBeginsWithThePoolOfAnyRegion(t *testing.T) {
	s := server.Start(t, server.Options{})
	c := cognito.New(cognito.Options{Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})
	made, err := c.CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{PoolName: aws.String("Elsewhere")})
	if err != nil {
		t.Fatal(err)
	}
	page := signedIn(t, s).Open(s.URL + paths.Link(paths.ConsoleTry, "pool", *made.UserPool.Id))
	if got := visitor.Text(page.Find("select")); !strings.Contains(page.Body, `<option value="`+*made.UserPool.Id+`" selected>Elsewhere</option>`) {
		t.Errorf("status %d, to choose are %s", page.Status, got)
	}
}

// Where pools have no pages without a domain, that is a step, and there is nothing to try yet.
func TestADomainIsAStepWhereThereAreNoPagesWithoutIt(t *testing.T) {
	key, err := server.Command(t, t.TempDir(), nil, "keys", "new").Output()
	if err != nil {
		t.Fatal(err)
	}
	s := server.Start(t, server.Options{Env: map[string]string{
		"GATEHOUSE_URL": "http://id.example.com", "GATEHOUSE_INSECURE_HTTP": "true", "GATEHOUSE_DEMO": "false", "GATEHOUSE_SECRET_KEYS": strings.TrimSpace(string(key))}})
	via := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(s.Address, "http://"))
	}}
	c := cognito.New(cognito.Options{Region: "us-east-1", BaseEndpoint: aws.String(s.URL), HTTPClient: &http.Client{Transport: via},
		Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})
	made, err := c.CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{PoolName: aws.String("Patients")})
	if err != nil {
		t.Fatal(err)
	}
	pool := made.UserPool.Id
	client, err := c.CreateUserPoolClient(context.Background(), &cognito.CreateUserPoolClientInput{UserPoolId: pool, ClientName: aws.String("Portal"), AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, AllowedOAuthScopes: []string{"openid"}, CallbackURLs: []string{"https://portal.example.com/cb"}})
	if err != nil {
		t.Fatal(err)
	}
	v := visitor.New(t, via, "")
	v.Open(s.URL+paths.ConsoleSignIn).Send("email", server.RootEmail, "password", server.RootPassword).Send("name", administrator, "new", server.RootPassword)
	try := paths.Link(paths.ConsoleTryClient, *pool, *client.UserPoolClient.ClientId)
	look := func(domain bool) {
		t.Helper()
		page := v.Open(s.URL + paths.Link(paths.ConsolePool, *pool)).Body
		if asked := strings.Contains(page, "Give the sign-in pages an address"); asked == domain {
			t.Errorf("with a domain: %v, and one is asked for: %v", domain, asked)
		}
		if tried := strings.Contains(v.Open(s.URL+paths.Link(paths.ConsoleClient, *pool, *client.UserPoolClient.ClientId)).Body, try); tried != domain {
			t.Errorf("with a domain: %v, and the client can be tried: %v", domain, tried)
		}
	}
	look(false)
	if _, err := c.CreateUserPoolDomain(context.Background(), &cognito.CreateUserPoolDomainInput{UserPoolId: pool, Domain: aws.String("patients")}); err != nil {
		t.Fatal(err)
	}
	look(true)
}

func TestAttributesOfAnAppAreFolded(t *testing.T) {
	d := oneView(t)
	pool := d.newPool("Clinic")
	page := d.codeClient(pool, true, "https://portal.example.com/cb")
	d.to(page)
	if n := browser.Eval[int](d.Page, `[...document.querySelectorAll('#access input[type=checkbox]')].filter(i => i.checkVisibility()).length`); n != 0 {
		t.Errorf("%d attributes are in sight", n)
	}
	d.unfold()
	d.choose("write", "address")
	d.save("access")
	d.says("Saved")
	if text := d.Text("#oauth"); strings.Contains(text, "Callback URLs (optional)") || !strings.Contains(text, "Sign-out URLs (optional)") {
		t.Error(text)
	}
}
