package console

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountIAMProviders(r web.Routes) {
	r.GET(paths.ConsoleIAMProviders, h.of(h.showProviders))
	r.GET(paths.ConsoleIAMOIDCNew, h.of(h.showOIDCNew))
	r.POST(paths.ConsoleIAMOIDCNew, h.fresh(h.createOIDC))
	r.GET(paths.ConsoleIAMSAMLNew, h.fresh(h.showSAMLNew))
	r.GET(paths.ConsoleIAMProvider, h.of(h.ofProvider(h.showProvider)))
	r.GET(paths.ConsoleIAMAudiences, h.of(h.ofProvider(backToProvider)))
	r.POST(paths.ConsoleIAMAudiences, h.fresh(h.ofProvider(h.changeAudiences)))
	r.GET(paths.ConsoleIAMThumbprints, h.of(h.ofProvider(backToProvider)))
	r.POST(paths.ConsoleIAMThumbprints, h.fresh(h.ofProvider(h.saveThumbprints)))
	r.GET(paths.ConsoleIAMMetadata, h.fresh(h.ofKnownProvider(h.showMetadata)))
	r.GET(paths.ConsoleIAMMetadataFile, h.of(h.ofKnownProvider(h.downloadMetadata)))
	r.GET(paths.ConsoleIAMProviderKeys, h.fresh(h.ofProvider(h.showProviderKeys)))
	r.POST(paths.ConsoleIAMProviderKeys, h.fresh(h.ofProvider(h.changeProviderKeys)))
	r.GET(paths.ConsoleIAMProviderTags, h.of(h.ofProvider(backToProvider)))
	r.POST(paths.ConsoleIAMProviderTags, h.fresh(h.ofProvider(h.saveProviderTags)))
	r.GET(paths.ConsoleIAMProviderDelete, h.fresh(h.ofKnownProvider(h.showProviderDelete)))
	r.POST(paths.ConsoleIAMProviderDelete, h.fresh(h.ofProvider(h.deleteProvider)))
}

// MountDocuments registers what takes documents as files.
func (h *Handlers) MountDocuments(r web.Routes) {
	r.POST(paths.ConsoleIAMSAMLNew, h.fresh(h.createSAML))
	r.POST(paths.ConsoleIAMMetadata, h.fresh(h.ofProvider(h.replaceMetadata)))
}

// iamProviders is the section of identity providers; their kinds are those of trust templates.
const (
	iamProviders = "providers"
	ofOIDC       = "oidc"
	ofSAML       = "saml"
)

// provider is the identity provider that a page is about. All but what its ARN tells is read where it is shown, for
// metadata may be large.
type provider struct {
	kind, arn, name    string // the name is that in the ARN
	url                string // of OpenID Connect
	clients, prints    []string
	uuid, metadata     string // of SAML
	encryption         string
	keys               []pages.ProviderKey
	created, validTill time.Time
	tags               map[string]string
}

// providerOf tells by an ARN what a provider is; kind is "" for what is none.
func providerOf(arn string) (kind, name string) {
	if _, name, ok := strings.Cut(arn, ":oidc-provider/"); ok {
		return ofOIDC, name
	}
	if _, name, ok := strings.Cut(arn, ":saml-provider/"); ok {
		return ofSAML, name
	}
	return "", ""
}

// ofProvider makes a handler of a page that belongs to the provider in its path, of which nothing is read: whether there is
// one the operation says.
func (h *Handlers) ofProvider(handle func(*visit, *provider) error) handler {
	return func(v *visit) error {
		arn, err := base64.RawURLEncoding.DecodeString(v.Param("provider"))
		if err != nil {
			return web.ErrNotFound
		}
		p := &provider{arn: string(arn)}
		if p.kind, p.name = providerOf(p.arn); p.kind == "" {
			return web.ErrNotFound
		}
		return handle(v, p)
	}
}

// ofKnownProvider is ofProvider for pages that show the provider, or do not act themselves.
func (h *Handlers) ofKnownProvider(handle func(*visit, *provider) error) handler {
	return h.ofProvider(func(v *visit, p *provider) error {
		if err := h.readProvider(v, p); err != nil {
			return err
		}
		return handle(v, p)
	})
}

