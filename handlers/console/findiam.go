package console

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	pages "gatehouse/templates/console"
	"gatehouse/web/paths"
)

// iamFinds is how many of each kind a search shows. It reads the first thousand of each.
const iamFinds = 10

// foundInIAM are users, groups, roles, policies and identity providers of the account that have a text in their names, of each kind that the
// person may list.
func (h *Handlers) foundInIAM(v *visit, text string) (groups []pages.FoundGroup, err error) {
	for _, kind := range []string{iamUsers, iamGroups, iamRoles, iamPolicies, iamProviders} {
		all, err := h.namesInIAM(v, kind)
		if code, _, _ := reason(err); denied(code) {
			continue
		}
		if err != nil {
			return nil, err
		}
		g := pages.FoundGroup{Name: v.t.T("console.nav.iam_" + kind)}
		for _, one := range all {
			if strings.Contains(strings.ToLower(one.Label), strings.ToLower(text)) && len(g.Items) < iamFinds {
				g.Items = append(g.Items, one)
			}
		}
		groups = append(groups, g)
	}
	return append(groups, h.foundAccounts(v, text)), nil
}

// foundAccounts are accounts of the organization, of whoever may list them.
func (h *Handlers) foundAccounts(v *visit, text string) pages.FoundGroup {
	g := pages.FoundGroup{Name: v.t.T("console.nav.organization")}
	for _, a := range h.memberAccounts(v).list {
		if strings.Contains(strings.ToLower(a.Name+" "+a.ID), strings.ToLower(text)) && len(g.Items) < iamFinds {
			g.Items = append(g.Items, pages.FoundItem{Label: a.Name, Note: a.ID, Href: placeLink(a.ID)})
		}
	}
	return g
}

// namesInIAM are what the account has of a kind, without policies of AWS. Nobody asked for these calls but the search.
func (h *Handlers) namesInIAM(v *visit, kind string) (all []pages.FoundItem, err error) {
	most := aws.Int32(iamRead)
	add := func(name, path *string) {
		all = append(all, pages.FoundItem{Label: *name, Note: strings.Trim(*path, "/"), Href: paths.Link(paths.ConsoleIAMOne, kind, *name)})
	}
	switch kind {
	case iamUsers:
		out, err := callIfAllowed[iam.ListUsersOutput](h, v, &iam.ListUsersInput{MaxItems: most})
		if err != nil {
			return nil, err
		}
		for _, u := range out.Users {
			add(u.UserName, u.Path)
		}
	case iamGroups:
		out, err := callIfAllowed[iam.ListGroupsOutput](h, v, &iam.ListGroupsInput{MaxItems: most})
		if err != nil {
			return nil, err
		}
		for _, g := range out.Groups {
			add(g.GroupName, g.Path)
		}
	case iamRoles:
		out, err := callIfAllowed[iam.ListRolesOutput](h, v, &iam.ListRolesInput{MaxItems: most})
		if err != nil {
			return nil, err
		}
		for _, r := range out.Roles {
			add(r.RoleName, r.Path)
		}
	case iamProviders:
		return h.providersInIAM(v)
	default:
		out, err := callIfAllowed[iam.ListPoliciesOutput](h, v, &iam.ListPoliciesInput{MaxItems: most, Scope: types.PolicyScopeTypeLocal})
		if err != nil {
			return nil, err
		}
		for _, p := range out.Policies {
			all = append(all, pages.FoundItem{Label: *p.PolicyName, Note: strings.Trim(*p.Path, "/"), Href: policyLink(*p.Arn)})
		}
	}
	return all, nil
}

// providersInIAM are the identity providers of each kind that the person may list.
func (h *Handlers) providersInIAM(v *visit) (all []pages.FoundItem, err error) {
	arns, err := h.oidcProviders(v)
	if code, _, _ := reason(err); err != nil && !denied(code) {
		return nil, err
	}
	saml, err := h.samlProviders(v)
	if code, _, _ := reason(err); err != nil && !denied(code) {
		return nil, err
	}
	for _, p := range saml {
		arns = append(arns, aws.ToString(p.Arn))
	}
	for _, arn := range arns {
		kind, name := providerOf(arn)
		all = append(all, pages.FoundItem{Label: name, Note: v.t.T("console.provider.kind." + kind), Href: providerLink(arn)})
	}
	return all, nil
}
