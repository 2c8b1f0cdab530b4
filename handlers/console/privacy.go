package console

import (
	"encoding/json"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountPrivacy(r web.Routes) {
	r.GET(paths.ConsolePrivacy, h.of(h.ofPool(h.showPrivacy)))
	r.GET(paths.ConsolePrivacyExport, h.fresh(h.ofPool(h.exportPerson)))
	r.GET(paths.ConsolePrivacyErase, h.fresh(h.ofPool(h.showErase)))
	r.POST(paths.ConsolePrivacyErase, h.fresh(h.ofPool(h.erasePerson)))
	r.GET(paths.ConsoleErasures, h.of(h.ofPool(h.showErasures)))
}

// person is the user in the path, by the best name that there is for people.
func (h *Handlers) person(v *visit) (name string, err error) {
	out, err := call[idp.AdminGetUserOutput](h, v, &idp.AdminGetUserInput{UserPoolId: &v.pool.ID, Username: aws.String(v.Param("user"))})
	if err != nil {
		return "", err
	}
	return personOf(out).name, nil
}

func (h *Handlers) showPrivacy(v *visit, _ *types.UserPoolType) error {
	name, err := h.person(v)
	if err != nil {
		return err
	}
	title := v.t.T("console.privacy")
	return web.Render(v, http.StatusOK, pages.PrivacyPage{
		ConsoleFrame: h.frame(v, "users", title, v.usersCrumbs(layout.Crumb{Label: name, Href: paths.Link(paths.ConsoleUser, v.pool.ID, v.Param("user"))})...), Name: name,
		Export: paths.Link(paths.ConsolePrivacyExport, v.pool.ID, v.Param("user")), Erase: paths.Link(paths.ConsolePrivacyErase, v.pool.ID, v.Param("user")),
		Erasures: paths.Link(paths.ConsoleErasures, v.pool.ID),
	}.Show())
}

// exportPerson is all that is kept about somebody, as a file.
func (h *Handlers) exportPerson(v *visit, _ *types.UserPoolType) error {
	out, err := call[gatehouse.ExportUserDataOutput](h, v, &gatehouse.ExportUserDataInput{UserPoolId: &v.pool.ID, Username: aws.String(v.Param("user"))})
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	download(v, "application/json", "person-"+aws.ToString(out.User.Sub)+".json")
	_, err = v.Response().Write(append(body, '\n'))
	return err
}

func (h *Handlers) showErase(v *visit, _ *types.UserPoolType) error {
	name, err := h.person(v)
	if err != nil {
		return err
	}
	return h.erasePage(v, name, nil)
}

func (h *Handlers) erasePage(v *visit, name string, problems ui.Problems) error {
	title, back := v.t.T("console.privacy.erase"), paths.Link(paths.ConsolePrivacy, v.pool.ID, v.Param("user"))
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.frame(v, "users", title, v.poolCrumbs(layout.Crumb{Label: v.t.T("console.privacy"), Href: back})...),
		Form:         v.form(paths.Link(paths.ConsolePrivacyErase, v.pool.ID, v.Param("user")), problems),
		Heading:      title, Text: v.t.T("console.privacy.erase.text"), Name: name, Back: back,
	}.Show())
}

func (h *Handlers) erasePerson(v *visit, _ *types.UserPoolType) error {
	name, err := h.person(v)
	if err != nil {
		return err
	}
	if problems := v.mistyped(name); problems != nil {
		return h.erasePage(v, name, problems)
	}
	if _, err := call[gatehouse.EraseUserOutput](h, v, &gatehouse.EraseUserInput{UserPoolId: &v.pool.ID, Username: aws.String(v.Param("user"))}); err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleErasures, v.pool.ID), "person_erased")
}

func (h *Handlers) showErasures(v *visit, _ *types.UserPoolType) error {
	after := v.QueryParam("after")
	out, err := call[gatehouse.ListErasuresOutput](h, v, &gatehouse.ListErasuresInput{UserPoolId: &v.pool.ID, MaxResults: aws.Int32(25), NextToken: some(after)})
	if err != nil {
		return err
	}
	here := paths.Link(paths.ConsoleErasures, v.pool.ID)
	p := pages.ErasuresPage{
		ConsoleFrame: h.frame(v, "data", v.t.T("console.erasures"), v.poolCrumbs(layout.Crumb{Label: v.t.T("console.nav.data"), Href: paths.Link(paths.ConsolePoolData, v.pool.ID)})...), Here: here,
	}
	for _, e := range out.Erasures {
		p.Rows = append(p.Rows, pages.ErasureRow{ID: aws.ToString(e.ErasureId), Done: aws.ToString(e.State) == "Completed", Requested: aws.ToTime(e.RequestDate),
			Finished: aws.ToTime(e.CompletionDate), Records: aws.ToInt64(e.RewrittenRecords), Residue: e.Residue})
	}
	if out.NextToken != nil {
		p.Next = paths.Link(paths.ConsoleErasures, v.pool.ID, "after", *out.NextToken)
	}
	if after != "" {
		p.First = here
	}
	return web.Render(v, http.StatusOK, p.Show())
}
