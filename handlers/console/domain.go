package console

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountDomain(r web.Routes) {
	r.GET(paths.ConsoleDomain, h.of(h.ofPool(h.showDomain)))
	r.POST(paths.ConsoleDomain, h.of(h.ofPool(h.createDomain)))
	r.GET(paths.ConsoleDomainDelete, h.fresh(h.ofPool(h.showDomainDelete)))
	r.POST(paths.ConsoleDomainDelete, h.fresh(h.ofPool(h.deleteDomain)))
	r.GET(paths.ConsoleAPINew, h.of(h.ofPool(h.showAPINew)))
	r.POST(paths.ConsoleAPINew, h.of(h.ofPool(h.createAPI)))
	r.GET(paths.ConsoleAPI, h.of(h.ofPool(h.showAPI)))
	r.POST(paths.ConsoleAPI, h.of(h.ofPool(h.saveAPI)))
	r.GET(paths.ConsoleAPIDelete, h.fresh(h.ofPool(h.showAPIDelete)))
	r.POST(paths.ConsoleAPIDelete, h.fresh(h.ofPool(h.deleteAPI)))
	r.GET(paths.ConsolePoolTags, h.of(h.ofPool(h.showDomain)))
	r.POST(paths.ConsolePoolTags, h.of(h.ofPool(h.saveTags)))
}

func (h *Handlers) showDomain(v *visit, pool *types.UserPoolType) error {
	return h.domainPage(v, pool, pages.DomainPage{Tags: tagLines(pool.UserPoolTags)}, nil)
}

// domainPage shows the pool's addresses, APIs and tags; p brings what was typed.
func (h *Handlers) domainPage(v *visit, pool *types.UserPoolType, p pages.DomainPage, problems ui.Problems) error {
	servers, err := h.resourceServers(v)
	if err != nil {
		return err
	}
	id := v.pool.ID
	p.ConsoleFrame = h.frame(v, "domain", v.t.T("console.nav.domain"), v.poolCrumbs()...)
	p.Form, p.TagForm = v.form(paths.Link(paths.ConsoleDomain, id), problems), v.form(paths.Link(paths.ConsolePoolTags, id), nil, ui.Param{Name: "was", Value: tagLines(pool.UserPoolTags)})
	p.NewAPI = paths.Link(paths.ConsoleAPINew, id)
	for _, d := range []struct {
		name   *string
		custom bool
	}{{pool.Domain, false}, {pool.CustomDomain, true}} {
		if d.name == nil {
			continue
		}
		shown, err := h.domain(v, *d.name, d.custom)
		if err != nil {
			return err
		}
		if d.custom {
			p.Custom = shown
		} else {
			p.Prefix = shown
		}
	}
	for _, r := range servers {
		p.APIs = append(p.APIs, pages.APIRow{
			Identifier: aws.ToString(r.Identifier), Name: aws.ToString(r.Name), Scopes: len(r.Scopes), Href: paths.Link(paths.ConsoleAPI, id, apiKey(aws.ToString(r.Identifier))),
		})
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) domain(v *visit, name string, custom bool) (*pages.Domain, error) {
	out, err := call[idp.DescribeUserPoolDomainOutput](h, v, &idp.DescribeUserPoolDomainInput{Domain: &name})
	if err != nil {
		return nil, err
	}
	return &pages.Domain{
		Name: name, URL: h.DomainURL(name, custom), Target: aws.ToString(out.DomainDescription.CloudFrontDistribution),
		Delete: paths.Link(paths.ConsoleDomainDelete, v.pool.ID, "domain", name),
	}, nil
}

func (h *Handlers) createDomain(v *visit, pool *types.UserPoolType) error {
	field := "prefix"
	in := &idp.CreateUserPoolDomainInput{UserPoolId: pool.Id, ManagedLoginVersion: aws.Int32(2)}
	if pool.UserPoolTier == types.UserPoolTierTypeLite {
		in.ManagedLoginVersion = aws.Int32(1)
	}
	if v.posted("kind") == "custom" {
		// AWS wants the certificate's ARN; here the certificate is the proxy's, and any text of that form will do.
		field, in.CustomDomainConfig = "custom", &types.CustomDomainConfigType{CertificateArn: aws.String(proxyCertificate)}
	}
	in.Domain = aws.String(strings.ToLower(v.typed(field)))
	_, err := call[idp.CreateUserPoolDomainOutput](h, v, in)
	if problems, ok := v.refused(err, field); ok {
		p := pages.DomainPage{Tags: tagLines(pool.UserPoolTags), TypedPrefix: v.typed("prefix"), TypedCustom: v.typed("custom")}
		return h.domainPage(v, pool, p, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleDomain, v.pool.ID), "domain_created")
}

const proxyCertificate = "arn:aws:acm:us-east-1:000000000000:certificate/proxy"

func (h *Handlers) showDomainDelete(v *visit, pool *types.UserPoolType) error {
	return h.domainDeletePage(v, v.QueryParam("domain"), nil)
}

func (h *Handlers) domainDeletePage(v *visit, name string, problems ui.Problems) error {
	to := paths.Link(paths.ConsoleDomain, v.pool.ID)
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.frame(v, "domain", v.t.T("console.domain.delete"), v.poolCrumbs(layout.Crumb{Label: v.t.T("console.nav.domain"), Href: to})...),
		Form:         v.form(paths.Link(paths.ConsoleDomainDelete, v.pool.ID), problems, ui.Param{Name: "domain", Value: name}),
		Heading:      v.t.T("console.domain.delete"), Text: v.t.T("console.domain.delete.text"), Name: name, Back: to,
	}.Show())
}

