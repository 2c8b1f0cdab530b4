package console

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountOrganizationAccounts(r web.Routes) {
	r.GET(paths.ConsoleAccountNew, h.fresh(h.showAccountNew))
	r.POST(paths.ConsoleAccountNew, h.fresh(h.createAccount))
	r.GET(paths.ConsoleAccount, h.of(h.ofAccount(h.showAccount)))
	r.GET(paths.ConsoleAccountMove, h.of(h.ofAccount(backToAccount)))
	r.POST(paths.ConsoleAccountMove, h.fresh(h.ofAccount(h.moveAccount)))
	r.GET(paths.ConsoleAccountClose, h.fresh(h.ofAccount(h.showClose)))
	r.POST(paths.ConsoleAccountClose, h.fresh(h.ofAccount(h.closeAccount)))
	r.GET(paths.ConsoleAccountRemove, h.fresh(h.ofAccount(h.showRemove)))
	r.POST(paths.ConsoleAccountRemove, h.fresh(h.ofAccount(h.removeAccount)))
}

func (h *Handlers) showAccountNew(v *visit) error {
	return h.accountNewPage(v, pages.NewAccount{}, nil)
}

func (h *Handlers) accountNewPage(v *visit, a pages.NewAccount, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.AccountNewPage{
		ConsoleFrame: h.orgFrame(v, v.t.T("console.org.account.create")), Form: v.form(paths.ConsoleAccountNew, problems), New: a, Role: accessRole, Back: paths.ConsoleOrganization,
	}.Show())
}

// createAccount makes an account, and leads to its page, which says how one gets in.
func (h *Handlers) createAccount(v *visit) error {
	a := pages.NewAccount{Name: v.typed("name"), Email: v.typed("email"), Role: v.typed("role")}
	var problems ui.Problems
	if a.Name == "" {
		problems = append(problems, ui.Problem{Field: "name", Text: v.t.T("console.iam.name.missing")})
	}
	if a.Email == "" {
		problems = append(problems, ui.Problem{Field: "email", Text: v.t.T("console.org.account.email.missing")})
	}
	if len(problems) > 0 {
		return h.accountNewPage(v, a, problems)
	}
	out, err := call[awsorg.CreateAccountOutput](h, v, &awsorg.CreateAccountInput{AccountName: &a.Name, Email: &a.Email, RoleName: some(a.Role)})
	if problems, ok := v.refused(err, ""); ok {
		return h.accountNewPage(v, a, problems)
	}
	if err != nil {
		return err
	}
	switch st := out.CreateAccountStatus; {
	case st.FailureReason == types.CreateAccountFailureReasonEmailAlreadyExists:
		return h.accountNewPage(v, a, ui.Problems{{Field: "email", Text: v.t.T("console.org.account.email.taken")}})
	case st.State != types.CreateAccountStateSucceeded:
		return h.accountNewPage(v, a, ui.Problems{{Text: v.t.T("console.org.account.failed", "Reason", string(st.FailureReason))}})
	default:
		return v.done(paths.Link(paths.ConsoleAccount, *st.AccountId, "role", a.Role), "account_created")
	}
}

// ofAccount makes a handler of a page that belongs to the account in its path, which it reads first.
func (h *Handlers) ofAccount(handle func(*visit, *types.Account) error) handler {
	return func(v *visit) error {
		a, err := h.memberAccount(v, v.Param("account"))
		if err != nil {
			return err
		}
		return handle(v, a)
	}
}

func (h *Handlers) memberAccount(v *visit, id string) (*types.Account, error) {
	out, err := call[awsorg.DescribeAccountOutput](h, v, &awsorg.DescribeAccountInput{AccountId: &id})
	if err != nil {
		return nil, err
	}
	return out.Account, nil
}

func backToAccount(v *visit, a *types.Account) error { return web.SeeOther(v, placeLink(*a.Id)) }

func accountPath(a *types.Account) string { return strings.Join(a.Paths, "") }

func (h *Handlers) showAccount(v *visit, a *types.Account) error {
	return h.accountPage(v, a, "", nil)
}

