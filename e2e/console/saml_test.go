package console_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

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
			d.to(paths.ConsoleArrive)
			d.on("Sign in with a role")
			d.refuses("Your sign-in has expired: it is good for five minutes, and once.")

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
			d.Arrive(d.server.URL + paths.ConsoleArrive)
			d.on("Go on as deploy/ann@example.com?")
			d.Press("button[value=stay]")
			d.Arrive(d.server.URL + paths.Console)
			if got := d.Text("body"); !strings.Contains(got, "read/ann@example.com") || strings.Contains(got, "deploy/ann@example.com") {
				t.Error("who stayed is", got)
			}

			idp.says("https://signin.aws.amazon.com/saml", deploy)
			d.Goto(idp.page.URL)
			d.Submit()
			d.Arrive(d.server.URL + paths.ConsoleArrive)
			d.Press("button[value=go]")
			d.Arrive(d.server.URL + paths.ConsoleProve)
			d.on("Is it you?")
			if got := d.Text("main"); !strings.Contains(got, "come again from your identity provider") {
				t.Error(got)
			}
		})
	}
}

// privateKey makes one that decrypts assertions, and its PEM.
func privateKey(t testing.TB) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

// encrypted makes a provider that encrypts, whose address it answers too.
func (p *samlIdP) encrypted(t testing.TB, s *server.Server, name string) (key *rsa.PrivateKey, address string) {
	t.Helper()
	key, text := privateKey(t)
	made, err := rootIAM(s).CreateSAMLProvider(t.Context(), &iam.CreateSAMLProviderInput{
		Name: &name, SAMLMetadataDocument: aws.String(p.Metadata()), AddPrivateKey: &text, AssertionEncryptionMode: types.AssertionEncryptionModeTypeRequired,
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := rootIAM(s).GetSAMLProvider(t.Context(), &iam.GetSAMLProviderInput{SAMLProviderArn: made.SAMLProviderArn})
	if err != nil {
		t.Fatal(err)
	}
	p.provider = *made.SAMLProviderArn
	return key, s.URL + strings.ReplaceAll(paths.SAMLProvider, ":provider", *got.SAMLProviderUUID)
}

// seals makes a response about ann whose assertion is encrypted.
func (p *samlIdP) seals(recipient string, key *rsa.PrivateKey, roles ...string) string {
	said := map[string][]string{attribute + "RoleSessionName": {"ann@example.com"}}
	for _, r := range roles {
		said[attribute+"Role"] = append(said[attribute+"Role"], r+","+p.provider)
	}
	signed := p.Sign(p.Assertion("ann", recipient, recipient, said).Element())
	return samltest.Encode(p.Response(samltest.Encrypt(signed, key), recipient))
}

// An encrypted assertion signs in at the address of its provider alone, whose key opens it. Attack: bring one that another key
// was meant to open, one of a forger, one made for elsewhere, one that is used already.
func TestAttackEncryptedSAMLInTheConsole(t *testing.T) {
	s := server.Start(t, server.Options{})
	idp := federate(t, s)
	otherKey, other := idp.encrypted(t, s, "Other")
	key, own := idp.encrypted(t, s, "Sealed")
	deploy, read := idp.role(t, s, "deploy", usersOnly), idp.role(t, s, "read", usersOnly)
	forger := *idp
	forger.IdP = samltest.New("https://idp.example.com", time.Now)
	good := idp.seals(own, key, deploy, read)
	v := visitor.New(t, http.DefaultTransport, "")
	post := func(address, response, role string) *visitor.Page {
		return v.Post(address, url.Values{"SAMLResponse": {response}, "role": {role}})
	}
	for name, c := range map[string]struct{ address, response, says string }{
		"where nobody can read it":  {s.URL + paths.SAML, good, "provider's own sign-in address"},
		"at another provider":       {other, good, ""},
		"for another key":           {own, idp.seals(own, otherKey, deploy), ""},
		"made for another provider": {own, idp.seals(other, key, deploy), ""},
		"of a forger":               {own, forger.seals(own, key, deploy), ""},
		"of no provider":            {own + "X", good, "Specified provider doesn't exist"},
	} {
		p := post(c.address, c.response, "0")
		if got := visitor.Text(p.Find("main")); p.Heading() != "Sign in with a role" || !strings.Contains(got, c.says) || strings.Contains(got, "role/deploy") {
			t.Errorf("%s: %q %q", name, p.Heading(), got)
		}
	}
	p := post(own, good, "")
	if action, _ := p.Form(); action != own || p.Heading() != "Sign in with a role" || !strings.Contains(visitor.Text(p.Find("main")), "read") {
		t.Error(action, visitor.Text(p.Find("main")))
	}
	if p := post(own, good, "1"); p.Heading() != "Welcome" {
		t.Error(visitor.Text(p.Find("main")))
	}
	if p := post(own, good, "1"); !strings.Contains(visitor.Text(p.Find("main")), "has been used already") {
		t.Error(visitor.Text(p.Find("main")))
	}
}

// The template for people of a SAML provider takes those whose assertion is encrypted too, for it names the addresses of providers.
func TestARoleTrustedToASAMLProviderIsAssumedByEncryptedAssertions(t *testing.T) {
	s := server.Start(t, server.Options{})
	idp := federate(t, s)
	key, own := idp.encrypted(t, s, "Sealed")
	admin := signedIn(t, s)
	document := admin.Open(s.URL + paths.Link(paths.ConsoleIAMRoleNew, "provider", idp.provider)).Find("textarea")
	savesRole(t, admin, s, "deploy", visitor.Text(document))
	account := strings.Split(idp.provider, ":")[4]
	p := visitor.New(t, http.DefaultTransport, "").Post(own, url.Values{"SAMLResponse": {idp.seals(own, key, "arn:aws:iam::"+account+":role/deploy")}, "role": {"0"}})
	if p.Heading() != "Welcome" {
		t.Errorf("%q %q by %s", p.Heading(), visitor.Text(p.Find("main")), visitor.Text(document))
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
	idp.says(s.URL+paths.SAML, deploy, idp.role(t, s, "read", usersOnly))
	two := url.Values{"SAMLResponse": {idp.response}}
	if action, _ := v.Post(s.URL+paths.SAML, two).Form(); action != s.URL+paths.SAML {
		t.Error("the choice goes to", action)
	}
	for _, provider := range []string{"..%2f..%2fconsole%2fsignout%3fa=b", "samlsp1", "SAMLSP", "SAMLSP1%0a", "%2f%2fevil.example.com"} {
		if p := v.Post(s.URL+paths.SAML+"/acs/"+provider, two); p.Status != http.StatusNotFound || strings.Contains(p.Body, "SAMLResponse") {
			t.Errorf("%s: %d", provider, p.Status)
		}
	}
	for _, relay := range []string{"https://evil.example.com/", "//evil.example.com", "/console/../saml", "javascript:alert(1)", `/\evil.example.com`} {
		idp.says(s.URL+paths.SAML, deploy)
		if p := post("SAMLResponse", idp.response, "RelayState", relay); p.Heading() != "Welcome" {
			t.Errorf("%s: %q", relay, p.Heading())
		}
	}
}

// Attack: make somebody's browser bring a response about the attacker, so that they work as the attacker without knowing.
func TestAttackSAMLInPlaceOfSomebodySignedIn(t *testing.T) {
	s := server.Start(t, server.Options{})
	idp := federate(t, s)
	deploy := idp.role(t, s, "deploy", usersOnly)
	v := signedIn(t, s)
	come := func() *visitor.Page {
		t.Helper()
		idp.says(s.URL+paths.SAML, deploy)
		p := v.Post(s.URL+paths.SAML, url.Values{"SAMLResponse": {idp.response}, "RelayState": {paths.ConsoleMe}})
		if p.Heading() != "Go on as deploy/ann@example.com?" {
			t.Fatalf("%q at %s", p.Heading(), p.URL)
		}
		return p
	}
	is := func(name string) bool {
		t.Helper()
		return strings.Contains(visitor.Text(v.Open(s.URL+paths.ConsoleMe).Find("main")), name)
	}
	p := come()
	if got := visitor.Text(p.Find("main")); !is(administrator) || !strings.Contains(got, administrator+" (") {
		t.Fatal("signed in anew without a question:", got)
	}
	action, form := p.Form("as", "go")
	for name, send := range map[string]func() *visitor.Page{
		"without a token": func() *visitor.Page { return v.Post(action, url.Values{"as": {"go"}}) },
		"with a wrong token": func() *visitor.Page {
			return v.Post(action, url.Values{"as": {"go"}, "_csrf": {strings.Repeat("0", 32)}})
		},
		"a token of the console": func() *visitor.Page {
			return v.Post(action, url.Values{"as": {"go"}, "_csrf": {v.Open(s.URL + paths.ConsoleMe).Field("_csrf")}})
		},
		"by a link":                 func() *visitor.Page { return v.Open(action + "&as=go&_csrf=" + form.Get("_csrf")) },
		"by who does not come":      func() *visitor.Page { return signedIn(t, s).Post(action, form) },
		"by nobody, as a browser's": func() *visitor.Page { return visitor.New(t, nil, "").Post(action, form) },
	} {
		if p := send(); !is(administrator) {
			t.Fatalf("%s: %d, and somebody else is signed in", name, p.Status)
		}
	}
	v.Header.Set("Sec-Fetch-Site", "cross-site")
	if p := v.Post(action, form); p.Status != http.StatusForbidden {
		t.Error("from another site:", p.Status)
	}
	v.Header.Del("Sec-Fetch-Site")
	if !is(administrator) {
		t.Fatal("another site's form changed who is signed in")
	}
	second := come()
	if p := v.Post(action, form); p.Status != http.StatusForbidden || !is(administrator) {
		t.Error("the form of who came before:", p.Status)
	}
	action, form = second.Form("as", "stay")
	if p := v.Post(action, form); p.Heading() == "" || !is(administrator) {
		t.Error("stayed, at", p.URL)
	}
	form.Set("as", "go")
	if v.Post(action, form); !is(administrator) {
		t.Error("went on as whom was left")
	}
	action, form = come().Form("as", "go")
	if p := v.Post(action, form); p.URL.Path != paths.ConsoleMe || !is("assumed-role/deploy/ann@example.com") {
		t.Error("did not go on:", p.URL)
	}
}

// Who comes too late, or a second time, is told so, and where to begin again.
func TestSAMLTooLate(t *testing.T) {
	s := server.Start(t, server.Options{})
	idp := federate(t, s)
	deploy := idp.role(t, s, "deploy", usersOnly)
	late := func(what string, p *visitor.Page) {
		t.Helper()
		got := visitor.Text(p.Find("main"))
		if p.Heading() != "Sign in with a role" || !strings.Contains(got, "has expired") || !strings.Contains(got, "Go back to your identity provider") {
			t.Errorf("%s: %q at %s", what, got, p.URL)
		}
	}
	late("nobody", visitor.New(t, nil, "").Open(s.URL+paths.ConsoleArrive))
	v := signedIn(t, s)
	idp.says(s.URL+paths.SAML, deploy)
	response := url.Values{"SAMLResponse": {idp.response}, "RelayState": {paths.ConsoleMe}}
	question := v.Post(s.URL+paths.SAML, response)
	if got := question.Heading(); got != "Go on as deploy/ann@example.com?" {
		t.Fatal(got)
	}
	change(t, s, `UPDATE console_session SET created = created - $1 WHERE mfa = 'coming'`, (5 * time.Minute).Milliseconds())
	late("after five minutes at the question", question.Send("as", "go"))
	if p := v.Open(s.URL + paths.ConsoleArrive); p.Heading() != "Welcome" {
		t.Error("who is signed in, for nobody:", p.Heading())
	}
}
