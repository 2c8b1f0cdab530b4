package console

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/switchrole"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// Accounts finds accounts by their names: *iam.Service.
type Accounts interface {
	// AccountNamed is the id of an account that is named by its id or alias; a name that is no account's stays as it is.
	AccountNamed(ctx context.Context, name string) (string, error)
}

// accessRole is what the role is called that AWS and we make in an account that an organization makes.
const accessRole = "OrganizationAccountAccessRole"

func (h *Handlers) mountSwitchRole(r web.Routes) {
	r.GET(paths.ConsoleSwitchRole, h.of(oneself(userOnly(h.showSwitchRole))))
	r.POST(paths.ConsoleSwitchRole, h.of(oneself(userOnly(h.switchRole))))
	r.POST(paths.ConsoleSwitchBack, h.of(h.switchBack))
}

// oneself is for pages that are about who is signed in, whatever role that person acts as.
func oneself(handle handler) handler {
	return func(v *visit) error {
		v.oneself = true
		return handle(v)
	}
}

// acting finds the role that a session acts as, or that it did until now.
func (h *Handlers) acting(v *visit) (over bool, err error) {
	v.role, over, err = h.Roles.Of(v.Request().Context(), v.session.ID)
	return over, err
}

// account is the one that pages show and calls act in.
func (v *visit) account() string { return v.principal().AccountID }

func (v *visit) person() switchrole.Person {
	return switchrole.Person{SessionID: v.session.ID, AccountID: v.session.AccountID, UserID: v.session.UserID}
}

func (h *Handlers) showSwitchRole(v *visit) error {
	return h.switchRolePage(v, pages.RoleChoice{
		Account: v.QueryParam("account"), Role: v.QueryParam("roleName"), Name: v.QueryParam("displayName"), Colour: v.QueryParam("color"),
	}, nil)
}

func (h *Handlers) switchRolePage(v *visit, c pages.RoleChoice, problems ui.Problems) error {
	recent, err := h.Roles.Recent(v.Request().Context(), v.person())
	if err != nil {
		return err
	}
	accounts := h.memberAccounts(v)
	p := pages.SwitchRolePage{Choice: c, Colours: switchrole.Colours, Accounts: accounts.list, MoreAccounts: accounts.more}
	for _, r := range recent {
		account, role := splitRole(r.RoleARN)
		p.Recent = append(p.Recent, pages.RoleChoice{Account: account, Role: role, Name: r.Name, Colour: r.Colour})
	}
	p.ConsoleFrame = h.frame(v, "", v.t.T("console.switch"))
	p.Form = v.form(paths.ConsoleSwitchRole, problems)
	return web.Render(v, http.StatusOK, p.Show())
}

// memberAccounts are other accounts of the organization; more tells that there are further ones.
type memberAccounts struct {
	list []pages.AccountChoice
	more bool
}

// memberAccounts are nothing for whoever may not list them.
func (h *Handlers) memberAccounts(v *visit) (m memberAccounts) {
	in := &awsorg.ListAccountsInput{}
	for range 5 { // a hundred
		out, err := callIfAllowed[awsorg.ListAccountsOutput](h, v, in)
		if err != nil {
			return memberAccounts{}
		}
		for _, a := range out.Accounts {
			if *a.Id != v.session.AccountID {
				m.list = append(m.list, pages.AccountChoice{ID: *a.Id, Name: *a.Name, URL: paths.Link(paths.ConsoleSwitchRole, "account", *a.Id, "roleName", accessRole, "displayName", *a.Name)})
			}
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return m
		}
	}
	m.more = true
	return m
}

func splitRole(roleARN string) (account, role string) {
	a, _ := arn.Parse(roleARN)
	return a.AccountID, strings.TrimPrefix(a.Resource, "role/")
}

func (h *Handlers) switchRole(v *visit) error {
	c := pages.RoleChoice{Account: v.typed("account"), Role: strings.Trim(v.typed("role"), "/"), Name: v.typed("name"), Colour: v.posted("colour")}
	if a, err := arn.Parse(c.Role); err == nil && a.Service == "iam" && strings.HasPrefix(a.Resource, "role/") {
		c.Account, c.Role = splitRole(c.Role)
	}
	var problems ui.Problems
	for field, value := range map[string]string{"account": c.Account, "role": c.Role} {
		if value == "" {
			problems = append(problems, ui.Problem{Field: field, Text: v.t.T("console.switch." + field + ".missing")})
		}
	}
	if len(problems) > 0 {
		return h.switchRolePage(v, c, problems)
	}
	account, err := h.Accounts.AccountNamed(v.Request().Context(), c.Account)
	if err != nil {
		return err
	}
	role := arn.ARN{Service: "iam", AccountID: account, Resource: "role/" + c.Role}.String()
	name := v.roleSessionName()
	out, err := call[awssts.AssumeRoleOutput](h, v, &awssts.AssumeRoleInput{RoleArn: &role, RoleSessionName: &name})
	if errors.Is(err, api.ErrAccessDenied) {
		return h.switchRolePage(v, c, h.notAssumed(v, c, account, err))
	}
	if problems, ok := v.refused(err, ""); ok {
		return h.switchRolePage(v, c, problems)
	}
	if err != nil {
		return err
	}
	_, session, err := h.Sessions.Open(v.Request().Context(), *out.Credentials.AccessKeyId, *out.Credentials.SessionToken)
	if err != nil {
		return err
	}
	if !slices.Contains(switchrole.Colours, c.Colour) {
		c.Colour = ""
	}
	if err := h.Roles.Switch(v.Request().Context(), v.person(), switchrole.Role{Session: *session, Name: c.Name, Colour: c.Colour}); err != nil {
		return err
	}
	return web.SeeOther(v, paths.Console)
}

// notAssumed says why a role was refused, and what to look at. That an account is not there is said only to whoever may list
// all that the organization has.
func (h *Handlers) notAssumed(v *visit, c pages.RoleChoice, account string, err error) ui.Problems {
	problems := ui.Problems{{Text: err.Error()}, {Text: v.t.T("console.switch.check")}}
	of := h.memberAccounts(v)
	isListed := slices.ContainsFunc(of.list, func(a pages.AccountChoice) bool { return a.ID == account })
	if len(of.list) > 0 && !of.more && !isListed && account != v.session.AccountID {
		problems = append(problems, ui.Problem{Field: "account", Text: v.t.T("console.switch.account.unknown", "Account", c.Account)})
	}
	return problems
}

// roleSessionName is the person's name, of two letters at least.
func (v *visit) roleSessionName() string {
	name := v.session.Name
	if v.temporary != nil {
		name = v.temporary.Name
	}
	return name + strings.Repeat("-", max(0, 2-len(name)))
}

func (h *Handlers) switchBack(v *visit) error {
	if err := h.Roles.Back(v.Request().Context(), v.session.ID); err != nil {
		return err
	}
	return v.done(paths.Console, "switched_back")
}
