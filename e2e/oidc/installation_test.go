package oidc_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"golang.org/x/net/html"

	"gatehouse/e2e/server"
)

const username, password = "ann", "Correct-horse-9"

// installation is the built program with a pool and a user, made through the SDK.
type installation struct {
	*server.Server
	t    *testing.T
	sdk  *idp.Client
	pool string
	sub  string
}

func install(t *testing.T) *installation {
	t.Helper()
	if testing.Short() {
		t.Skip("starts the built program")
	}
	s := server.Start(t, server.Options{})
	i := &installation{Server: s, t: t, sdk: idp.NewFromConfig(awssdk.Config{Region: region, BaseEndpoint: &s.URL,
		Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})}
	pool, err := i.sdk.CreateUserPool(t.Context(), &idp.CreateUserPoolInput{PoolName: awssdk.String("people")})
	if err != nil {
		t.Fatal(err)
	}
	i.pool = *pool.UserPool.Id
	user, err := i.sdk.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{UserPoolId: &i.pool, Username: awssdk.String(username),
		MessageAction: types.MessageActionTypeSuppress, UserAttributes: []types.AttributeType{
			{Name: awssdk.String("email"), Value: awssdk.String("ann@example.com")}, {Name: awssdk.String("email_verified"), Value: awssdk.String("true")},
		}})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range user.User.Attributes {
		if *a.Name == "sub" {
			i.sub = *a.Value
		}
	}
	if _, err := i.sdk.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{UserPoolId: &i.pool, Username: awssdk.String(username),
		Password: awssdk.String(password), Permanent: true}); err != nil {
		t.Fatal(err)
	}
	return i
}

func (i *installation) issuer() string { return i.URL + "/" + i.pool }

// app makes a client for a relying party at an origin.
func (i *installation) app(secret bool, callback, bye string) (id, secretValue string) {
	i.t.Helper()
	out, err := i.sdk.CreateUserPoolClient(i.t.Context(), &idp.CreateUserPoolClientInput{
		UserPoolId: &i.pool, ClientName: awssdk.String("app"), GenerateSecret: secret, CallbackURLs: []string{callback}, LogoutURLs: []string{bye},
		AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode},
		AllowedOAuthScopes: []string{"openid", "email", "profile"}, SupportedIdentityProviders: []string{"COGNITO"},
	})
	if err != nil {
		i.t.Fatal(err)
	}
	return *out.UserPoolClient.ClientId, awssdk.ToString(out.UserPoolClient.ClientSecret)
}

// browser is a plain HTTP client with cookies that fills in the forms it meets. It stops at until, a URL
// prefix that belongs to the relying party.
type browser struct {
	*http.Client
	t     *testing.T
	until string
}

func newBrowser(t *testing.T, until string) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, until: until, Client: &http.Client{Jar: jar, Transport: asBrowser{}}}
	b.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if b.until != "" && strings.HasPrefix(r.URL.String(), b.until) {
			return http.ErrUseLastResponse
		}
		if len(via) > 10 {
			return fmt.Errorf("redirected for ever, to %s", r.URL)
		}
		return nil
	}
	return b
}

// asBrowser asks for pages, as relying parties expect of a browser.
type asBrowser struct{}

func (asBrowser) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	return http.DefaultTransport.RoundTrip(r)
}

// arrives tells where a response went: the relying party's URL, or the page that it is.
func (b *browser) arrives(res *http.Response, err error) (*url.URL, *html.Node) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	if l, err := res.Location(); err == nil {
		return l, nil
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	page, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		b.t.Fatal(err)
	}
	if res.StatusCode >= 400 {
		b.t.Logf("%d at %s: %s", res.StatusCode, res.Request.URL, body)
	}
	return res.Request.URL, page
}

// signIn opens a URL, signs in on the pages that come, and answers where it ended.
func (b *browser) signIn(start string) *url.URL {
	b.t.Helper()
	at, page := b.arrives(b.Get(start))
	for range 4 {
		if page == nil {
			return at
		}
		action, values := b.form(at, page)
		at, page = b.arrives(b.PostForm(action, values))
	}
	b.t.Fatalf("did not get past %s", at)
	return nil
}

// form fills in the first form of a page that asks for a name or a password.
func (b *browser) form(at *url.URL, page *html.Node) (string, url.Values) {
	b.t.Helper()
	for f := range find(page, "form") {
		values, asks := url.Values{}, false
		for in := range find(f, "input") {
			name := attr(in, "name")
			switch {
			case name == "":
			case attr(in, "type") == "password":
				values.Set(name, password)
				asks = true
			case strings.Contains(strings.ToLower(name), "user"):
				values.Set(name, username)
				asks = true
			case attr(in, "type") == "hidden":
				values.Set(name, attr(in, "value"))
			}
		}
		if asks {
			to, err := at.Parse(attr(f, "action"))
			if err != nil {
				b.t.Fatal(err)
			}
			return to.String(), values
		}
	}
	b.t.Fatalf("no form to sign in at %s", at)
	return "", nil
}

func find(n *html.Node, tag string) func(func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		for d := range n.Descendants() {
			if d.Type == html.ElementNode && d.Data == tag && !yield(d) {
				return
			}
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
