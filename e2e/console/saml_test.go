package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/internal/federation/saml/samltest"
	"gatehouse/web/paths"
)

const attribute = "https://aws.amazon.com/SAML/Attributes/"

// samlIdP is a provider that an account trusts, whose page sends people to the console with what response says.
type samlIdP struct {
	*samltest.IdP
	page            *httptest.Server
	response, relay string
	provider        string
}

func federate(t testing.TB, s *server.Server) *samlIdP {
	t.Helper()
	p := &samlIdP{IdP: samltest.New("https://idp.example.com", time.Now)}
	out, err := rootIAM(s).CreateSAMLProvider(t.Context(), &iam.CreateSAMLProviderInput{Name: aws.String("Okta"), SAMLMetadataDocument: aws.String(p.Metadata())})
	if err != nil {
		t.Fatal(err)
	}
	p.provider = *out.SAMLProviderArn
	p.page = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><title>idp</title><link rel="icon" href="data:,"><form method="post" action="%s/saml"><input type="hidden" name="SAMLResponse" value="%s">
			<input type="hidden" name="RelayState" value="%s"><button class="btn-primary" type="submit">Console</button></form>`, s.URL, p.response, p.relay)
	}))
	t.Cleanup(p.page.Close)
	return p
}

// role makes a role of people from the provider.
func (p *samlIdP) role(t testing.TB, s *server.Server, name, policy string) string {
	t.Helper()
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"` + p.provider + `"},"Action":"sts:AssumeRoleWithSAML"}]}`
	out, err := rootIAM(s).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = rootIAM(s).PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String("own"), PolicyDocument: &policy}); err != nil {
		t.Fatal(err)
	}
	return *out.Role.Arn
}

// says makes a response about ann, who may have roles.
func (p *samlIdP) says(recipient string, roles ...string) {
	said := map[string][]string{attribute + "RoleSessionName": {"ann@example.com"}, attribute + "SessionDuration": {"1800"}}
	for _, r := range roles {
		said[attribute+"Role"] = append(said[attribute+"Role"], r+","+p.provider)
	}
	p.response = p.SignedIn("ann", recipient, recipient, said)
}

const usersOnly = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}]}`

func TestSAMLInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("walks through pages in several views")
	}
	b := browser.Start(t)
	for name, view := range views {
		t.Run(name, func(t *testing.T) {
			d := open(t, b, name, view)
			idp := federate(t, d.server)
			deploy, read := idp.role(t, d.server, "deploy", usersOnly), idp.role(t, d.server, "read", usersOnly)
			idp.says(d.server.URL+paths.SAML, deploy, read)
			d.Goto(idp.page.URL)
			d.Submit()
			d.on("Sign in with a role")
			d.choose("role", "1")
			d.Submit()
			d.Arrive(d.server.URL + paths.Console)
			d.on("Welcome")
			d.to(paths.ConsoleMe)
			d.on("Your sign-in")
			if got := d.Text("main"); !strings.Contains(got, ":assumed-role/read/ann@example.com") || strings.Contains(got, "password") {
				t.Error(got)
			}
			d.to(paths.ConsoleMePassword)
			d.on("There is nothing here")

			d.Goto(idp.page.URL) // with what was used
			d.Submit()
			d.Submit()
			d.on("Sign in with a role")
			d.refuses("The SAML assertion has been used already.")

			idp.says("https://signin.aws.amazon.com/saml", deploy)
			idp.relay = paths.ConsoleProve
			d.Goto(idp.page.URL)
			d.Submit()
			d.Arrive(d.server.URL + paths.ConsoleProve)
			d.on("Is it you?")
			if got := d.Text("main"); !strings.Contains(got, "come again from your identity provider") {
				t.Error(got)
			}
		})
	}
}

// Attacks on the way in: nobody comes in by a response that is not the provider's, and nobody is sent elsewhere by one that is.
func TestAttackSAMLInTheConsole(t *testing.T) {
	s := server.Start(t, server.Options{})
	idp := federate(t, s)
	deploy := idp.role(t, s, "deploy", usersOnly)
	v := visitor.New(t, http.DefaultTransport, "")
	post := func(values ...string) *visitor.Page {
		form := url.Values{}
		for i := 0; i < len(values); i += 2 {
			form.Set(values[i], values[i+1])
		}
		return v.Post(s.URL+paths.SAML, form)
	}
	forger := *idp
	forger.IdP = samltest.New("https://idp.example.com", time.Now)
	forger.says(s.URL+paths.SAML, deploy)
	for name, values := range map[string][]string{
		"nothing":           {"x", "y"},
		"no XML":            {"SAMLResponse", "AAAA"},
		"not the provider":  {"SAMLResponse", forger.response},
		"a role by number":  {"SAMLResponse", forger.response, "role", "7"},
		"a role that is no": {"SAMLResponse", forger.response, "role", "-1"},
	} {
		if got := post(values...).Heading(); got != "Sign in with a role" {
			t.Errorf("%s: %q", name, got)
		}
	}
	for _, relay := range []string{"https://evil.example.com/", "//evil.example.com", "/console/../saml", "javascript:alert(1)", `/\evil.example.com`} {
		idp.says(s.URL+paths.SAML, deploy)
		if p := post("SAMLResponse", idp.response, "RelayState", relay); p.Heading() != "Welcome" {
			t.Errorf("%s: %q", relay, p.Heading())
		}
	}
}
