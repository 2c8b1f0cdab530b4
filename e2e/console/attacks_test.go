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
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

// Names that somebody with an access key chose are text on every page that shows them.
func TestAttackScriptsInNamesOfPoolsClientsAPIsAndTags(t *testing.T) {
	d := oneView(t)
	ctx := context.Background()
	const script = `<img src=x onerror=alert(1)></textarea><script>document.title="owned"</script>`
	made, err := d.idp().CreateUserPool(ctx, &cognito.CreateUserPoolInput{PoolName: aws.String("x"), UserPoolTags: map[string]string{script: script}})
	if err != nil {
		t.Fatal(err)
	}
	pool := made.UserPool.Id
	// The model's patterns keep the worst out of names: what they let through is still markup to a careless page.
	client, err := d.idp().CreateUserPoolClient(ctx, &cognito.CreateUserPoolClientInput{UserPoolId: pool, ClientName: aws.String("a@b.example, c+d=e"), GenerateSecret: true,
		AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, AllowedOAuthScopes: []string{"openid"},
		CallbackURLs: []string{`https://a.example/';id;'`}})
	if err != nil {
		t.Fatal(err)
	}
	identifier := `</pre><script>x</script>'`
	_, err = d.idp().CreateResourceServer(ctx, &cognito.CreateResourceServerInput{UserPoolId: pool, Identifier: &identifier, Name: aws.String("y"),
		Scopes: []types.ResourceServerScopeType{{ScopeName: aws.String(`<script>`), ScopeDescription: aws.String(script)}}})
	if err != nil {
		t.Fatal(err)
	}
	id := aws.ToString(client.UserPoolClient.ClientId)
	key := base64.RawURLEncoding.EncodeToString([]byte(identifier))
	for _, path := range []string{
		paths.Link(paths.ConsolePools, "text", script), paths.Link(paths.ConsolePool, *pool), paths.Link(paths.ConsoleDomain, *pool), paths.Link(paths.ConsoleAPI, *pool, key),
		paths.Link(paths.ConsoleClients, *pool), paths.Link(paths.ConsoleClient, *pool, id), paths.Link(paths.ConsoleClientNew, *pool), paths.Link(paths.ConsoleDomainDelete, *pool, "domain", script),
	} {
		d.to(path)
		if n := browser.Eval[int](d.Page, `document.querySelectorAll("main script, main img, [onerror]").length`); n != 0 {
			t.Errorf("%s: %d elements of a name", path, n)
		}
		if strings.Contains(browser.Eval[string](d.Page, `document.title`), "owned") || len(d.Faults()) > 0 {
			t.Errorf("%s: a script ran, or was stopped by the policy alone", path)
		}
	}
	d.to(paths.Link(paths.ConsoleClient, *pool, id))
	if code := browser.Eval[string](d.Page, `document.querySelector("#snippets").closest("section").textContent`); !strings.Contains(code, `'\''`) {
		t.Error("a quote in a callback URL ends the word of a shell snippet")
	}
}

// Ids that are not the account's, or of no shape, are answered alike: there is nothing here. Nothing is written either.
func TestAttackIDsOfOthersInPoolPages(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	token := v.Open(s.URL + paths.ConsoleMe).Field("_csrf")
	for _, pool := range []string{"us-east-1_NOSUCHPL1", "eu-west-1_NOSUCHPL1", "..%2f..", "us-east-1_'--"} {
		for _, pattern := range []string{
			paths.ConsolePool, paths.ConsolePoolDelete, paths.ConsoleSignInSettings, paths.ConsoleSignInSection, paths.ConsoleAttributes, paths.ConsoleClients, paths.ConsoleClientNew, paths.ConsoleClient,
			paths.ConsoleClientSection, paths.ConsoleClientSecrets, paths.ConsoleClientDelete, paths.ConsoleDomain, paths.ConsoleDomainDelete, paths.ConsoleAPINew, paths.ConsoleAPI, paths.ConsoleAPIDelete, paths.ConsolePoolTags,
		} {
			at := s.URL + paths.Link(pattern, pool, "4pq9r2s7t1u5v8w3x6y0z2a4b6", "password")
			if p := v.Open(at); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest || p.Heading() == "" {
				t.Errorf("GET %s: %d %q", at, p.Status, p.Heading())
			}
			if pattern == paths.ConsolePool || pattern == paths.ConsoleSignInSettings || pattern == paths.ConsoleClients || pattern == paths.ConsoleClient {
				continue // nothing is posted there
			}
			if p := v.Post(at, url.Values{"_csrf": {token}, "name": {"x"}, "confirm": {"x"}}); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
				t.Errorf("POST %s: %d", at, p.Status)
			}
		}
	}
}
