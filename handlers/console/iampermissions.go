package console

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/permission"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// showPermissions shows what a user or role may, by service.
func (h *Handlers) showPermissions(v *visit, i *identity) error {
	if i.kind == iamGroups {
		return web.ErrNotFound
	}
	out, err := call[gatehouse.ListEffectivePermissionsOutput](h, v, &gatehouse.ListEffectivePermissionsInput{PrincipalArn: &i.arn})
	if err != nil {
		return err
	}
	p := pages.PermissionsPage{
		ConsoleFrame: h.identityFrame(v, i, v.t.T("console.permissions")), Name: i.name, Simulator: paths.Link(paths.ConsoleIAMSimulator, "principal", i.arn),
	}
	for _, s := range out.Services {
		if len(s.Actions) == 0 {
			continue
		}
		row := pages.ServiceRow{Name: *s.Service, Total: int(*s.Total)}
		for _, a := range s.Actions {
			_, name, _ := strings.Cut(*a.Action, ":")
			if *a.Extent == "ALWAYS" {
				row.Always = append(row.Always, name)
				continue
			}
			row.Sometimes = append(row.Sometimes, pages.PermissionRow{
				Action: name, Href: paths.Link(paths.ConsoleIAMSimulator, "principal", i.arn, "actions", *a.Action),
				Allows: grantsOf(v, a.Allows), Limits: grantsOf(v, a.Limits), Denies: grantsOf(v, a.Denies),
			})
		}
		p.Services = append(p.Services, row)
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func grantsOf(v *visit, list []gatehouse.StatementReference) (out []pages.Grant) {
	for _, r := range list {
		g := pages.Grant{Kind: policyKind(v, r.PolicyType), Policy: policyName(*r.Policy), Resources: strings.Join(r.Resources, ", "), Conditions: r.Conditions}
		if *r.NotResource {
			g.Resources = v.t.T("console.permissions.all_but", "Resources", g.Resources)
		}
		out = append(out, g)
	}
	return out
}

// iamKinds are the words of addresses for the users and roles of ListWhoCan.
var iamKinds = map[string]string{"USER": iamUsers, "ROLE": iamRoles}

// whoAPage is how many of those who may a page has at least, where there are so many.
const whoAPage = 50

// whoCalls is how often a page asks for it.
const whoCalls = 5

// whoCan asks about users and then roles until it has a page of those who may, or the end, or has asked long enough.
func (h *Handlers) whoCan(v *visit, in *gatehouse.ListWhoCanInput) (*gatehouse.ListWhoCanOutput, error) {
	all := &gatehouse.ListWhoCanOutput{}
	for n := 1; ; n++ {
		out, err := call[gatehouse.ListWhoCanOutput](h, v, in)
		if err != nil {
			return nil, err
		}
		all.Principals, all.NextToken = append(all.Principals, out.Principals...), out.NextToken
		if in.NextToken = out.NextToken; in.NextToken == nil || len(all.Principals) >= whoAPage || n == whoCalls {
			return all, nil
		}
	}
}

// showWho shows who may do something.
func (h *Handlers) showWho(v *visit) error {
	p := pages.WhoPage{
		ConsoleFrame: h.frame(v, "iam_who", v.t.T("console.nav.iam_who"), v.iamCrumbs(iamUsers)[:1]...), Action: v.search("action"), Resource: v.search("resource"), Context: v.QueryParam("context"),
	}
	p.Actions, _ = h.policyWords()
	p.Assumes = permission.AssumesRoles(p.Action)
	if p.Action == "" {
		if v.QueryParams().Has("action") {
			p.Problems = ui.Problems{{Field: "action", Text: v.t.T("console.explain.actions.missing")}}
		}
		return web.Render(v, http.StatusOK, p.Show())
	}
	out, err := h.whoCan(v, &gatehouse.ListWhoCanInput{Action: &p.Action, Resource: some(p.Resource), Context: contextOf(p.Context), NextToken: some(v.QueryParam("after"))})
	if problems, ok := v.refused(err, ""); ok {
		p.Problems = problems
		return web.Render(v, http.StatusOK, p.Show())
	}
	if err != nil {
		return err
	}
	p.Asked = true
	for _, w := range out.Principals {
		row := pages.WhoRow{
			Name: *w.Name, Sort: strings.ToLower(*w.Type), Trusted: *w.Decision == "TRUSTED", Some: *w.Decision == "SOMETIMES", Policy: policyName(aws.ToString(w.Policy)), PolicyKind: policyKind(v, w.PolicyType), Lacks: w.LackingKeys,
		}
		if kind, ok := iamKinds[*w.Type]; ok && *w.Name != *w.Arn {
			row.Href = paths.Link(paths.ConsoleIAMOne, kind, *w.Name)
			row.Explain = paths.Link(paths.ConsoleIAMSimulator, "principal", *w.Arn, "actions", p.Action, "resources", p.Resource, "context", p.Context)
			if row.Some { // which of them, no single decision tells
				row.Explain = paths.Link(paths.ConsoleIAMOnePermissions, kind, *w.Name)
			}
		}
		p.Rows = append(p.Rows, row)
	}
	if out.NextToken != nil {
		p.Next = paths.Link(paths.ConsoleIAMWho, "action", p.Action, "resource", p.Resource, "context", p.Context, "after", *out.NextToken)
	}
	if v.QueryParam("after") != "" {
		p.First = paths.Link(paths.ConsoleIAMWho, "action", p.Action, "resource", p.Resource, "context", p.Context)
	}
	return web.Render(v, http.StatusOK, p.Show())
}
