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

func newTitle(v *visit, kind string) string {
	if kind == iamUsers {
		return v.t.T("console.iam.user.create")
	}
	return v.t.T("console.iam.group.create")
}

func (h *Handlers) iamNewPage(v *visit, n pages.NewIdentity, problems ui.Problems) error {
	if n.Kind != iamUsers && n.Kind != iamGroups {
		return web.ErrNotFound
	}
	title := newTitle(v, n.Kind)
	return web.Render(v, http.StatusOK, pages.IAMNewPage{
		ConsoleFrame: h.frame(v, iamSection(n.Kind), title, v.iamCrumbs(n.Kind)...), Heading: title, New: n,
		Form: v.form(paths.Link(paths.ConsoleIAMNew, n.Kind), problems), Back: iamList(n.Kind),
	}.Show())
}

func (h *Handlers) createIAM(v *visit) (err error) {
	n := pages.NewIdentity{Kind: v.Param("kind"), Name: v.typed("name"), Path: v.typed("path"), Login: v.posted("login") != ""}
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
	default:
		return web.ErrNotFound
	}
	if problems, ok := v.refused(err, ""); ok {
		return h.iamNewPage(v, n, problems)
	}
	if err != nil {
		return err
	}
	if n.Login && n.Kind == iamUsers {
		return v.done(paths.Link(paths.ConsoleIAMUserLogin, n.Name), done)
	}
	return v.done(paths.Link(paths.ConsoleIAMOne, n.Kind, n.Name), done)
}
