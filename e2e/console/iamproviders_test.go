package console_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/internal/federation/saml/samltest"
	"gatehouse/web/paths"
)

func TestIdentityProvidersInABrowser(t *testing.T) {
	metadata := samltest.New("https://idp.example.com/a&amp;b", time.Now).Metadata()
	_, key := privateKey(t)
	everyView(t, func(t *testing.T, d *desk) {
		d.to(paths.ConsoleIAMProviders)
		d.on("Identity providers")
		d.Press(`a[href="` + paths.ConsoleIAMOIDCNew + `"]`)
		d.on("Add OpenID Connect provider")
		d.Submit()
		d.refuses("Give the address")
		d.Fill("url", "http://ci.example.com")
		d.write("audiences", "deploy\nrelease")
		d.Submit()
		d.refuses("it must begin with https://")
		d.Fill("url", "https://ci.example.com/org")
		d.Submit()
		d.says("The provider is added")
		d.on("ci.example.com/org")
		d.Press(`form[action$="/audiences"] button[value="release"]`)
		d.says("The audience is removed")
		d.Fill("audience", "nightly")
		d.Press(`form.card-foot[action$="/audiences"] .btn`)
		d.says("The audience is added")

		d.Press(".page-head .btn-primary")
		d.on("Create role")
		if got := d.value("document") + d.value("t_oidc"); !strings.Contains(got, `"ci.example.com/org:aud": "deploy"`) || !strings.HasSuffix(got, ":oidc-provider/ci.example.com/org") {
			t.Errorf("the role begins with %s", got)
		}
		d.press("check")
		if got := d.Text("main"); strings.Contains(got, "is no action") {
			t.Errorf("the check warns of the template's action: %s", got)
		}
		d.Fill("name", "pipeline")
		d.press("review")
		d.press("save")
		d.says("The role is created")

		d.to(paths.ConsoleIAMSAMLNew)
		d.on("Add SAML provider")
		d.Fill("name", "Okta")
		d.write("metadata", "no document")
		d.Submit()
		d.refuses("This is not XML")
		if got := d.value("name") + d.value("metadata"); got != "Oktano document" {
			t.Errorf("what was typed is gone: %q", got)
		}
		d.write("metadata", metadata)
		d.leave()
		d.Submit()
		d.Fill("proof_password", server.RootPassword) // and goes on with what was typed
		d.Submit()
		d.says("The provider is added")
		d.on("Okta")
		if got := d.Text("main"); !strings.Contains(got, "https://idp.example.com/a&b") || !strings.Contains(got, "No end") {
			t.Errorf("details: %s", got)
		}
		d.Press(`a[href$="/metadata"]`)
		d.on("Replace metadata")
		d.Press("form.card .btn-quiet")
		d.Press(`a[href$="/keys"]`)
		d.on("Keys and encryption")
		d.write("private_key", "no key")
		d.Press("#add .btn")
		d.refuses("it is not PEM")
		if got := d.value("private_key"); got != "" {
			t.Errorf("a key is shown again: %q", got)
		}
		d.write("private_key", key)
		d.Press("#add .btn")
		d.says("The private key is added")
		d.on("Keys and encryption")
		d.pick("encryption", "Required: encrypted alone")
		d.Press("#encryption-form .btn-secondary")
		d.says("The encryption of assertions is saved")
		d.Press(`button[name="remove"]`)
		d.refuses("can be required only of a provider with a private key")
		d.pick("encryption", "Allowed: encrypted or not")
		d.Press("#encryption-form .btn-secondary")
		d.Press(`button[name="remove"]`)
		d.says("The private key is removed")
		d.Press("#encryption-form .btn-quiet")
		d.Press(".page-head .btn-danger")
		d.Fill("confirm", "Okta")
		d.Press("form.card .btn-danger")
		d.says("The provider is deleted")
		if got := d.rows(); len(got) != 1 || got[0] != "ci.example.com/org" {
			t.Errorf("left: %q", got)
		}
	})
}

