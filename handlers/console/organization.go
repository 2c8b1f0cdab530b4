package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountOrganization(r web.Routes) {
	back := h.of(func(v *visit) error { return web.SeeOther(v, paths.ConsoleOrganization) })
	r.GET(paths.ConsoleOrganization, h.of(h.showOrganization))
	r.GET(paths.ConsoleOrganizationCreate, back)
	r.POST(paths.ConsoleOrganizationCreate, h.fresh(h.createOrganization))
	r.GET(paths.ConsoleOrganizationLeave, h.fresh(h.showLeave))
	r.POST(paths.ConsoleOrganizationLeave, h.fresh(h.leave))
	r.GET(paths.ConsoleOrganizationDelete, h.fresh(h.showOrganizationDelete))
	r.POST(paths.ConsoleOrganizationDelete, h.fresh(h.deleteOrganization))
	r.GET(paths.ConsoleOrganizationType, h.fresh(h.showTypeDisable))
	r.POST(paths.ConsoleOrganizationType, h.fresh(h.changeType))
	r.GET(paths.ConsoleInvite, h.fresh(h.showInvite))
	r.POST(paths.ConsoleInvite, h.fresh(h.invite))
	r.GET(paths.ConsoleInvitation, back)
	r.POST(paths.ConsoleInvitation, h.fresh(h.answerInvitation))
	h.mountOrganizationAccounts(r)
	h.mountOrganizationUnits(r)
	h.mountControlPolicies(r)
}

// orgCrumbs lead from the organization down to a page.
func (v *visit) orgCrumbs(more ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{{Label: v.t.T("console.nav.organization"), Href: paths.ConsoleOrganization}}, more...)
}

func (h *Handlers) orgFrame(v *visit, title string, more ...layout.Crumb) layout.ConsoleFrame {
	return h.frame(v, "organization", title, v.orgCrumbs(more...)...)
}

// notInUse tells that the account is in no organization.
func notInUse(err error) bool {
	code, _, _ := reason(err)
	return code == "AWSOrganizationsNotInUseException"
}

func (h *Handlers) showOrganization(v *visit) error { return h.organizationPage(v, "", nil) }

// organizationPage is the organization as the account sees it: none, the one that it manages, or the one that it is a
// member of. Unit is the name that was typed for a new one in the root, and refused.
func (h *Handlers) organizationPage(v *visit, unit string, problems ui.Problems) error {
	p := pages.OrganizationPage{
		ConsoleFrame: h.frame(v, "organization", v.t.T("console.nav.organization")), Problems: problems,
		NewAccount: paths.ConsoleAccountNew, Invite: paths.ConsoleInvite, Policies: paths.ConsoleControlPolicies,
	}
	out, err := call[awsorg.DescribeOrganizationOutput](h, v, &awsorg.DescribeOrganizationInput{})
	switch {
	case notInUse(err):
		p.None, p.CreateForm = true, v.form(paths.ConsoleOrganizationCreate, nil)
	case err != nil:
		return err
	default:
		o := out.Organization
		p.ID, p.Management, p.ManagementEmail = *o.Id, *o.MasterAccountId, aws.ToString(o.MasterAccountEmail)
		p.Manages, p.AllFeatures = *o.MasterAccountId == v.account(), o.FeatureSet == types.OrganizationFeatureSetAll
		p.Leave, p.Delete = paths.ConsoleOrganizationLeave, paths.ConsoleOrganizationDelete
		if err := h.fillRoot(v, unit, &p); err != nil {
			return err
		}
	}
	if err := h.fillInvitations(v, &p); err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// root is the organization's, where the person may list it: the management account, and delegated ones.
func (h *Handlers) root(v *visit) (*types.Root, error) {
	out, err := callIfAllowed[awsorg.ListRootsOutput](h, v, &awsorg.ListRootsInput{})
	if err != nil {
		return nil, err
	}
	return &out.Roots[0], nil
}

// fillRoot shows what is in the root. A member account that may not see it is shown what it is a member of alone.
func (h *Handlers) fillRoot(v *visit, unit string, p *pages.OrganizationPage) error {
	root, err := h.root(v)
	if err == nil {
		p.Tree, err = h.tree(v, *root.Id, paths.ConsoleOrganization)
	}
	if code, message, _ := reason(err); denied(code) {
		if p.Manages {
			p.Refused = message
		}
		return nil
	}
	if err != nil {
		return err
	}
	p.RootID, p.UnitForm, p.UnitName = *root.Id, v.form(paths.Link(paths.ConsoleUnitNew, *root.Id), nil), unit
	for _, t := range controlTypes {
		p.Types = append(p.Types, pages.PolicyTypeRow{
			Label: typeLabel(v.t, t), About: typeAbout(v.t, t), On: typeEnabled(root, t), Form: v.form(paths.Link(paths.ConsoleOrganizationType, string(t)), nil), Disable: paths.Link(paths.ConsoleOrganizationType, string(t)),
		})
	}
	p.Limits, err = h.limits(v, *root.Id, nil)
	return err
}

func (h *Handlers) createOrganization(v *visit) error {
	_, err := call[awsorg.CreateOrganizationOutput](h, v, &awsorg.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll})
	return h.afterOrganization(v, err, "organization_created")
}

