package console_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/browser"
	"gatehouse/web/paths"
)

// codeClient makes an app client that signs people in by the code flow and is the page of the console about it.
func (d *desk) codeClient(pool string, secret bool, callback string) string {
	d.t.Helper()
	made, err := d.idp().CreateUserPoolClient(context.Background(), &cognito.CreateUserPoolClientInput{
		UserPoolId: &pool, ClientName: aws.String("Portal"), GenerateSecret: secret, AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, AllowedOAuthScopes: []string{"openid", "email", "profile"},
		CallbackURLs: []string{callback}, SupportedIdentityProviders: []string{"COGNITO"},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return paths.Link(paths.ConsoleClient, pool, aws.ToString(made.UserPoolClient.ClientId))
}

func TestNoSnippetMakesThePageScrollSideways(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	b := browser.Start(t)
	for _, width := range []int{1280, 390} {
		d := open(t, b, fmt.Sprint(width), browser.View{Width: width})
		d.signIn()
		pool := d.newPool("Clinic")
		for _, secret := range []bool{true, false} {
			d.to(d.codeClient(pool, secret, "https://portal.example.com/cb"))
			n := browser.Eval[int](d.Page, `document.querySelectorAll('details[name="snippet"]').length`)
			if n < 4 {
				t.Errorf("%d snippets", n)
			}
			for i := range n {
				got := browser.Eval[string](d.Page, fmt.Sprintf(`{ const s = document.querySelectorAll('details[name="snippet"]')[%d]; s.open = true;
					const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
					over > 0 ? s.querySelector("summary").textContent + " by " + over : "" }`, i))
				if got != "" {
					t.Errorf("%d px: the page scrolls sideways, %s", width, got)
				}
			}
			d.on("Portal")
		}
	}
}

func TestASnippetIsCopiedAsCode(t *testing.T) {
	d := oneView(t)
	pool := d.newPool("Clinic")
	page := d.codeClient(pool, true, "https://portal.example.com/cb")
	for lang, want := range map[string]string{"en": "Copy code", "de": "Code kopieren"} {
		d.to(page + "?lang=" + lang)
		labels := browser.Eval[[]string](d.Page, `[...document.querySelectorAll('details[name="snippet"] [data-copy]')].map(b => b.textContent.trim())`)
		if len(labels) == 0 {
			t.Error("no button copies a snippet")
		}
		for _, got := range labels {
			if got != want {
				t.Errorf("%s: %q", lang, got)
			}
		}
	}
}
