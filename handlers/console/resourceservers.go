package console

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (v *visit) apiCrumbs() []layout.Crumb {
	return v.poolCrumbs(layout.Crumb{Label: v.t.T("console.nav.domain"), Href: paths.Link(paths.ConsoleDomain, v.pool.ID)})
}

func (h *Handlers) showAPINew(v *visit, _ *types.UserPoolType) error {
	return h.apiPage(v, pages.API{}, true, nil)
}

func (h *Handlers) apiPage(v *visit, a pages.API, fresh bool, problems ui.Problems) error {
	title, action := a.Name, paths.Link(paths.ConsoleAPI, v.pool.ID, apiKey(a.Identifier))
	p := pages.APIPage{API: a, New: fresh, Back: paths.Link(paths.ConsoleDomain, v.pool.ID)}
	if fresh {
		title, action = v.t.T("console.api.create"), paths.Link(paths.ConsoleAPINew, v.pool.ID)
	} else {
		p.Delete = paths.Link(paths.ConsoleAPIDelete, v.pool.ID, apiKey(a.Identifier))
	}
	p.Heading, p.ConsoleFrame, p.Form = title, h.frame(v, "domain", title, v.apiCrumbs()...), v.form(action, problems, ui.Param{Name: "was", Value: a.Was})
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) createAPI(v *visit, pool *types.UserPoolType) error {
	a := pages.API{Identifier: v.typed("identifier"), Name: v.typed("name"), Scopes: v.posted("scopes")}
	scopes := apiScopes(v.lines("scopes"))
	_, err := call[idp.CreateResourceServerOutput](h, v, &idp.CreateResourceServerInput{UserPoolId: pool.Id, Identifier: &a.Identifier, Name: &a.Name, Scopes: scopes})
	if problems, ok := v.refused(err, ""); ok {
		return h.apiPage(v, a, true, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleDomain, v.pool.ID), "api_created")
}

// apiKey is an identifier as a path holds it: most are URLs, and what is between two slashes must not have any.
func apiKey(identifier string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(identifier))
}

// api is the resource server in the path.
func (h *Handlers) api(v *visit) (pages.API, error) {
	key, err := base64.RawURLEncoding.DecodeString(v.Param("api"))
	if err != nil || len(key) == 0 {
		return pages.API{}, web.ErrNotFound
	}
	identifier := string(key)
	out, err := call[idp.DescribeResourceServerOutput](h, v, &idp.DescribeResourceServerInput{UserPoolId: &v.pool.ID, Identifier: &identifier})
	if err != nil {
		return pages.API{}, err
	}
	r := out.ResourceServer
	a := pages.API{Identifier: identifier, Name: aws.ToString(r.Name), Scopes: scopeLines(r.Scopes)}
	a.Was = a.Name + "\n" + a.Scopes
	return a, nil
}

func (h *Handlers) showAPI(v *visit, _ *types.UserPoolType) error {
	a, err := h.api(v)
	if err != nil {
		return err
	}
	return h.apiPage(v, a, false, nil)
}

// saveAPI replaces name and scopes, unless somebody else has done so since the form was shown: then it says what
// stands there now, and the next save is over that.
func (h *Handlers) saveAPI(v *visit, pool *types.UserPoolType) error {
	now, err := h.api(v)
	if err != nil {
		return err
	}
	a := now
	a.Name, a.Scopes = v.typed("name"), v.posted("scopes")
	if strings.ReplaceAll(v.posted("was"), "\r", "") != now.Was {
		a.Theirs = now.Was
		return h.apiPage(v, a, false, nil)
	}
	_, err = call[idp.UpdateResourceServerOutput](h, v, &idp.UpdateResourceServerInput{UserPoolId: pool.Id, Identifier: &a.Identifier, Name: &a.Name, Scopes: apiScopes(v.lines("scopes"))})
	if problems, ok := v.refused(err, ""); ok {
		return h.apiPage(v, a, false, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleAPI, v.pool.ID, apiKey(a.Identifier)), "settings_saved")
}

// scopeLines are scopes as the form shows them: a name, then what it is for, a line each.
func scopeLines(scopes []types.ResourceServerScopeType) string {
	var out []string
	for _, s := range scopes {
		out = append(out, aws.ToString(s.ScopeName)+" "+aws.ToString(s.ScopeDescription))
	}
	return strings.Join(out, "\n")
}

// apiScopes reads those lines; a scope that is not described is described by its name, for it must be.
func apiScopes(lines []string) (out []types.ResourceServerScopeType) {
	for _, line := range lines {
		name, description, _ := strings.Cut(line, " ")
		if description = strings.TrimSpace(description); description == "" {
			description = name
		}
		out = append(out, types.ResourceServerScopeType{ScopeName: &name, ScopeDescription: &description})
	}
	return out
}

func (h *Handlers) showAPIDelete(v *visit, _ *types.UserPoolType) error {
	a, err := h.api(v)
	if err != nil {
		return err
	}
	return h.apiDeletePage(v, a, nil)
}

func (h *Handlers) apiDeletePage(v *visit, a pages.API, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.frame(v, "domain", v.t.T("console.api.delete"), v.apiCrumbs()...),
		Form:         v.form(paths.Link(paths.ConsoleAPIDelete, v.pool.ID, apiKey(a.Identifier)), problems),
		Heading:      v.t.T("console.api.delete"), Text: v.t.T("console.api.delete.text"), Name: a.Name, Back: paths.Link(paths.ConsoleAPI, v.pool.ID, apiKey(a.Identifier)),
	}.Show())
}

func (h *Handlers) deleteAPI(v *visit, _ *types.UserPoolType) error {
	a, err := h.api(v)
	if err != nil {
		return err
	}
	if problems := v.mistyped(a.Name); problems != nil {
		return h.apiDeletePage(v, a, problems)
	}
	_, err = call[idp.DeleteResourceServerOutput](h, v, &idp.DeleteResourceServerInput{UserPoolId: &v.pool.ID, Identifier: &a.Identifier})
	if problems, ok := v.refused(err, ""); ok {
		return h.apiDeletePage(v, a, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleDomain, v.pool.ID), "api_deleted")
}
