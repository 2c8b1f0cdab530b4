package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showIAMNew(v *visit) error {
	return h.iamNewPage(v, pages.NewIdentity{Kind: v.Param("kind"), Path: "/"}, nil)
}

// newIdentity titles, by kind.
func newTitle(v *visit, kind string) string {
	switch kind {
	case iamUsers:
		return v.t.T("console.iam.user.create")
	case iamGroups:
		return v.t.T("console.iam.group.create")
	}
	return v.t.T("console.iam.role.create")
}

func (h *Handlers) iamNewPage(v *visit, n pages.NewIdentity, problems ui.Problems) error {
	if n.Kind != iamUsers && n.Kind != iamGroups && n.Kind != iamRoles {
		return web.ErrNotFound
	}
	if n.Kind == iamRoles && n.Trust == "" {
		n.Trust = trustOfAccount(v.session.AccountID)
	}
	title := newTitle(v, n.Kind)
	return web.Render(v, http.StatusOK, pages.IAMNewPage{
		ConsoleFrame: h.frame(v, iamSection(n.Kind), title, v.iamCrumbs(n.Kind)...), Heading: title, New: n,
		Form: v.form(paths.Link(paths.ConsoleIAMNew, n.Kind), problems), Back: iamList(n.Kind),
	}.Show())
}

// trustOfAccount lets the account decide by its own policies who may assume a role.
func trustOfAccount(account string) string {
	return `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::` + account + `:root"
      },
      "Action": "sts:AssumeRole"
    }
  ]
}`
}

func (h *Handlers) createIAM(v *visit) (err error) {
	n := pages.NewIdentity{Kind: v.Param("kind"), Name: v.typed("name"), Path: v.typed("path"), Description: v.typed("description"), Trust: v.posted("trust")}
	if n.Name == "" {
		return h.iamNewPage(v, n, ui.Problems{{Field: "name", Text: v.t.T("console.iam.name.missing")}})
	}
	done := ""
	switch n.Kind {
	case iamUsers:
		done = "iam_user_created"
		_, err = call[iam.CreateUserOutput](h, v, &iam.CreateUserInput{UserName: &n.Name, Path: some(n.Path)})
	case iamGroups:
		done = "group_created"
		_, err = call[iam.CreateGroupOutput](h, v, &iam.CreateGroupInput{GroupName: &n.Name, Path: some(n.Path)})
	case iamRoles:
		if err := h.proven(v); err != nil { // it opens a way in
			return err
		}
		done = "role_created"
		_, err = call[iam.CreateRoleOutput](h, v, &iam.CreateRoleInput{RoleName: &n.Name, Path: some(n.Path), Description: some(n.Description), AssumeRolePolicyDocument: &n.Trust})
	default:
		return web.ErrNotFound
	}
	if problems, ok := refused(err, ""); ok {
		return h.iamNewPage(v, n, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleIAMOne, n.Kind, n.Name), done)
}