// accountPage shows an account: where it is, how one gets in, what limits it.
func (h *Handlers) accountPage(v *visit, a *types.Account, tags string, problems ui.Problems) error {
	above, err := h.above(v, accountPath(a))
	if err != nil {
		return err
	}
	p := pages.AccountPage{
		ConsoleFrame: h.orgFrame(v, *a.Name, crumbsOf(above)...), Problems: problems, Name: *a.Name, ID: *a.Id, ARN: aws.ToString(a.Arn), Email: aws.ToString(a.Email),
		Closed: a.Status == types.AccountStatusSuspended, Management: manages(a), Invited: a.JoinedMethod == types.AccountJoinedMethodInvited, Joined: aws.ToTime(a.JoinedTimestamp),
		Own: *a.Id == v.account(), Root: v.session.OfRoot(), Role: accessRole, MoveForm: v.form(paths.Link(paths.ConsoleAccountMove, *a.Id), nil),
		Close: paths.Link(paths.ConsoleAccountClose, *a.Id), Remove: paths.Link(paths.ConsoleAccountRemove, *a.Id),
	}
	for _, one := range above {
		p.Places = append(p.Places, pages.NamedLink{Name: one.name, Href: placeLink(one.id)})
		p.Parent = one.id
	}
	if role := v.QueryParam("role"); role != "" {
		p.Role = role
	}
	p.Enter = paths.Link(paths.ConsoleSwitchRole, "account", *a.Id, "roleName", p.Role, "displayName", *a.Name)
	if p.Choices, err = h.placeChoices(v); err != nil {
		return err
	}
	if p.TagForm, p.Tags, err = h.targetTags(v, *a.Id, tags); err != nil {
		return err
	}
	if p.Limits, err = h.limits(v, *a.Id, above); err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) moveAccount(v *visit, a *types.Account) error {
	to, ids := v.typed("to"), strings.Split(strings.Trim(accountPath(a), "/"), "/")
	if to == "" || len(ids) < 2 {
		return h.accountPage(v, a, "", ui.Problems{{Field: "to", Text: v.t.T("console.org.move.missing")}})
	}
	_, err := call[awsorg.MoveAccountOutput](h, v, &awsorg.MoveAccountInput{AccountId: a.Id, SourceParentId: &ids[len(ids)-2], DestinationParentId: &to})
	return h.afterAccount(v, a, err, "", "to", "account_moved")
}

// afterAccount leads back to the account, with what was done or what was in the way.
func (h *Handlers) afterAccount(v *visit, a *types.Account, err error, tags, field, done string) error {
	if problems, ok := v.refused(err, field); ok {
		return h.accountPage(v, a, tags, problems)
	}
	if err != nil {
		return err
	}
	return v.done(placeLink(*a.Id), done)
}

// accountCrumbs lead to a page below that of an account.
func (h *Handlers) accountCrumbs(v *visit, a *types.Account) ([]layout.Crumb, error) {
	above, err := h.above(v, accountPath(a))
	return append(crumbsOf(above), layout.Crumb{Label: *a.Name, Href: placeLink(*a.Id)}), err
}

func (h *Handlers) showClose(v *visit, a *types.Account) error { return h.askClose(v, a, nil) }

func (h *Handlers) askClose(v *visit, a *types.Account, problems ui.Problems) error {
	crumbs, err := h.accountCrumbs(v, a)
	if err != nil {
		return err
	}
	return h.asking(v, paths.Link(paths.ConsoleAccountClose, *a.Id), v.t.T("console.org.account.close"), v.t.T("console.org.account.close.text"), *a.Name, problems, crumbs...)
}

func (h *Handlers) closeAccount(v *visit, a *types.Account) error {
	return h.asked(v, *a.Name, func(problems ui.Problems) error { return h.askClose(v, a, problems) }, func() error {
		return only(call[awsorg.CloseAccountOutput](h, v, &awsorg.CloseAccountInput{AccountId: a.Id}))
	}, placeLink(*a.Id), "account_closed")
}

func (h *Handlers) showRemove(v *visit, a *types.Account) error { return h.askRemove(v, a, nil) }

func (h *Handlers) askRemove(v *visit, a *types.Account, problems ui.Problems) error {
	crumbs, err := h.accountCrumbs(v, a)
	if err != nil {
		return err
	}
	return h.asking(v, paths.Link(paths.ConsoleAccountRemove, *a.Id), v.t.T("console.org.account.remove"), v.t.T("console.org.account.remove.text"), *a.Name, problems, crumbs...)
}

func (h *Handlers) removeAccount(v *visit, a *types.Account) error {
	return h.asked(v, *a.Name, func(problems ui.Problems) error { return h.askRemove(v, a, problems) }, func() error {
		return only(call[awsorg.RemoveAccountFromOrganizationOutput](h, v, &awsorg.RemoveAccountFromOrganizationInput{AccountId: a.Id}))
	}, paths.ConsoleOrganization, "account_removed")
}