// providersOf is a program with a provider of each kind, by their pages.
func providersOf(t *testing.T, s *server.Server) (oidc, saml string) {
	t.Helper()
	ctx := t.Context()
	issuer, err := rootIAM(s).CreateOpenIDConnectProvider(ctx, &iam.CreateOpenIDConnectProviderInput{Url: aws.String("https://ci.example.com"), ClientIDList: []string{`<b id="evil">x</b>`},
		Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}})
	if err != nil {
		t.Fatal(err)
	}
	people, err := rootIAM(s).CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{Name: aws.String("Okta"),
		SAMLMetadataDocument: aws.String(samltest.New(`&lt;b id=&quot;evil&quot;&gt;`, time.Now).Metadata())})
	if err != nil {
		t.Fatal(err)
	}
	at := func(arn *string) string { return s.URL + paths.Link(paths.ConsoleIAMProvider, base64URL(*arn)) }
	return at(issuer.OpenIDConnectProviderArn), at(people.SAMLProviderArn)
}

// Attack: reach by address and forged form what the buttons are not shown for.
func TestAttackIdentityProvidersAndSettings(t *testing.T) {
	s := server.Start(t, server.Options{})
	admin := signedIn(t, s)
	oidc, saml := providersOf(t, s)
	for _, page := range []string{oidc, saml, s.URL + paths.ConsoleIAMProviders} {
		if p := admin.Open(page); p.Status != http.StatusOK || strings.Contains(p.Body, `id="evil"`) {
			t.Errorf("%s: %d, with markup of others: %v", page, p.Status, strings.Contains(p.Body, `id="evil"`))
		}
	}
	for _, junk := range []string{"%%%", "eHl6", base64URL("arn:aws:iam::210987654321:saml-provider/Okta"), base64URL("arn:aws:iam::x:role/Okta")} {
		if p := admin.Open(s.URL + paths.Link(paths.ConsoleIAMProvider, junk)); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", junk, p.Status)
		}
	}
	theirs := paths.Link(paths.ConsoleIAMRoleNew, "provider", "arn:aws:iam::210987654321:saml-provider/Okta")
	if p := admin.Open(s.URL + theirs); strings.Contains(visitor.Text(p.Find("textarea"))+p.Field("t_saml"), "210987654321") {
		t.Error("a link makes a role begin with a provider of another account")
	}

	addUser(t, s, "eve", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"}]}`, false)
	eve, _ := userIn(t, s, "eve", firstPassword)
	addUser(t, s, "reader", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"}]}`, false)
	reader, _ := userIn(t, s, "reader", firstPassword)
	tokenOf := func(who *visitor.Visitor) string { return who.Open(s.URL + paths.ConsoleMe).Field("_csrf") }
	_, key := privateKey(t)
	newMetadata := samltest.New("evil", time.Now).Metadata()
	acts := []struct {
		at, operation string
		form          url.Values
	}{
		{s.URL + paths.ConsoleIAMOIDCNew, "CreateOpenIDConnectProvider", url.Values{"url": {"https://evil.example"}, "audiences": {"x"}}},
		{s.URL + paths.ConsoleIAMSAMLNew, "CreateSAMLProvider", url.Values{"name": {"evil"}, "metadata": {newMetadata}}},
		{oidc + "/audiences", "AddClientIDToOpenIDConnectProvider", url.Values{"audience": {"evil"}}},
		{oidc + "/audiences", "RemoveClientIDFromOpenIDConnectProvider", url.Values{"remove": {"x"}}},
		{oidc + "/thumbprints", "UpdateOpenIDConnectProviderThumbprint", url.Values{"thumbprints": {strings.Repeat("ab", 20)}}},
		{oidc + "/tags", "TagOpenIDConnectProvider", url.Values{"was": {"a = b"}, "tags": {"a = evil"}}},
		{oidc + "/tags", "UntagOpenIDConnectProvider", url.Values{"was": {"a = b"}, "tags": {""}}},
		{oidc + "/delete", "DeleteOpenIDConnectProvider", url.Values{"confirm": {"ci.example.com"}}},
		{saml + "/delete", "DeleteSAMLProvider", url.Values{"confirm": {"Okta"}}},
		{saml + "/metadata", "UpdateSAMLProvider", url.Values{"metadata": {newMetadata}}},
		{saml + "/keys", "UpdateSAMLProvider", url.Values{"private_key": {key}}},
		{saml + "/keys", "UpdateSAMLProvider", url.Values{"encryption": {"Allowed"}}},
		{saml + "/keys", "UpdateSAMLProvider", url.Values{"remove": {"SAMLPKAAAAAAAAAAAAAAAA"}}},
		{saml + "/tags", "TagSAMLProvider", url.Values{"tags": {"a = evil"}}},
		{saml + "/tags", "UntagSAMLProvider", url.Values{"was": {"a = b"}, "tags": {""}}},
		{s.URL + paths.ConsoleIAMAlias, "CreateAccountAlias", url.Values{"alias": {"evil"}}},
		{s.URL + paths.ConsoleIAMAliasDelete, "DeleteAccountAlias", url.Values{"confirm": {"acme"}}},
		{s.URL + paths.ConsoleIAMPasswordPolicy, "UpdateAccountPasswordPolicy", url.Values{"length": {"6"}}},
		{s.URL + paths.ConsoleIAMPasswordPolicy, "DeleteAccountPasswordPolicy", url.Values{"act": {"default"}}},
		{s.URL + paths.ConsoleIAMCredentialReport, "GenerateCredentialReport", url.Values{}},
	}
	for _, c := range []struct {
		who         *visitor.Visitor
		name, token string
		named       bool // the refusal names the operation, for nothing before it is refused
	}{{eve, "who may nothing", tokenOf(eve), false}, {reader, "who may read", tokenOf(reader), true}, {admin, "without a token", "forged", false}} {
		for _, a := range acts {
			a.form.Set("_csrf", c.token)
			p := upload(t, c.who, a.at, a.form, nil)
			if !strings.HasSuffix(a.at, "/metadata") && a.at != s.URL+paths.ConsoleIAMSAMLNew {
				p = c.who.Post(a.at, a.form)
			}
			text := visitor.Text(p.Find("main"))
			if p.Status != http.StatusForbidden && !strings.Contains(text, "is not authorized to perform") || strings.HasPrefix(p.Header.Get("Content-Type"), "text/csv") {
				t.Errorf("%s by one %s: %d %s", a.operation, c.name, p.Status, text)
			}
			if c.named && !strings.Contains(text, "is not authorized to perform: iam:"+a.operation+" ") {
				t.Errorf("%s by one %s is refused otherwise: %d %s", a.operation, c.name, p.Status, text)
			}
		}
	}
	for _, page := range []string{oidc, saml, oidc + "/delete", saml + "/metadata", saml + "/metadata.xml", saml + "/keys", s.URL + paths.ConsoleIAMAliasDelete, s.URL + paths.ConsoleIAMProviders, s.URL + paths.ConsoleIAMAccount} {
		if text := visitor.Text(eve.Open(page).Find("main")); !strings.Contains(text, "is not authorized to perform") || strings.Contains(text, "acme") {
			t.Errorf("%s: %s", page, text)
		}
	}
	if text := visitor.Text(eve.Open(s.URL + paths.Link(paths.ConsoleFind, "q", "ci.example")).Find("main")); strings.Contains(text, "ci.example.com") {
		t.Errorf("found: %s", text)
	}
	root, ctx := rootIAM(s), t.Context()
	issuer, err := root.GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: aws.String(arnAt(t, oidc))})
	if err != nil || len(issuer.ClientIDList) != 1 || len(issuer.ThumbprintList) != 0 || *issuer.Tags[0].Value != "b" {
		t.Errorf("%+v %v", issuer, err)
	}
	people, err := root.GetSAMLProvider(ctx, &iam.GetSAMLProviderInput{SAMLProviderArn: aws.String(arnAt(t, saml))})
	if err != nil || strings.Contains(*people.SAMLMetadataDocument, `entityID="evil"`) || len(people.Tags) != 0 || len(people.PrivateKeyList) != 0 || people.AssertionEncryptionMode != "" {
		t.Errorf("%+v %v", people, err)
	}
	if got := providerCount(t, root); got != 2 {
		t.Errorf("%d providers", got)
	}
	if alias, err := root.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{}); err != nil || len(alias.AccountAliases) != 1 || alias.AccountAliases[0] != "acme" {
		t.Errorf("%+v %v", alias, err)
	}
}

