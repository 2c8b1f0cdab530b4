package console

import (
	"cmp"
	"net/http"
	"slices"

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

func (h *Handlers) mountUser(r web.Routes) {
	r.GET(paths.ConsoleUserNew, h.of(h.ofPool(h.showUserNew)))
	r.POST(paths.ConsoleUserNew, h.of(h.ofPool(h.createUser)))
	r.GET(paths.ConsoleUser, h.of(h.ofUser(h.showUser)))
	r.GET(paths.ConsoleUserSection, h.of(h.ofUser(h.backToUser)))
	r.POST(paths.ConsoleUserSection, h.of(h.ofUser(h.saveUser)))
	r.GET(paths.ConsoleUserAct, h.of(h.ofUser(h.backToUser)))
	r.POST(paths.ConsoleUserAct, h.of(h.ofUser(h.actOnUser)))
	r.GET(paths.ConsoleUserGroups, h.of(h.ofUser(h.backToUser)))
	r.POST(paths.ConsoleUserGroups, h.of(h.ofUser(h.changeUserGroups)))
	r.GET(paths.ConsoleUserSessions, h.of(h.ofUser(h.backToUser)))
	r.POST(paths.ConsoleUserSessions, h.of(h.ofUser(h.revokeSessions)))
	r.GET(paths.ConsoleUserJSON, h.of(h.ofUser(h.showUserJSON)))
	r.GET(paths.ConsoleUserPassword, h.fresh(h.ofUser(h.showUserPassword)))
	r.POST(paths.ConsoleUserPassword, h.fresh(h.ofUser(h.setUserPassword)))
	r.GET(paths.ConsoleUserReset, h.fresh(h.ofUser(h.showUserReset)))
	r.POST(paths.ConsoleUserReset, h.fresh(h.ofUser(h.resetUserPassword)))
	r.GET(paths.ConsoleUserFactors, h.fresh(h.ofUser(h.showUserFactors)))
	r.POST(paths.ConsoleUserFactors, h.fresh(h.ofUser(h.removeUserFactor)))
	r.GET(paths.ConsoleUserDelete, h.fresh(h.ofUser(h.showUserDelete)))
	r.POST(paths.ConsoleUserDelete, h.fresh(h.ofUser(h.deleteUser)))
}

// person is the user whom a page is about.
type person struct {
	*idp.AdminGetUserOutput
	sub, name  string // name is the best there is to call somebody by
	attributes map[string]string
}

func personOf(u *idp.AdminGetUserOutput) *person {
	p := &person{AdminGetUserOutput: u, attributes: map[string]string{}}
	for _, a := range u.UserAttributes {
		p.attributes[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	p.sub = p.attributes["sub"]
	p.name = aws.ToString(u.Username)
	for _, other := range []string{"email", "phone_number", "preferred_username"} {
		if p.name == p.sub && p.attributes[other] != "" { // pools whose people sign in with an address make up the username
			p.name = p.attributes[other]
		}
	}
	return p
}

// ofUser makes a handler of a page that belongs to the user in its path: it reads pool and user first.
func (h *Handlers) ofUser(handle func(*visit, *person) error) handler {
	return h.ofPool(func(v *visit, pool *types.UserPoolType) error {
		v.schema = pool.SchemaAttributes
		out, err := call[idp.AdminGetUserOutput](h, v, &idp.AdminGetUserInput{UserPoolId: pool.Id, Username: aws.String(v.Param("user"))})
		if err != nil {
			return err
		}
		return handle(v, personOf(out))
	})
}

func (v *visit) userLink(pattern string, p *person) string {
	return paths.Link(pattern, v.pool.ID, p.sub)
}

// userFrame is the frame of a page below that of a user.
func (h *Handlers) userFrame(v *visit, p *person, title string) layout.ConsoleFrame {
	return h.frame(v, "users", title, v.usersCrumbs(layout.Crumb{Label: p.name, Href: v.userLink(paths.ConsoleUser, p)})...)
}

func (h *Handlers) backToUser(v *visit, p *person) error {
	return web.SeeOther(v, v.userLink(paths.ConsoleUser, p))
}

// showUser shows a user at the address that names them for good.
func (h *Handlers) showUser(v *visit, p *person) error {
	if v.Param("user") != p.sub {
		return h.backToUser(v, p)
	}
	return h.userPage(v, p, nil, nil)
}

// doneByMessage are the acts that send the user a message.
var doneByMessage = []string{"user_welcomed", "user_invited", "user_reset"}

// userPage shows a user; attributes, where they are given, are a form that could not be saved.
func (h *Handlers) userPage(v *visit, p *person, attributes []pages.Section, problems ui.Problems) error {
	if attributes == nil {
		attributes = sections(v, h.userParts(v, p), p, aws.ToTime(p.UserLastModifiedDate), v.userSection(p))
	}
	page := pages.UserPage{
		ConsoleFrame: h.frame(v, "users", p.name, v.usersCrumbs()...), Problems: append(problems, problemsOf(attributes)...),
		Name: p.name, Username: aws.ToString(p.Username), Sub: p.sub, Status: string(p.UserStatus), Enabled: p.Enabled,
		Created: aws.ToTime(p.UserCreateDate), Changed: aws.ToTime(p.UserLastModifiedDate), TOTP: len(p.UserMFASettingList) > 0,
		Attributes: attributes[0], Fixed: v.fixedAttributes(p), Acts: v.form(v.userLink(paths.ConsoleUserAct, p), nil),
		GroupForm: v.form(v.userLink(paths.ConsoleUserGroups, p), nil), SessionForm: v.form(v.userLink(paths.ConsoleUserSessions, p), nil),
		Password: v.userLink(paths.ConsoleUserPassword, p), Reset: v.userLink(paths.ConsoleUserReset, p), NewGroup: paths.Link(paths.ConsoleGroupNew, v.pool.ID), Group: v.typed("group"), Factors: v.userLink(paths.ConsoleUserFactors, p),
		JSON: v.userLink(paths.ConsoleUserJSON, p), Delete: v.userLink(paths.ConsoleUserDelete, p), Privacy: v.userLink(paths.ConsolePrivacy, p), Activity: activityLink(v.pool.ID, pages.ActivityFilter{User: p.sub}),
	}
	if slices.Contains(doneByMessage, v.QueryParam("done")) {
		page.DoneLabel, page.DoneHref = v.t.T("console.outbox.title"), paths.Link(paths.ConsoleOutbox, v.pool.ID)
	}
	if !v.allAttributes() {
		page.AllAttributes = paths.Link(paths.ConsoleUser, v.pool.ID, p.sub, "attributes", "all") + "#attributes"
	}
	for _, fill := range []func(*visit, *person, *pages.UserPage) error{h.fillGroups, h.fillSessions, h.fillActivity} {
		if err := fill(v, p, &page); err != nil {
			return err
		}
	}
	return web.Render(v, http.StatusOK, page.Show())
}

func (h *Handlers) fillGroups(v *visit, p *person, page *pages.UserPage) error {
	of, err := call[idp.AdminListGroupsForUserOutput](h, v, &idp.AdminListGroupsForUserInput{UserPoolId: &v.pool.ID, Username: &p.sub, Limit: aws.Int32(60)})
	if err != nil {
		return err
	}
	for _, g := range of.Groups {
		name := aws.ToString(g.GroupName)
		page.Groups = append(page.Groups, pages.NamedLink{Name: name, Href: paths.Link(paths.ConsoleGroup, v.pool.ID, apiKey(name))})
	}
	all, err := call[idp.ListGroupsOutput](h, v, &idp.ListGroupsInput{UserPoolId: &v.pool.ID, Limit: aws.Int32(60)})
	if err != nil {
		return err
	}
	for _, g := range all.Groups {
		page.GroupNames = append(page.GroupNames, aws.ToString(g.GroupName))
	}
	return nil
}

func (h *Handlers) fillSessions(v *visit, p *person, page *pages.UserPage) error {
	out, err := call[gatehouse.ListUserSessionsOutput](h, v, &gatehouse.ListUserSessionsInput{UserPoolId: &v.pool.ID, Username: &p.sub})
	if err != nil {
		return err
	}
	clients, err := call[idp.ListUserPoolClientsOutput](h, v, &idp.ListUserPoolClientsInput{UserPoolId: &v.pool.ID, MaxResults: aws.Int32(60)})
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, c := range clients.UserPoolClients {
		names[aws.ToString(c.ClientId)] = aws.ToString(c.ClientName)
	}
	for _, s := range out.Sessions {
		page.Sessions = append(page.Sessions, pages.UserSessionRow{
			ID: aws.ToString(s.SessionId), Browser: aws.ToString(s.Type) == "BROWSER", Client: aws.ToString(s.ClientId), ClientName: cmp.Or(names[aws.ToString(s.ClientId)], aws.ToString(s.ClientId)), IP: aws.ToString(s.IpAddress),
			Agent: aws.ToString(s.UserAgent), Began: aws.ToTime(s.CreationDate), Ends: aws.ToTime(s.ExpirationDate),
		})
	}
	return nil
}

func (h *Handlers) fillActivity(v *visit, p *person, page *pages.UserPage) error {
	out, err := call[gatehouse.ListAuthEventsOutput](h, v, &gatehouse.ListAuthEventsInput{UserPoolId: &v.pool.ID, Username: &p.sub, MaxResults: aws.Int32(10)})
	if err != nil {
		return err
	}
	for _, e := range out.Events {
		page.Events = append(page.Events, activityRow(v.pool.ID, e))
	}
	return nil
}

// userSection is where the section of a user is saved; whoever saw all attributes sees all of them after it.
func (v *visit) userSection(p *person) func(id string) string {
	return func(id string) string {
		if v.allAttributes() {
			return paths.Link(paths.ConsoleUserSection, v.pool.ID, p.sub, id, "attributes", "all")
		}
		return paths.Link(paths.ConsoleUserSection, v.pool.ID, p.sub, id)
	}
}

func (v *visit) allAttributes() bool { return v.QueryParam("attributes") == "all" }

func (h *Handlers) saveUser(v *visit, p *person) error {
	all, err := saveSection(v, h.userParts(v, p), p, aws.ToTime(p.UserLastModifiedDate), v.userSection(p))
	if err != nil {
		return err
	}
	if all != nil {
		return h.userPage(v, p, all, nil)
	}
	return v.done(v.userLink(paths.ConsoleUser, p)+"#attributes", "settings_saved")
}
