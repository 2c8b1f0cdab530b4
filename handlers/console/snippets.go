package console

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/web/paths"
)

// app is what of a client its snippets need. No snippet holds a secret: it is pasted into places that are shared.
type app struct {
	endpoint, region, pool, issuer, hosted string
	id, redirect, logout                   string
	scopes                                 []string
	secret                                 bool
}

// snippets are for the SDKs that an app of this kind uses.
func (h *Handlers) snippets(v *visit, c *types.UserPoolClientType) []pages.Snippet {
	a := app{
		endpoint: h.URL, region: v.region, pool: v.pool.ID, issuer: h.issuer(v.pool.ID), hosted: v.hosted, id: aws.ToString(c.ClientId),
		redirect: "https://app.example.com/callback", logout: "https://app.example.com/", scopes: c.AllowedOAuthScopes, secret: c.ClientSecret != nil,
	}
	if len(c.CallbackURLs) > 0 {
		a.redirect = c.CallbackURLs[0]
	}
	if len(c.LogoutURLs) > 0 {
		a.logout = c.LogoutURLs[0]
	}
	all := map[string]pages.Snippet{
		"curl":    {Title: "curl", About: v.t.T("console.snippet.curl"), Code: a.curl(kindOf(c))},
		"go":      {Title: "Go: go-oidc", About: v.t.T("console.snippet.oidc"), Code: a.goOIDC()},
		"oidc-js": {Title: "JavaScript: oidc-client-ts", About: v.t.T("console.snippet.oidc"), Code: a.oidcJS()},
		"amplify": {Title: "AWS Amplify", Code: a.amplify()},
		"cognito": {Title: "JavaScript: amazon-cognito-identity-js", About: v.t.T("console.snippet.srp"), Code: a.cognitoJS()},
		"boto3":   {Title: "Python: boto3", About: v.t.T("console.snippet.signed"), Code: a.boto3()},
		"cli":     {Title: "AWS CLI", About: v.t.T("console.snippet.signed"), Code: a.cli()},
	}
	var out []pages.Snippet
	for _, id := range snippetsOf(kindOf(c)) {
		s := all[id]
		s.ID = id
		out = append(out, s)
	}
	return out
}

func snippetsOf(kind string) []string {
	switch kind {
	case "machine":
		return []string{"curl", "boto3", "cli"}
	case "web":
		return []string{"go", "curl", "boto3", "cli"}
	}
	return []string{"oidc-js", "amplify", "cognito", "curl", "cli"}
}

func (a app) curl(kind string) string {
	proof, auth := ` -d client_id=`+shell(a.id), ""
	if a.secret {
		proof, auth = "", ` -u `+shell(a.id)+`:"$CLIENT_SECRET"`
	}
	post := "curl -sS" + auth + " " + shell(a.hosted+paths.Token) + " \\\n"
	if kind == "machine" {
		return post + "  -d grant_type=client_credentials --data-urlencode scope=" + shell(strings.Join(a.scopes, " ")) + "\n"
	}
	q := url.Values{"response_type": {"code"}, "client_id": {a.id}, "redirect_uri": {a.redirect}, "scope": {strings.Join(a.scopes, " ")}}
	return "# 1. Open this in a browser and sign in. Apps add state, nonce and PKCE.\n" +
		"xdg-open " + shell(a.hosted+paths.Authorize+"?"+q.Encode()) + "\n" +
		"# 2. Trade the code in the address that you end at.\n" + post +
		`  -d grant_type=authorization_code --data-urlencode code="$CODE"` + proof + " \\\n" +
		"  --data-urlencode redirect_uri=" + shell(a.redirect) + "\n"
}

// shell is a word that a shell takes as it is.
func shell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func (a app) goOIDC() string {
	return fmt.Sprintf(`provider, err := oidc.NewProvider(ctx, %q)
if err != nil {
	return err
}
config := oauth2.Config{
	ClientID:     %q,
	ClientSecret: os.Getenv("CLIENT_SECRET"),
	RedirectURL:  %q,
	Endpoint:     provider.Endpoint(),
	Scopes:       []string{%s},
}
verifier := provider.Verifier(&oidc.Config{ClientID: config.ClientID})
`, a.issuer, a.id, a.redirect, quoted(a.scopes))
}

func (a app) oidcJS() string {
	return fmt.Sprintf(`import { UserManager } from "oidc-client-ts";

const users = new UserManager({
  authority: %q,
  client_id: %q,
  redirect_uri: %q,
  post_logout_redirect_uri: %q,
  scope: %q,
});
await users.signinRedirect();           // where people sign in
const user = await users.signinCallback(); // at the redirect URI
`, a.issuer, a.id, a.redirect, a.logout, strings.Join(a.scopes, " "))
}

func (a app) cognitoJS() string {
	return fmt.Sprintf(`import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";

const pool = new CognitoUserPool({
  UserPoolId: %q,
  ClientId: %q,
  endpoint: %q,
});
const user = new CognitoUser({ Username: email, Pool: pool });
user.authenticateUser(new AuthenticationDetails({ Username: email, Password: password }), {
  onSuccess: (session) => console.log(session.getIdToken().getJwtToken()),
  onFailure: console.error,
});
`, a.pool, a.id, a.endpoint)
}

func (a app) amplify() string {
	domain := a.hosted
	if _, rest, ok := strings.Cut(a.hosted, "://"); ok {
		domain = rest
	}
	return fmt.Sprintf(`import { Amplify } from "aws-amplify";

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: %q,
      userPoolClientId: %q,
      userPoolEndpoint: %q,
      loginWith: {
        oauth: {
          domain: %q,
          scopes: [%s],
          redirectSignIn: [%q],
          redirectSignOut: [%q],
          responseType: "code",
        },
      },
    },
  },
});
`, a.pool, a.id, a.endpoint, domain, quoted(a.scopes), a.redirect, a.logout)
}

func (a app) boto3() string {
	return fmt.Sprintf(`import boto3

idp = boto3.client("cognito-idp", endpoint_url=%q, region_name=%q)
print(idp.describe_user_pool_client(UserPoolId=%q, ClientId=%q))
`, a.endpoint, a.region, a.pool, a.id)
}

func (a app) cli() string {
	return fmt.Sprintf(`aws cognito-idp describe-user-pool-client \
  --endpoint-url %s --region %s \
  --user-pool-id %s --client-id %s
`, shell(a.endpoint), a.region, a.pool, a.id)
}

// quoted are strings of Go, JavaScript and Python alike.
func quoted(values []string) string {
	out := slices.Clone(values)
	for i, v := range out {
		out[i] = strconv.Quote(v)
	}
	return strings.Join(out, ", ")
}