// Attack: a link that makes a new role begin with more than a provider of the account, and a forged template that does.
func TestAttackNewRolesOfAProvider(t *testing.T) {
	s := server.Start(t, server.Options{})
	admin := signedIn(t, s)
	oidc, saml := providersOf(t, s)
	issuer, people := arnAt(t, oidc), arnAt(t, saml)
	addUser(t, s, "eve", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:CreateRole","Resource":"*"}]}`, false)
	eve, _ := userIn(t, s, "eve", firstPassword)
	at := func(provider string) string {
		return s.URL + paths.ConsoleIAMRoleNew + "?" + url.Values{"provider": {provider}}.Encode()
	}
	begins := func(p *visitor.Page) string {
		return visitor.Text(p.Find("textarea")) + p.Field("t_oidc") + p.Field("t_saml")
	}
	for _, provider := range []string{issuer, people} {
		if p := admin.Open(at(provider)); !strings.Contains(begins(p), provider) {
			t.Errorf("%s: %d %s", provider, p.Status, begins(p))
		}
		for name, c := range map[string]struct {
			who      *visitor.Visitor
			provider string
		}{
			"further principals": {admin, provider + "\nAWS arn:aws:iam::210987654321:root"}, "everybody": {admin, provider + "\r\n*"}, "no provider": {admin, provider + "s"},
			"any provider": {admin, provider[:strings.LastIndexByte(provider, '/')] + "/*"}, "another account": {admin, strings.Replace(provider, strings.Split(provider, ":")[4], "210987654321", 1)},
			"another service": {admin, strings.Replace(provider, ":iam:", ":sts:", 1)}, "no ARN": {admin, "arn" + provider}, "who may not read it": {eve, provider},
		} {
			p := c.who.Open(at(c.provider))
			if got := begins(p); p.Status != http.StatusOK || !strings.Contains(got, "sts:AssumeRole\"") || strings.Contains(got, "-provider/") || strings.Contains(got, "210987654321") {
				t.Errorf("%s: %d %s", name, p.Status, got)
			}
		}
	}
	token := admin.Open(s.URL + paths.ConsoleIAMRoleNew).Field("_csrf")
	good := url.Values{"t_account": {"123456789012"}, "t_external": {"x"}, "t_pool": {"us-east-1_x"}, "t_client": {"x"}, "t_oidc": {issuer}, "t_audience": {"x"}, "t_subject": {"x"}, "t_saml": {people}, "t_service": {"ec2.amazonaws.com"}}
	for field, template := range map[string]string{"t_account": "account", "t_external": "account", "t_pool": "pool", "t_client": "pool", "t_oidc": "oidc", "t_audience": "oidc", "t_subject": "oidc", "t_saml": "saml", "t_service": "service"} {
		form := url.Values{"_csrf": {token}, "act": {"template-" + template}, "name": {"x"}, "document": {"{}"}}
		for k, value := range good {
			form[k] = value
		}
		if p := admin.Post(s.URL+paths.ConsoleIAMRoleNew, form); !strings.Contains(visitor.Text(p.Find("textarea")), "Version") {
			t.Errorf("%s of one line: %d %s", field, p.Status, visitor.Text(p.Find("main")))
		}
		form.Set(field, good.Get(field)+"\nAWS arn:aws:iam::210987654321:root")
		if p := admin.Post(s.URL+paths.ConsoleIAMRoleNew, form); visitor.Text(p.Find("textarea")) != "{}" {
			t.Errorf("%s of two lines: %d %s", field, p.Status, visitor.Text(p.Find("textarea")))
		}
	}
	good.Set("_csrf", token)
	good.Set("act", "template-oidc")
	for subject, operator := range map[string]string{"repo:acme/app": `"StringEquals"`, "repo:acme/*": `"StringLike"`} {
		good.Set("t_subject", subject)
		p := admin.Post(s.URL+paths.ConsoleIAMRoleNew, good)
		if got := visitor.Text(p.Find("textarea")); !strings.Contains(got, subject) || !strings.Contains(got, operator) || strings.Contains(got, `"StringLike"`) != strings.HasSuffix(subject, "*") {
			t.Errorf("the subject %s: %s", subject, got)
		}
	}
}

// Attack: find a private key in the pages that answer it, in the question who is there, or where the server keeps what was done.
func TestAttackPrivateKeysOfAProvider(t *testing.T) {
	s := server.Start(t, server.Options{})
	admin := signedIn(t, s)
	oidc, saml := providersOf(t, s)
	token := admin.Open(saml + "/keys").Field("_csrf")
	if p := admin.Open(oidc + "/keys"); p.Status != http.StatusNotFound {
		t.Errorf("keys of an OpenID Connect provider: %d", p.Status)
	}
	_, key := privateKey(t)
	secret := strings.Split(key, "\n")[5]
	wrong := strings.Replace(key, "RSA PRIVATE", "EC PRIVATE", 1)[:len(key)/2]
	add := func(what, key, heading string) *visitor.Page {
		t.Helper()
		p := admin.Post(saml+"/keys", url.Values{"_csrf": {token}, "private_key": {key}})
		if p.Status != http.StatusOK || p.Heading() != heading || strings.Contains(p.Body, secret) {
			t.Errorf("%s: %d %q, with the key in it: %v", what, p.Status, p.Heading(), strings.Contains(p.Body, secret))
		}
		return p
	}
	add("a wrong one", wrong, "Keys and encryption")
	leave(t, s)
	asked := add("over the question", key, "Is it you?")
	if text := visitor.Text(asked.Find("main")); !strings.Contains(text, "is not kept") {
		t.Error(text)
	}
	if p := asked.Send("proof_password", server.RootPassword); p.Heading() != "Keys and encryption" || strings.Contains(p.Body, "SAMLPK") {
		t.Errorf("after the question: %q %s", p.Heading(), p.Body)
	}
	if p := add("the key", key, "Keys and encryption"); !strings.Contains(p.Body, "SAMLPK") {
		t.Error("the key is not there")
	}
	kept, err := filepath.Glob(filepath.Join(s.Data, "gatehouse.db*"))
	if err != nil || len(kept) == 0 {
		t.Fatal(kept, err)
	}
	for _, file := range kept {
		if all, err := os.ReadFile(file); err != nil || bytes.Contains(all, []byte(secret)) {
			t.Errorf("%s has the key in it, or %v", file, err)
		}
	}
}

// Who may change a provider and not read it changes it: nothing of it is read for that.
func TestAProviderIsChangedByWhoMayNotReadIt(t *testing.T) {
	s := server.Start(t, server.Options{})
	_, saml := providersOf(t, s)
	addUser(t, s, "tagger", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:TagSAMLProvider","Resource":"*"}]}`, false)
	v, _ := userIn(t, s, "tagger", firstPassword)
	p := v.Post(saml+"/tags", url.Values{"_csrf": {v.Open(s.URL + paths.ConsoleMe).Field("_csrf")}, "was": {""}, "tags": {"team = people"}})
	if text := visitor.Text(p.Find("main")); !strings.Contains(text, "iam:GetSAMLProvider on ") || strings.Contains(p.Body, "idp.example.com") {
		t.Errorf("leads to %d %s", p.Status, text)
	}
	got, err := rootIAM(s).GetSAMLProvider(t.Context(), &iam.GetSAMLProviderInput{SAMLProviderArn: aws.String(arnAt(t, saml))})
	if err != nil || len(got.Tags) != 1 || *got.Tags[0].Value != "people" {
		t.Errorf("%+v %v", got, err)
	}
}

func providerCount(t *testing.T, c *iam.Client) int {
	t.Helper()
	oidc, err := c.ListOpenIDConnectProviders(context.Background(), &iam.ListOpenIDConnectProvidersInput{})
	if err != nil {
		t.Fatal(err)
	}
	saml, err := c.ListSAMLProviders(context.Background(), &iam.ListSAMLProvidersInput{})
	if err != nil {
		t.Fatal(err)
	}
	return len(oidc.OpenIDConnectProviderList) + len(saml.SAMLProviderList)
}

// Attack: documents that expand, refer to others, fill the memory or are none. Each comes back in the form, with a reason
// and what was typed.
func TestAttackMetadataDocuments(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	at := s.URL + paths.ConsoleIAMSAMLNew
	token := v.Open(at).Field("_csrf")
	good := samltest.New("https://idp.example.com", time.Now).Metadata()
	with := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	head := "<md:EntityDescriptor"
	utf16 := "\xff\xfe"
	for _, c := range good {
		utf16 += string([]byte{byte(c), 0})
	}
	for name, c := range map[string]struct{ document, reason string }{
		"a DTD":                 {with(head, "<!DOCTYPE x>"+head), "document type declaration"},
		"an external entity":    {with(head, `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`+head), "document type declaration"},
		"an entity bomb":        {with(head, `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`+head), "document type declaration"},
		"another document":      {with(head, `<?xml-stylesheet href="http://169.254.169.254/"?>`+head), "processing instruction"},
		"a tower":               {with("<md:NameIDFormat>", strings.Repeat("<a>", 70)+strings.Repeat("</a>", 70)+"<md:NameIDFormat>"), "inside each other"},
		"UTF-16":                {utf16, "in UTF-16"},
		"another encoding":      {with("UTF-8", "ISO-8859-1"), "not in UTF-8"},
		"Latin-1":               {with("idp.example.com", "idp.ex\xe4mple.com"), "not text in UTF-8"},
		"a picture":             {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + strings.Repeat("\x00", 1000), "not text in UTF-8"},
		"a page":                {"<!DOCTYPE html><html>" + strings.Repeat(" ", 1000), "not XML"},
		"half of it":            {good[:len(good)-20], "it is not XML"},
		"a few words":           {"<x/>", "not a metadata document"},
		"more than a megabyte":  {good + strings.Repeat(" ", 1_000_000) + "<!-- -->", "larger than 1 MB"},
		"more than any form":    {good + strings.Repeat("x", 6<<20), "larger than 1 MB"},
		"a federation":          {with("md:EntityDescriptor", "md:EntitiesDescriptor"), "metadata"},
		"nothing at all, twice": {"", "Paste the metadata document"},
	} {
		p := upload(t, v, at, url.Values{"_csrf": {token}, "name": {"Mine"}}, map[string]string{"file": c.document})
		if title := visitor.Text(p.Find("title")); p.Status != http.StatusOK || !strings.HasPrefix(title, "Error") || !strings.Contains(visitor.Text(p.Find("main")), c.reason) || p.Field("name") != "Mine" {
			t.Errorf("%s: %d, %q, name %q: %s", name, p.Status, title, p.Field("name"), visitor.Text(p.Find("main")))
		}
	}
	if p := upload(t, v, at, url.Values{"_csrf": {token}, "name": {"Mine"}, "metadata": {good}}, map[string]string{"file": good}); !strings.Contains(p.Body, "not both") {
		t.Errorf("both: %d", p.Status)
	}
	if p := upload(t, v, at, url.Values{"_csrf": {token}, "name": {`"><b id="evil">`}}, map[string]string{"file": good}); p.Status != http.StatusOK || strings.Contains(p.Body, `<b id="evil">`) || providerCount(t, rootIAM(s)) != 0 {
		t.Errorf("a name of markup: %d, %d providers", p.Status, providerCount(t, rootIAM(s)))
	}
	if p := upload(t, v, at, url.Values{"_csrf": {token}, "name": {"Mine"}}, map[string]string{"file": "\ufeff" + good}); p.Heading() != "Mine" {
		t.Errorf("the document itself, with a byte order mark: %d %q", p.Status, p.Heading())
	}
}

func base64URL(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// arnAt is the ARN in the address of a provider's page.
func arnAt(t *testing.T, page string) string {
	t.Helper()
	arn, err := base64.RawURLEncoding.DecodeString(page[strings.LastIndexByte(page, '/')+1:])
	if err != nil {
		t.Fatal(err)
	}
	return string(arn)
}
