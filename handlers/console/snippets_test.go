package console

import (
	"strconv"
	"strings"
	"testing"

	"gatehouse/web/paths"
)

func TestAnAppListensWhereItsCallbackURLLeads(t *testing.T) {
	for callback, want := range map[string]site{
		"http://localhost:4711/cb":    {Host: "localhost", Port: "4711", Callback: "/cb", Home: "/", SignIn: "/signin", SignOut: "/signout"},
		"http://127.0.0.1/cb":         {Host: "127.0.0.1", Port: "80", Callback: "/cb", Home: "/", SignIn: "/signin", SignOut: "/signout"},
		"https://app.example.com/a/b": {Host: "localhost", Port: "3000", Callback: "/a/b", Home: "/", SignIn: "/signin", SignOut: "/signout", Secure: true},
		"https://localhost:8443/cb":   {Host: "localhost", Port: "3000", Callback: "/cb", Home: "/", SignIn: "/signin", SignOut: "/signout", Secure: true},
		"http://localhost:3000":       {Host: "localhost", Port: "3000", Callback: "/", Home: "/start", SignIn: "/signin", SignOut: "/signout"},
		"http://localhost:3000/signin": {Host: "localhost", Port: "3000", Callback: "/signin", Home: "/",
			SignIn: "/start/signin", SignOut: "/signout"},
	} {
		if got := siteOf(callback); got != want {
			t.Errorf("%s: %+v, want %+v", callback, got, want)
		}
	}
}

// What a client is called stands in quotes in every language, so that no value of it becomes code.
func TestAttackSnippetValuesStayInTheirQuotes(t *testing.T) {
	const evil = "http://localhost:3000/'\"`${x}{{y}}$(z)*/\\"
	a := app{Endpoint: evil, Region: "us-east-1", Pool: evil, Issuer: evil, Hosted: evil, ID: evil, Redirect: evil, Logout: evil, Scopes: []string{evil}, Secret: true, site: siteOf(evil)}
	for _, file := range snippetTexts.Templates() {
		name, ok := strings.CutSuffix(file.Name(), ".tmpl")
		if !ok {
			continue
		}
		var code strings.Builder
		if err := snippetTexts.ExecuteTemplate(&code, file.Name(), a); err != nil {
			t.Fatal(err)
		}
		left := code.String()
		for _, v := range []string{evil, a.Scope(), a.Domain(), a.TokenURL(), a.AuthorizeURL(), a.Issuer + paths.Discovery, a.CallbackRoute()} {
			left = strings.NewReplacer(strconv.Quote(v), "", shell(v), "").Replace(left)
		}
		if code.Len() == len(left) || strings.Contains(left, "(z)") {
			t.Errorf("%s: %s", name, left)
		}
	}
}
