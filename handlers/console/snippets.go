package console

import (
	"embed"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/web/paths"
)

// snippetTexts are the snippets, a file each. Whatever they are filled with stands in quotes: of q and list in Go,
// JavaScript and Python alike, of sh in a shell.
var snippetTexts = template.Must(template.New("").Funcs(template.FuncMap{"q": strconv.Quote, "list": quoted, "sh": shell}).ParseFS(snippetFiles, "snippets/*.tmpl"))

//go:embed snippets/*.tmpl
var snippetFiles embed.FS

// app is what of a client its snippets need. No snippet holds a secret: it is pasted into places that are shared.
type app struct {
	Endpoint, Region, Pool, Issuer, Hosted string
	ID, Redirect                           string
	Logout                                 string // "" where the client has no sign-out URL
	Scopes                                 []string
	Secret, Machine                        bool
	site
}

// snippets are for the SDKs that an app of this kind uses.
func (h *Handlers) snippets(v *visit, c *types.UserPoolClientType) ([]pages.Snippet, error) {
	kind := kindOf(c)
	a := app{
		Endpoint: h.URL, Region: v.region, Pool: v.pool.ID, Issuer: h.issuer(v.pool.ID), Hosted: v.hosted, ID: aws.ToString(c.ClientId),
		Redirect: exampleCallback, Scopes: c.AllowedOAuthScopes, Secret: c.ClientSecret != nil, Machine: kind == "machine",
	}
	if len(c.CallbackURLs) > 0 {
		a.Redirect = c.CallbackURLs[0]
	}
	if len(c.LogoutURLs) > 0 {
		a.Logout = c.LogoutURLs[0]
	}
	a.site = siteOf(a.Redirect)
	web := v.t.T("console.snippet.whole")
	all := map[string]pages.Snippet{
		"go":      {Title: "Go: go-oidc", About: web + " " + v.t.T("console.snippet.example", "Path", "examples/web-go")},
		"node":    {Title: "Node: openid-client", About: web},
		"python":  {Title: "Python: Flask, Authlib", About: web},
		"curl":    {Title: "curl", About: v.t.T("console.snippet.curl")},
		"oidc-js": {Title: "JavaScript: oidc-client-ts", About: v.t.T("console.snippet.oidc")},
		"amplify": {Title: "AWS Amplify"},
		"cognito": {Title: "JavaScript: amazon-cognito-identity-js", About: v.t.T("console.snippet.srp") + " " + v.t.T("console.snippet.example", "Path", "examples/spa-js")},
		"boto3":   {Title: "Python: boto3", About: v.t.T("console.snippet.signed")},
		"cli":     {Title: "AWS CLI", About: v.t.T("console.snippet.signed")},
	}
	var out []pages.Snippet
	for _, id := range snippetsOf(kind) {
		s := all[id]
		var code strings.Builder
		if err := snippetTexts.ExecuteTemplate(&code, id+".tmpl", a); err != nil {
			return nil, err
		}
		s.ID, s.Code = id, code.String()
		out = append(out, s)
	}
	return out, nil
}

func snippetsOf(kind string) []string {
	switch kind {
	case "machine":
		return []string{"curl", "boto3", "cli"}
	case "web":
		return []string{"go", "node", "python", "curl", "boto3", "cli"}
	}
	return []string{"oidc-js", "amplify", "cognito", "curl", "cli"}
}

// Scope is the scopes as OAuth writes them.
func (a app) Scope() string { return strings.Join(a.Scopes, " ") }

// Domain is where the hosted pages are, as Amplify wants it.
func (a app) Domain() string {
	_, rest, _ := strings.Cut(a.Hosted, "://")
	return rest
}

// PlainHTTP tells whether the issuer is without TLS, which libraries want to be told.
func (a app) PlainHTTP() bool { return strings.HasPrefix(a.Issuer, "http://") }

// TokenURL is the token endpoint.
func (a app) TokenURL() string { return a.Hosted + paths.Token }

// AuthorizeURL begins a sign-in.
func (a app) AuthorizeURL() string {
	q := url.Values{"response_type": {"code"}, "client_id": {a.ID}, "redirect_uri": {a.Redirect}, "scope": {a.Scope()}}
	return a.Hosted + paths.Authorize + "?" + q.Encode()
}

// exampleCallback stands in where a client has no callback URL.
const exampleCallback = "http://localhost:3000/callback"

// site is where an app with a server listens and what its pages' paths are, by its callback URL: one of this machine
// says the port too, behind any other there is a proxy.
type site struct {
	Host, Port                      string
	Callback, Home, SignIn, SignOut string // paths
	Secure                          bool   // browsers see https
}

func siteOf(callback string) site {
	s := site{Host: "localhost", Port: "3000", Callback: "/", Home: "/", SignIn: "/signin", SignOut: "/signout"}
	u, err := url.Parse(callback)
	if err != nil {
		return s
	}
	s.Secure = u.Scheme == "https"
	if host := u.Hostname(); u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1") {
		s.Host, s.Port = host, "80"
		if u.Port() != "" {
			s.Port = u.Port()
		}
	}
	if u.EscapedPath() != "" {
		s.Callback = u.EscapedPath()
	}
	for _, path := range []*string{&s.Home, &s.SignIn} { // those that are asked for by GET too
		if *path == s.Callback {
			*path = "/start" + strings.TrimSuffix(*path, "/")
		}
	}
	return s
}

// Listen is the address to listen on.
func (s site) Listen() string { return net.JoinHostPort(s.Host, s.Port) }

// HomePattern and CallbackPattern match the one path for Go's ServeMux, and CallbackRoute for Flask.
func (s site) HomePattern() string     { return exactly(s.Home) }
func (s site) CallbackPattern() string { return exactly(s.Callback) }

// CallbackRoute is the callback's path as Flask compares it.
func (s site) CallbackRoute() string {
	path, err := url.PathUnescape(s.Callback)
	if err != nil {
		return s.Callback
	}
	return path
}

func exactly(path string) string {
	if strings.HasSuffix(path, "/") {
		return path + "{$}"
	}
	return path
}

// shell is a word that a shell takes as it is.
func shell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// quoted are strings of Go, JavaScript and Python alike.
func quoted(values []string) string {
	out := slices.Clone(values)
	for i, v := range out {
		out[i] = strconv.Quote(v)
	}
	return strings.Join(out, ", ")
}