func (h *Handlers) readProvider(v *visit, p *provider) error {
	if p.kind == ofOIDC {
		out, err := call[iam.GetOpenIDConnectProviderOutput](h, v, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: &p.arn})
		if err != nil {
			return err
		}
		p.url, p.clients, p.prints, p.created, p.tags = withScheme(aws.ToString(out.Url)), out.ClientIDList, out.ThumbprintList, aws.ToTime(out.CreateDate), iamTags(out.Tags)
		return nil
	}
	out, err := call[iam.GetSAMLProviderOutput](h, v, &iam.GetSAMLProviderInput{SAMLProviderArn: &p.arn})
	if err != nil {
		return err
	}
	p.metadata, p.created, p.validTill, p.tags = aws.ToString(out.SAMLMetadataDocument), aws.ToTime(out.CreateDate), aws.ToTime(out.ValidUntil), iamTags(out.Tags)
	p.uuid, p.encryption = aws.ToString(out.SAMLProviderUUID), string(out.AssertionEncryptionMode)
	for _, k := range out.PrivateKeyList {
		p.keys = append(p.keys, pages.ProviderKey{ID: aws.ToString(k.KeyId), Created: aws.ToTime(k.Timestamp)})
	}
	return nil
}

// withScheme is an issuer as its tokens name it; answers of IAM leave https:// out.
func withScheme(url string) string {
	if strings.Contains(url, "://") {
		return url
	}
	return "https://" + url
}

func providerLink(arn string) string { return paths.Link(paths.ConsoleIAMProvider, apiKey(arn)) }

func (p *provider) to(pattern string) string { return paths.Link(pattern, apiKey(p.arn)) }

func backToProvider(v *visit, p *provider) error {
	return web.SeeOther(v, p.to(paths.ConsoleIAMProvider))
}

// providerFrame is the frame of a page below that of a provider.
func (h *Handlers) providerFrame(v *visit, p *provider, title string) layout.ConsoleFrame {
	return h.frame(v, iamSection(iamProviders), title, v.iamCrumbs(iamProviders, layout.Crumb{Label: p.name, Href: p.to(paths.ConsoleIAMProvider)})...)
}

// showProviders lists the providers of each kind that the person may list.
func (h *Handlers) showProviders(v *visit) error {
	p := pages.ProvidersPage{
		ConsoleFrame: h.frame(v, iamSection(iamProviders), v.t.T("console.nav.iam_providers"), v.iamCrumbs(iamProviders)[:1]...), NewOIDC: paths.ConsoleIAMOIDCNew, NewSAML: paths.ConsoleIAMSAMLNew,
	}
	oidc, err := h.oidcProviders(v)
	if err != nil {
		if p.OIDCDenied, err = unreadable(err); err != nil {
			return err
		}
	}
	for _, arn := range oidc {
		_, name := providerOf(arn)
		p.Rows = append(p.Rows, pages.ProviderRow{Name: name, Kind: ofOIDC, Href: providerLink(arn)})
	}
	saml, err := h.samlProviders(v)
	if err != nil {
		if p.SAMLDenied, err = unreadable(err); err != nil {
			return err
		}
	}
	for _, one := range saml {
		arn := aws.ToString(one.Arn)
		_, name := providerOf(arn)
		p.Rows = append(p.Rows, pages.ProviderRow{Name: name, Kind: ofSAML, Href: providerLink(arn), ValidUntil: aws.ToTime(one.ValidUntil), Expired: !h.Clock().Before(aws.ToTime(one.ValidUntil))})
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// oidcProviders are the ARNs of the account's OpenID Connect providers.
func (h *Handlers) oidcProviders(v *visit) (arns []string, err error) {
	out, err := callIfAllowed[iam.ListOpenIDConnectProvidersOutput](h, v, &iam.ListOpenIDConnectProvidersInput{})
	if err != nil {
		return nil, err
	}
	for _, p := range out.OpenIDConnectProviderList {
		arns = append(arns, aws.ToString(p.Arn))
	}
	return arns, nil
}

func (h *Handlers) samlProviders(v *visit) ([]types.SAMLProviderListEntry, error) {
	out, err := callIfAllowed[iam.ListSAMLProvidersOutput](h, v, &iam.ListSAMLProvidersInput{})
	if err != nil {
		return nil, err
	}
	return out.SAMLProviderList, nil
}
