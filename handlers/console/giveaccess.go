package console

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/policy"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// accessPolicy is what the policy of a role is called that another account gets.
const accessPolicy = "access"

func (h *Handlers) showGiveAccess(v *visit) error {
	return h.giveAccessPage(v, pages.Access{Account: v.QueryParam("account")}, nil)
}

func (h *Handlers) giveAccessPage(v *visit, a pages.Access, problems ui.Problems) error {
	title := v.t.T("console.access")
	p := pages.GiveAccessPage{
		ConsoleFrame: h.frame(v, iamSection(iamRoles), title, v.iamCrumbs(iamRoles)...),
		Form:         v.form(paths.ConsoleGiveAccess, problems), Access: a, Back: iamList(iamRoles),
	}
	for _, of := range h.memberAccounts(v).list {
		p.Accounts = append(p.Accounts, ui.Option{Value: of.ID, Label: of.Name})
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// giveAccess takes the first two of three steps: a role that trusts the other account, and what it may. A role that could
// not get its policy does not stay.
func (h *Handlers) giveAccess(v *visit) error {
	a := pages.Access{Account: v.typed("account"), Role: v.typed("role"), External: v.typed("external"), Actions: v.posted("actions"), Resources: v.posted("resources")}
	account, err := h.Accounts.AccountNamed(v.Request().Context(), a.Account)
	if err != nil {
		return err
	}
	var problems ui.Problems
	lacks := func(missing bool, field, text string) {
		if missing {
			problems = append(problems, ui.Problem{Field: field, Text: v.t.T(text)})
		}
	}
	isAlias := strings.Trim(a.Account, "0123456789-") != ""
	lacks(!isAccount(account) && isAlias, "account", "console.access.account.unknown")
	lacks(a.Account == "" || !isAccount(account) && !isAlias, "account", "console.trust.account.wrong")
	lacks(account == v.account(), "account", "console.access.account.own")
	lacks(a.Role == "", "role", "console.access.role.missing")
	lacks(strings.TrimSpace(a.Actions) == "", "actions", "console.access.actions.missing")
	lacks(strings.TrimSpace(a.Resources) == "", "resources", "console.access.resources.missing")
	if len(problems) > 0 {
		return h.giveAccessPage(v, a, problems)
	}
	problems, err = h.makeAccess(v, a, account)
	if len(problems) > 0 {
		return h.giveAccessPage(v, a, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleIAMRoleAccess, a.Role, "account", account), "access_made")
}

// makeAccess makes the role and gives it its policy.
func (h *Handlers) makeAccess(v *visit, a pages.Access, account string) (problems ui.Problems, err error) {
	trust := pages.StatementForm{Effect: policy.Allow.String(), Actions: "sts:AssumeRole", Principals: "AWS arn:aws:iam::" + account + ":root"}
	if a.External != "" {
		trust.Conditions = []pages.ConditionForm{{Operator: "StringEquals", Key: "sts:ExternalId", Values: a.External}}
	}
	document := func(s pages.StatementForm) *string {
		return aws.String(documentText(policy.Version2012, "", []pages.StatementForm{s}))
	}
	_, err = call[iam.CreateRoleOutput](h, v, &iam.CreateRoleInput{RoleName: &a.Role, AssumeRolePolicyDocument: document(trust)})
	if problems, ok := v.refused(err, "role"); ok || err != nil {
		return withoutPlaces(problems), err
	}
	_, err = call[iam.PutRolePolicyOutput](h, v, &iam.PutRolePolicyInput{RoleName: &a.Role, PolicyName: aws.String(accessPolicy),
		PolicyDocument: document(pages.StatementForm{Effect: policy.Allow.String(), Actions: a.Actions, Resources: a.Resources})})
	if err == nil {
		return nil, nil
	}
	if _, undo := call[iam.DeleteRoleOutput](h, v, &iam.DeleteRoleInput{RoleName: &a.Role}); undo != nil {
		return nil, undo
	}
	field := "actions"
	if _, message, _ := reason(err); strings.Contains(message, "ARN") || strings.Contains(message, "Resource") {
		field = "resources"
	}
	problems, _ = v.refused(err, field)
	return withoutPlaces(problems), err
}

// place is where in a document a problem is.
var place = regexp.MustCompile(`line \d+, column \d+: `)

// withoutPlaces are problems of a document that nobody has seen.
func withoutPlaces(problems ui.Problems) ui.Problems {
	for i := range problems {
		problems[i].Text = place.ReplaceAllString(problems[i].Text, "")
	}
	return problems
}
