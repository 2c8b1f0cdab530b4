package console

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showOIDCNew(v *visit) error { return h.oidcNewPage(v, nil) }

func (h *Handlers) oidcNewPage(v *visit, problems ui.Problems) error {
	title := v.t.T("console.provider.oidc.create")
	return web.Render(v, http.StatusOK, pages.OIDCNewPage{
		ConsoleFrame: h.frame(v, iamSection(iamProviders), title, v.iamCrumbs(iamProviders)...), Form: v.form(paths.ConsoleIAMOIDCNew, problems), Heading: title, Back: paths.ConsoleIAMProviders,
		URL: v.posted("url"), Audiences: v.posted("audiences"), Thumbprints: v.posted("thumbprints"),
	}.Show())
}

func (h *Handlers) createOIDC(v *visit) error {
	url, audiences := v.typed("url"), v.lines("audiences")
	var problems ui.Problems
	if url == "" {
		problems = append(problems, ui.Problem{Field: "url", Text: v.t.T("console.provider.url.missing")})
	}
	if len(audiences) == 0 {
		problems = append(problems, ui.Problem{Field: "audiences", Text: v.t.T("console.trust.client.missing")})
	}
	if problems != nil {
		return h.oidcNewPage(v, problems)
	}
	out, err := call[iam.CreateOpenIDConnectProviderOutput](h, v, &iam.CreateOpenIDConnectProviderInput{Url: &url, ClientIDList: audiences, ThumbprintList: v.thumbprints()})
	if problems, ok := v.refused(err, oidcField(err)); ok {
		return h.oidcNewPage(v, problems)
	}
	if err != nil {
		return err
	}
	return v.done(providerLink(aws.ToString(out.OpenIDConnectProviderArn)), "provider_created")
}

// thumbprints are those of the form, as IAM writes them: browsers show them with colons.
func (v *visit) thumbprints() []string {
	list := v.lines("thumbprints")
	for i := range list {
		list[i] = strings.ToLower(strings.ReplaceAll(list[i], ":", ""))
	}
	return list
}

// oidcField is the field that a refusal of an OpenID Connect provider is about.
func oidcField(err error) string {
	_, message, _ := reason(err)
	switch message = strings.ToLower(message); {
	case strings.Contains(message, "thumbprint"):
		return "thumbprints"
	case strings.Contains(message, "clientid"):
		return "audiences"
	}
	return "url"
}

func (h *Handlers) showSAMLNew(v *visit) error { return h.samlNewPage(v, nil) }

func (h *Handlers) samlNewPage(v *visit, problems ui.Problems) error {
	title := v.t.T("console.provider.saml.create")
	return web.Render(v, http.StatusOK, pages.SAMLNewPage{
		ConsoleFrame: h.frame(v, iamSection(iamProviders), title, v.iamCrumbs(iamProviders)...), Form: v.form(paths.ConsoleIAMSAMLNew, problems), Heading: title, Back: paths.ConsoleIAMProviders,
		Name: v.posted("name"), Metadata: v.posted("metadata"),
	}.Show())
}

func (h *Handlers) createSAML(v *visit) error {
	name := v.typed("name")
	document, problems, err := v.metadata()
	if err != nil {
		return err
	}
	if name == "" {
		problems = append(ui.Problems{{Field: "name", Text: v.t.T("console.iam.name.missing")}}, problems...)
	}
	if problems != nil {
		return h.samlNewPage(v, problems)
	}
	out, err := call[iam.CreateSAMLProviderOutput](h, v, &iam.CreateSAMLProviderInput{Name: &name, SAMLMetadataDocument: &document})
	if problems, ok := v.refused(err, samlField(err)); ok {
		return h.samlNewPage(v, problems)
	}
	if err != nil {
		return err
	}
	return v.done(providerLink(aws.ToString(out.SAMLProviderArn)), "provider_created")
}

// samlField is the field that a refusal of a SAML provider is about.
func samlField(err error) string {
	code, message, _ := reason(err)
	if code == "EntityAlreadyExists" || strings.Contains(message, "at 'name'") {
		return "name"
	}
	return "metadata"
}