// afterOrganization leads back to the organization, with what was done or what was in the way.
func (h *Handlers) afterOrganization(v *visit, err error, done string) error {
	if problems, ok := v.refused(err, ""); ok {
		return h.organizationPage(v, "", problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.ConsoleOrganization, done)
}

// asking asks before an act on the organization that a name is to be typed for.
func (h *Handlers) asking(v *visit, action, heading, text, name string, problems ui.Problems, crumbs ...layout.Crumb) error {
	back := paths.ConsoleOrganization
	if len(crumbs) > 0 {
		back = crumbs[len(crumbs)-1].Href
	}
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.orgFrame(v, heading, crumbs...), Form: v.form(action, problems), Heading: heading, Text: text, Name: name, Back: back,
	}.Show())
}

// asked does an act whose name was typed, or asks again with what was in the way.
func (h *Handlers) asked(v *visit, name string, ask func(ui.Problems) error, act func() error, to, done string) error {
	if problems := v.mistyped(name); problems != nil {
		return ask(problems)
	}
	err := act()
	if problems, ok := v.refused(err, ""); ok {
		return ask(problems)
	}
	if err != nil {
		return err
	}
	return v.done(to, done)
}

// organizationID is what is typed to confirm what is done to the whole organization.
func (h *Handlers) organizationID(v *visit) (string, error) {
	out, err := call[awsorg.DescribeOrganizationOutput](h, v, &awsorg.DescribeOrganizationInput{})
	if err != nil {
		return "", err
	}
	return *out.Organization.Id, nil
}

func (h *Handlers) showLeave(v *visit) error {
	id, err := h.organizationID(v)
	if err != nil {
		return err
	}
	return h.askLeave(v, id, nil)
}

func (h *Handlers) askLeave(v *visit, id string, problems ui.Problems) error {
	return h.asking(v, paths.ConsoleOrganizationLeave, v.t.T("console.org.leave"), v.t.T("console.org.leave.text"), id, problems)
}

func (h *Handlers) leave(v *visit) error {
	id, err := h.organizationID(v)
	if err != nil {
		return err
	}
	return h.asked(v, id, func(problems ui.Problems) error { return h.askLeave(v, id, problems) }, func() error {
		return only(call[awsorg.LeaveOrganizationOutput](h, v, &awsorg.LeaveOrganizationInput{}))
	}, paths.ConsoleOrganization, "organization_left")
}

func (h *Handlers) showOrganizationDelete(v *visit) error {
	id, err := h.organizationID(v)
	if err != nil {
		return err
	}
	return h.askOrganizationDelete(v, id, nil)
}

func (h *Handlers) askOrganizationDelete(v *visit, id string, problems ui.Problems) error {
	return h.asking(v, paths.ConsoleOrganizationDelete, v.t.T("console.org.delete"), v.t.T("console.org.delete.text"), id, problems)
}

func (h *Handlers) deleteOrganization(v *visit) error {
	id, err := h.organizationID(v)
	if err != nil {
		return err
	}
	return h.asked(v, id, func(problems ui.Problems) error { return h.askOrganizationDelete(v, id, problems) }, func() error {
		return only(call[awsorg.DeleteOrganizationOutput](h, v, &awsorg.DeleteOrganizationInput{}))
	}, paths.ConsoleOrganization, "organization_deleted")
}
