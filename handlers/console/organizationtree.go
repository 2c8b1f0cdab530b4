package console

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/arn"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web/paths"
)

// treeNodes is how many units and accounts a page shows, give or take a list of twenty.
const treeNodes = 80

// tree is what is in a root or unit, with what is in its units, as far as a page has room. The lists of the top go on at
// the next page, those of a unit at its own.
func (h *Handlers) tree(v *visit, top, here string) (t pages.Tree, err error) {
	room := treeNodes
	token, ofAccounts := strings.CutPrefix(v.QueryParam("after"), "accounts:")
	token = strings.TrimPrefix(token, "units:")
	if token != "" {
		t.First = here
	}
	for !ofAccounts {
		nodes, next, err := h.unitsIn(v, top, token, &room)
		if err != nil {
			return t, err
		}
		t.Nodes, token = append(t.Nodes, nodes...), next
		if token == "" {
			break
		}
		if room <= 0 {
			t.Next = paths.Link(here, "after", "units:"+token)
			return t, nil
		}
	}
	for {
		nodes, next, err := h.accountsIn(v, top, token, &room)
		if err != nil {
			return t, err
		}
		t.Nodes, token = append(t.Nodes, nodes...), next
		if token == "" {
			return t, nil
		}
		if room <= 0 {
			t.Next = paths.Link(here, "after", "accounts:"+token)
			return t, nil
		}
	}
}

// unitsIn is a list of the units in a parent, each with what is in it while there is room.
func (h *Handlers) unitsIn(v *visit, parent, token string, room *int) (nodes []pages.TreeNode, next string, err error) {
	out, err := callIfAllowed[awsorg.ListOrganizationalUnitsForParentOutput](h, v, &awsorg.ListOrganizationalUnitsForParentInput{ParentId: &parent, NextToken: some(token)})
	if err != nil {
		return nil, "", err
	}
	*room -= len(out.OrganizationalUnits)
	for _, u := range out.OrganizationalUnits {
		n := pages.TreeNode{Unit: true, Name: *u.Name, ID: *u.Id, Href: placeLink(*u.Id)}
		if n.More = *room <= 0; !n.More {
			if err := h.openUnit(v, &n, room); err != nil {
				return nil, "", err
			}
		}
		nodes = append(nodes, n)
	}
	return nodes, aws.ToString(out.NextToken), nil
}

// openUnit puts into a unit what is in it. One that the person may not look into stays shut.
func (h *Handlers) openUnit(v *visit, n *pages.TreeNode, room *int) error {
	units, moreUnits, err := h.unitsIn(v, n.ID, "", room)
	if err == nil {
		var accounts []pages.TreeNode
		var moreAccounts string
		accounts, moreAccounts, err = h.accountsIn(v, n.ID, "", room)
		n.Children, n.More = append(units, accounts...), moreUnits+moreAccounts != ""
	}
	if code, _, _ := reason(err); denied(code) {
		n.Children, n.More, err = nil, true, nil
	}
	return err
}

// accountsIn is a list of the accounts in a parent.
func (h *Handlers) accountsIn(v *visit, parent, token string, room *int) (nodes []pages.TreeNode, next string, err error) {
	out, err := callIfAllowed[awsorg.ListAccountsForParentOutput](h, v, &awsorg.ListAccountsForParentInput{ParentId: &parent, NextToken: some(token)})
	if err != nil {
		return nil, "", err
	}
	*room -= len(out.Accounts)
	for _, a := range out.Accounts {
		nodes = append(nodes, pages.TreeNode{
			Name: *a.Name, ID: *a.Id, Href: placeLink(*a.Id), Email: aws.ToString(a.Email), Closed: a.Status == types.AccountStatusSuspended, Management: manages(&a),
		})
	}
	return nodes, aws.ToString(out.NextToken), nil
}

// manages tells whether an account is the management account: its id is in the ARNs of the organization.
func manages(a *types.Account) bool {
	of, err := arn.Parse(aws.ToString(a.Arn))
	return err == nil && of.AccountID == *a.Id
}