func (h *Handlers) deleteDomain(v *visit, _ *types.UserPoolType) error {
	name := v.posted("domain")
	if problems := v.mistyped(name); problems != nil {
		return h.domainDeletePage(v, name, problems)
	}
	_, err := call[idp.DeleteUserPoolDomainOutput](h, v, &idp.DeleteUserPoolDomainInput{UserPoolId: &v.pool.ID, Domain: &name})
	if problems, ok := v.refused(err, ""); ok {
		return h.domainDeletePage(v, name, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleDomain, v.pool.ID), "domain_deleted")
}

// tagLines are tags as the form shows them: key = value, a line each.
func tagLines(tags map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, k+" = "+tags[k])
	}
	return strings.Join(out, "\n")
}

// saveTags writes what was changed and takes off what was removed, so that tags of somebody else stay.
func (h *Handlers) saveTags(v *visit, pool *types.UserPoolType) error {
	was := parseTags(strings.Split(v.posted("was"), "\n"))
	for _, line := range v.lines("tags") {
		if key, _, ok := strings.Cut(line, "="); !ok || strings.TrimSpace(key) == "" {
			return h.domainPage(v, pool, pages.DomainPage{Tags: v.posted("tags"), TagProblem: v.t.T("console.tags.wrong", "Line", line)}, nil)
		}
	}
	want := parseTags(v.lines("tags"))
	var gone []string
	for k := range was {
		if _, ok := want[k]; !ok {
			gone = append(gone, k)
		}
	}
	maps.DeleteFunc(want, func(k, value string) bool { old, ok := was[k]; return ok && old == value })
	if err := h.changeTags(v, pool, want, gone); err != nil {
		if problems, ok := v.refused(err, "tags"); ok {
			return h.domainPage(v, pool, pages.DomainPage{Tags: v.posted("tags"), TagProblem: problems[0].Text}, nil)
		}
		return err
	}
	return v.done(paths.Link(paths.ConsoleDomain, v.pool.ID)+"#tags-title", "tags_saved")
}

func (h *Handlers) changeTags(v *visit, pool *types.UserPoolType, set map[string]string, gone []string) error {
	if len(set) > 0 {
		if _, err := call[idp.TagResourceOutput](h, v, &idp.TagResourceInput{ResourceArn: pool.Arn, Tags: set}); err != nil {
			return err
		}
	}
	if len(gone) == 0 {
		return nil
	}
	_, err := call[idp.UntagResourceOutput](h, v, &idp.UntagResourceInput{ResourceArn: pool.Arn, TagKeys: gone})
	return err
}

func parseTags(lines []string) map[string]string {
	out := map[string]string{}
	for _, line := range lines {
		if key, value, ok := strings.Cut(line, "="); ok {
			out[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return out
}
