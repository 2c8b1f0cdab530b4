package console

import (
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/federation/saml"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// typedProvider is what was typed into a form of a provider's page and not taken.
type typedProvider struct{ audience, thumbprints, tags string }

func (h *Handlers) showProvider(v *visit, p *provider) error {
	return h.providerPage(v, p, typedProvider{}, nil)
}

func (h *Handlers) providerPage(v *visit, p *provider, typed typedProvider, problems ui.Problems) error {
	if err := h.readProvider(v, p); err != nil {
		return err
	}
	was := tagLines(p.tags)
	page := pages.ProviderPage{
		ConsoleFrame: h.frame(v, iamSection(iamProviders), p.name, v.iamCrumbs(iamProviders)...), Problems: problems, Kind: p.kind, Name: p.name, ARN: p.arn, URL: p.url,
		Created: p.created, ValidUntil: p.validTill, Delete: p.to(paths.ConsoleIAMProviderDelete), Role: paths.Link(paths.ConsoleIAMRoleNew, "provider", p.arn),
		Audiences: p.clients, AudienceForm: v.form(p.to(paths.ConsoleIAMAudiences), nil), Audience: typed.audience,
		Thumbprints: strings.Join(p.prints, "\n"), ThumbprintForm: v.form(p.to(paths.ConsoleIAMThumbprints), nil),
		TagForm: v.form(p.to(paths.ConsoleIAMProviderTags), nil, ui.Param{Name: "was", Value: was}), Tags: was,
	}
	if typed.thumbprints != "" {
		page.Thumbprints = typed.thumbprints
	}
	if typed.tags != "" {
		page.Tags = typed.tags
	}
	if p.kind == ofSAML {
		page.Metadata, page.MetadataFile, page.Encryption, page.Keys = p.to(paths.ConsoleIAMMetadata), p.to(paths.ConsoleIAMMetadataFile), p.encryption, len(p.keys)
		page.ChangeKeys = p.to(paths.ConsoleIAMProviderKeys)
		page.Responses = h.URL + paths.Link(paths.SAMLProvider, p.uuid)
		page.Expired = !h.Clock().Before(p.validTill)
		if trusted, err := saml.ParseMetadata(p.metadata); err == nil {
			page.EntityID, page.Certificates, page.Endless = trusted.EntityID, len(trusted.Certificates), trusted.ValidUntil.IsZero()
			page.SSO = trusted.SSO[0].URL
		}
	}
	return web.Render(v, http.StatusOK, page.Show())
}

// afterProvider leads back to the provider, with what was done or what was in the way.
func (h *Handlers) afterProvider(v *visit, p *provider, err error, typed typedProvider, field, done string) error {
	if problems, ok := v.refused(err, field); ok {
		return h.providerPage(v, p, typed, problems)
	}
	if err != nil {
		return err
	}
	return v.done(p.to(paths.ConsoleIAMProvider), done)
}

// changeAudiences adds a client whose tokens may be brought, or removes one.
func (h *Handlers) changeAudiences(v *visit, p *provider) error {
	if gone := v.posted("remove"); gone != "" {
		err := only(call[iam.RemoveClientIDFromOpenIDConnectProviderOutput](h, v, &iam.RemoveClientIDFromOpenIDConnectProviderInput{OpenIDConnectProviderArn: &p.arn, ClientID: &gone}))
		return h.afterProvider(v, p, err, typedProvider{}, "", "audience_removed")
	}
	audience := v.typed("audience")
	if audience == "" {
		return h.providerPage(v, p, typedProvider{}, ui.Problems{{Field: "audience", Text: v.t.T("console.trust.client.missing")}})
	}
	err := only(call[iam.AddClientIDToOpenIDConnectProviderOutput](h, v, &iam.AddClientIDToOpenIDConnectProviderInput{OpenIDConnectProviderArn: &p.arn, ClientID: &audience}))
	return h.afterProvider(v, p, err, typedProvider{audience: audience}, "audience", "audience_added")
}

// saveThumbprints replaces all of them; there may be none.
func (h *Handlers) saveThumbprints(v *visit, p *provider) error {
	list := v.thumbprints()
	if list == nil {
		list = []string{}
	}
	err := only(call[iam.UpdateOpenIDConnectProviderThumbprintOutput](h, v, &iam.UpdateOpenIDConnectProviderThumbprintInput{OpenIDConnectProviderArn: &p.arn, ThumbprintList: list}))
	return h.afterProvider(v, p, err, typedProvider{thumbprints: v.posted("thumbprints")}, "thumbprints", "thumbprints_saved")
}

func (h *Handlers) showMetadata(v *visit, p *provider) error { return h.metadataPage(v, p, nil) }

func (h *Handlers) metadataPage(v *visit, p *provider, problems ui.Problems) error {
	if p.kind != ofSAML {
		return web.ErrNotFound
	}
	title := v.t.T("console.provider.metadata.replace")
	return web.Render(v, http.StatusOK, pages.MetadataPage{
		ConsoleFrame: h.providerFrame(v, p, title), Form: v.form(p.to(paths.ConsoleIAMMetadata), problems), Heading: title, Metadata: v.posted("metadata"), Back: p.to(paths.ConsoleIAMProvider),
	}.Show())
}

func (h *Handlers) replaceMetadata(v *visit, p *provider) error {
	document, problems, err := v.metadata()
	if err != nil {
		return err
	}
	if problems != nil {
		return h.metadataPage(v, p, problems)
	}
	err = only(call[iam.UpdateSAMLProviderOutput](h, v, &iam.UpdateSAMLProviderInput{SAMLProviderArn: &p.arn, SAMLMetadataDocument: &document}))
	if problems, ok := v.refused(err, "metadata"); ok {
		return h.metadataPage(v, p, problems)
	}
	if err != nil {
		return err
	}
	return v.done(p.to(paths.ConsoleIAMProvider), "metadata_replaced")
}

// downloadMetadata answers the document as it was given. It is somebody else's, and never a page of ours.
func (h *Handlers) downloadMetadata(v *visit, p *provider) error {
	if p.kind != ofSAML {
		return web.ErrNotFound
	}
	download(v, "application/octet-stream", p.name+"-metadata.xml")
	_, err := io.WriteString(v.Response(), p.metadata)
	return err
}

// saveProviderTags is a dangerous act, as policies may permit by tags.
func (h *Handlers) saveProviderTags(v *visit, p *provider) error {
	typed := typedProvider{tags: v.posted("tags")}
	set, gone, problems := v.typedTags()
	if problems != nil {
		return h.providerPage(v, p, typed, problems)
	}
	return h.afterProvider(v, p, h.changeProviderTags(v, p, set, gone), typed, "tags", "tags_saved")
}

func (h *Handlers) changeProviderTags(v *visit, p *provider, set map[string]string, gone []string) error {
	var tags []types.Tag
	for k, value := range set {
		tags = append(tags, types.Tag{Key: aws.String(k), Value: aws.String(value)})
	}
	var err error
	switch {
	case len(tags) == 0:
	case p.kind == ofOIDC:
		err = only(call[iam.TagOpenIDConnectProviderOutput](h, v, &iam.TagOpenIDConnectProviderInput{OpenIDConnectProviderArn: &p.arn, Tags: tags}))
	default:
		err = only(call[iam.TagSAMLProviderOutput](h, v, &iam.TagSAMLProviderInput{SAMLProviderArn: &p.arn, Tags: tags}))
	}
	switch {
	case err != nil || len(gone) == 0:
		return err
	case p.kind == ofOIDC:
		return only(call[iam.UntagOpenIDConnectProviderOutput](h, v, &iam.UntagOpenIDConnectProviderInput{OpenIDConnectProviderArn: &p.arn, TagKeys: gone}))
	}
	return only(call[iam.UntagSAMLProviderOutput](h, v, &iam.UntagSAMLProviderInput{SAMLProviderArn: &p.arn, TagKeys: gone}))
}

func (h *Handlers) showProviderDelete(v *visit, p *provider) error {
	return h.providerDeletePage(v, p, nil)
}

func (h *Handlers) providerDeletePage(v *visit, p *provider, problems ui.Problems) error {
	heading := v.t.T("console.provider.delete")
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.providerFrame(v, p, heading), Form: v.form(p.to(paths.ConsoleIAMProviderDelete), problems), Heading: heading, Text: v.t.T("console.provider.delete.text"), Name: p.name, Back: p.to(paths.ConsoleIAMProvider),
	}.Show())
}

func (h *Handlers) deleteProvider(v *visit, p *provider) (err error) {
	if problems := v.mistyped(p.name); problems != nil {
		return h.providerDeletePage(v, p, problems)
	}
	if p.kind == ofOIDC {
		err = only(call[iam.DeleteOpenIDConnectProviderOutput](h, v, &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: &p.arn}))
	} else {
		err = only(call[iam.DeleteSAMLProviderOutput](h, v, &iam.DeleteSAMLProviderInput{SAMLProviderArn: &p.arn}))
	}
	if problems, ok := v.refused(err, ""); ok {
		return h.providerDeletePage(v, p, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.ConsoleIAMProviders, "provider_deleted")
}