func isRoot(id string) bool { return strings.HasPrefix(id, "r-") }
func isUnit(id string) bool { return strings.HasPrefix(id, "ou-") }

// placeLink is the page of a root, unit or account.
func placeLink(id string) string {
	switch {
	case isRoot(id):
		return paths.ConsoleOrganization
	case isUnit(id):
		return paths.Link(paths.ConsoleUnit, id)
	}
	return paths.Link(paths.ConsoleAccount, id)
}

// orgPlace is a root or unit above something.
type orgPlace struct{ id, name string }

// above are the root and the units over the last id of a path such as o-…/r-…/ou-…/123456789012/, from the root down.
func (h *Handlers) above(v *visit, path string) (all []orgPlace, err error) {
	ids := strings.Split(strings.Trim(path, "/"), "/")
	for _, id := range ids[1:max(1, len(ids)-1)] {
		p := orgPlace{id: id, name: v.t.T("console.org.root")}
		if isUnit(id) {
			u, err := callIfAllowed[awsorg.DescribeOrganizationalUnitOutput](h, v, &awsorg.DescribeOrganizationalUnitInput{OrganizationalUnitId: &id})
			if unlessDenied(err) != nil {
				return nil, err
			}
			if p.name = id; err == nil {
				p.name = *u.OrganizationalUnit.Name
			}
		}
		all = append(all, p)
	}
	return all, nil
}

// crumbsOf are the way to what is in these places. The root's page is the organization's.
func crumbsOf(above []orgPlace) (all []layout.Crumb) {
	for _, p := range above {
		if isUnit(p.id) {
			all = append(all, layout.Crumb{Label: p.name, Href: placeLink(p.id)})
		}
	}
	return all
}

// mostChoices is how many units or accounts stand in a list to choose from; among more, an id is typed.
const mostChoices = 200

// mostPlaces is how many lists of units a page asks for, for there is one of each unit.
const mostPlaces = 40

// placeChoices are the root and the units, with what they are in; nil where they are too many for a list or to ask for, or
// the person may not list them, so that an id is typed.
func (h *Handlers) placeChoices(v *visit) ([]ui.Option, error) {
	root, err := h.root(v)
	if err != nil {
		return nil, unlessDenied(err)
	}
	all := []ui.Option{{Value: *root.Id, Label: v.t.T("console.org.root")}}
	lists := 0
	for i := 0; i < len(all); i++ {
		for in := (&awsorg.ListOrganizationalUnitsForParentInput{ParentId: &all[i].Value}); ; {
			if lists++; lists > mostPlaces || len(all) > mostChoices {
				return nil, nil
			}
			out, err := callIfAllowed[awsorg.ListOrganizationalUnitsForParentOutput](h, v, in)
			if err != nil {
				return nil, unlessDenied(err)
			}
			for _, u := range out.OrganizationalUnits {
				all = append(all, ui.Option{Value: *u.Id, Label: all[i].Label + " / " + *u.Name})
			}
			if in.NextToken = out.NextToken; in.NextToken == nil {
				break
			}
		}
	}
	slices.SortFunc(all, func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
	return all, nil
}

// targetChoices are those and the accounts, which policies hang on.
func (h *Handlers) targetChoices(v *visit) ([]ui.Option, error) {
	all, err := h.placeChoices(v)
	if err != nil || all == nil {
		return nil, err
	}
	for in := (&awsorg.ListAccountsInput{}); ; {
		out, err := callIfAllowed[awsorg.ListAccountsOutput](h, v, in)
		if err != nil {
			return nil, unlessDenied(err)
		}
		for _, a := range out.Accounts {
			all = append(all, ui.Option{Value: *a.Id, Label: *a.Name + " (" + *a.Id + ")"})
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return all, nil
		}
		if len(all) > mostChoices {
			return nil, nil
		}
	}
}

// unlessDenied is an error that is no denial.
func unlessDenied(err error) error {
	if code, _, _ := reason(err); denied(code) {
		return nil
	}
	return err
}
