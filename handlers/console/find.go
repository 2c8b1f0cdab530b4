package console

import (
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountFind(r web.Routes) {
	r.GET(paths.ConsoleFind, h.of(h.find))
}

// find answers what a text finds: pages and acts by their names, pools, people and app clients, and what IAM has. It is a page, and
// JSON for the palette that asks for it.
func (h *Handlers) find(v *visit) error {
	text := v.search("q")
	if err := h.poolOfFind(v); err != nil {
		return err
	}
	frame := h.frame(v, "", v.t.T("console.find"))
	groups := []pages.FoundGroup{{Name: v.t.T("console.find.pages"), Items: placesNamed(frame, text)}, {Name: v.t.T("console.find.acts"), Items: actsNamed(v, text)}}
	if text != "" {
		found, err := h.foundInAccount(v, text)
		if err != nil {
			return err
		}
		ofIAM, err := h.foundInIAM(v, text)
		if err != nil {
			return err
		}
		groups = slices.Concat(found, ofIAM, groups)
	}
	p := pages.FindPage{ConsoleFrame: frame, Text: text}
	for _, g := range groups {
		if len(g.Items) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	if v.QueryParam("form") == "json" {
		web.PageHeaders(v)
		return v.JSON(http.StatusOK, p.Groups)
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// poolOfFind is the pool that the search began in, if it is one.
func (h *Handlers) poolOfFind(v *visit) error {
	id := v.QueryParam("pool")
	if id == "" {
		return nil
	}
	if region, _, ok := strings.Cut(id, "_"); ok && regionForm.MatchString(region) {
		v.region = region
	}
	out, err := call[idp.DescribeUserPoolOutput](h, v, &idp.DescribeUserPoolInput{UserPoolId: &id})
	if err != nil {
		return err
	}
	v.pool = &layout.PoolNav{ID: id, Name: aws.ToString(out.UserPool.Name)}
	return nil
}

// named tells whether every word of a text stands in a label.
func named(label, text string) bool {
	label = strings.ToLower(label)
	for _, word := range strings.Fields(strings.ToLower(text)) {
		if !strings.Contains(label, word) {
			return false
		}
	}
	return true
}

func placesNamed(f layout.ConsoleFrame, text string) (out []pages.FoundItem) {
	for _, p := range f.Places() {
		if named(p.Label, text) {
			out = append(out, pages.FoundItem{Label: p.Label, Href: p.Href})
		}
	}
	return out
}

// actsNamed are the acts that have a page of their own.
func actsNamed(v *visit, text string) (out []pages.FoundItem) {
	t := v.t
	acts := []pages.FoundItem{
		{Label: t.T("console.find.pool_new"), Href: paths.ConsolePoolNew}, {Label: t.T("console.ops.back_up"), Href: paths.ConsoleSettings + "#backups"},
		{Label: t.T("console.ops.rotate"), Href: paths.ConsoleSettingsSeal}, {Label: t.T("console.app.setup"), Href: paths.ConsoleMeApp},
		{Label: t.T("console.iam.user.create"), Href: paths.Link(paths.ConsoleIAMNew, iamUsers)}, {Label: t.T("console.iam.group.create"), Href: paths.Link(paths.ConsoleIAMNew, iamGroups)},
		{Label: t.T("console.org.account.create"), Href: paths.ConsoleAccountNew}, {Label: t.T("console.org.invite"), Href: paths.ConsoleInvite},
		{Label: t.T("console.org.policies"), Href: paths.ConsoleControlPolicies},
		{Label: t.T("console.iam.role.create"), Href: paths.ConsoleIAMRoleNew}, {Label: t.T("console.iam.policy.create"), Href: paths.ConsoleIAMPolicyNew},
		{Label: t.T("console.provider.oidc.create"), Href: paths.ConsoleIAMOIDCNew}, {Label: t.T("console.provider.saml.create"), Href: paths.ConsoleIAMSAMLNew},
		{Label: t.T("console.account.passwords"), Href: paths.ConsoleIAMAccount + "#passwords"}, {Label: t.T("console.account.alias"), Href: paths.ConsoleIAMAccount + "#alias-title"},
		{Label: t.T("console.account.report"), Href: paths.ConsoleIAMAccount + "#report"},
	}
	if v.pool != nil {
		acts = append(acts, pages.FoundItem{Label: t.T("console.find.client_new"), Href: paths.Link(paths.ConsoleClientNew, v.pool.ID)},
			pages.FoundItem{Label: t.T("console.keys.rotate"), Href: paths.Link(paths.ConsolePoolKeys, v.pool.ID)},
			pages.FoundItem{Label: t.T("console.pool.delete"), Href: paths.Link(paths.ConsolePoolDelete, v.pool.ID)})
	}
	for _, a := range acts {
		if named(a.Label, text) {
			out = append(out, a)
		}
	}
	return out
}

// foundInAccount is nothing for somebody who may not look. From within a pool its people and app clients are found,
// and pools everywhere.
func (h *Handlers) foundInAccount(v *visit, text string) ([]pages.FoundGroup, error) {
	in := &gatehouse.FindInAccountInput{Text: &text}
	if v.pool != nil {
		in.UserPoolId = &v.pool.ID
	}
	out, err := allowed(call[gatehouse.FindInAccountOutput](h, v, in))
	if err != nil {
		return nil, err
	}
	if v.pool != nil {
		named, err := allowed(call[gatehouse.SearchUserPoolsOutput](h, v, &gatehouse.SearchUserPoolsInput{Text: &text, MaxResults: aws.Int32(10)}))
		if err != nil {
			return nil, err
		}
		out.UserPools = named.UserPools
	}
	t := v.t
	people, pools, clients := pages.FoundGroup{Name: t.T("console.find.people")}, pages.FoundGroup{Name: t.T("console.nav.pools")}, pages.FoundGroup{Name: t.T("console.nav.clients")}
	for _, u := range out.Users {
		item := pages.FoundItem{Label: aws.ToString(u.Username), Note: aws.ToString(u.UserPoolName), Href: paths.Link(paths.ConsoleUser, *u.UserPoolId, *u.Sub)}
		if item.Label == *u.Sub && u.Email != nil {
			item.Label = *u.Email
		}
		people.Items = append(people.Items, item)
	}
	for _, p := range out.UserPools {
		pools.Items = append(pools.Items, pages.FoundItem{Label: *p.Name, Note: *p.Region, Href: paths.Link(paths.ConsolePool, *p.Id)})
	}
	for _, c := range out.Clients {
		clients.Items = append(clients.Items, pages.FoundItem{Label: *c.ClientName, Note: *c.UserPoolName, Href: paths.Link(paths.ConsoleClient, *c.UserPoolId, *c.ClientId)})
	}
	return []pages.FoundGroup{people, pools, clients}, nil
}

// allowed is what a search found: nothing where the person may not look, or the text is none to look for.
func allowed[Out any](out *Out, err error) (*Out, error) {
	if code, _, _ := reason(err); denied(code) || code == "ValidationException" {
		return new(Out), nil
	}
	return out, err
}
