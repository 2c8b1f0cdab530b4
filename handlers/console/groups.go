package console

import (
	"encoding/base64"
	"net/http"
	"strconv"
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

func (h *Handlers) mountGroups(r web.Routes) {
	r.GET(paths.ConsoleGroups, h.of(h.ofPool(h.showGroups)))
	r.GET(paths.ConsoleGroupNew, h.of(h.ofPool(h.showGroupNew)))
	r.POST(paths.ConsoleGroupNew, h.of(h.ofPool(h.createGroup)))
	r.GET(paths.ConsoleGroup, h.of(h.ofGroup(h.showGroup)))
	r.POST(paths.ConsoleGroup, h.of(h.ofGroup(h.saveGroup)))
	r.GET(paths.ConsoleGroupMembers, h.of(h.ofGroup(h.backToGroup)))
	r.POST(paths.ConsoleGroupMembers, h.of(h.ofGroup(h.changeMembers)))
	r.GET(paths.ConsoleGroupDelete, h.fresh(h.ofGroup(h.showGroupDelete)))
	r.POST(paths.ConsoleGroupDelete, h.fresh(h.ofGroup(h.deleteGroup)))
}

// ofGroup makes a handler of a page that belongs to the group in its path: it reads pool and group first.
func (h *Handlers) ofGroup(handle func(*visit, pages.Group) error) handler {
	return h.ofPool(func(v *visit, pool *types.UserPoolType) error {
		name, err := base64.RawURLEncoding.DecodeString(v.Param("group"))
		if err != nil || len(name) == 0 {
			return web.ErrNotFound
		}
		out, err := call[idp.GetGroupOutput](h, v, &idp.GetGroupInput{UserPoolId: pool.Id, GroupName: aws.String(string(name))})
		if err != nil {
			return err
		}
		return handle(v, groupOf(out.Group))
	})
}

func groupOf(g *types.GroupType) pages.Group {
	out := pages.Group{Name: aws.ToString(g.GroupName), Description: aws.ToString(g.Description), Role: aws.ToString(g.RoleArn), Changed: aws.ToTime(g.LastModifiedDate)}
	if g.Precedence != nil {
		out.Precedence = strconv.Itoa(int(*g.Precedence))
	}
	out.Was = out.Says()
	return out
}

func (v *visit) groupLink(pattern string, g pages.Group, more ...string) string {
	return paths.Link(pattern, append([]string{v.pool.ID, apiKey(g.Name)}, more...)...)
}

func (v *visit) groupCrumbs(more ...layout.Crumb) []layout.Crumb {
	return v.poolCrumbs(append([]layout.Crumb{{Label: v.t.T("console.nav.groups"), Href: paths.Link(paths.ConsoleGroups, v.pool.ID)}}, more...)...)
}

func (h *Handlers) showGroups(v *visit, pool *types.UserPoolType) error {
	out, err := call[idp.ListGroupsOutput](h, v, &idp.ListGroupsInput{UserPoolId: pool.Id, Limit: aws.Int32(60), NextToken: some(v.QueryParam("after"))})
	if err != nil {
		return err
	}
	p := pages.GroupsPage{ConsoleFrame: h.frame(v, "groups", v.t.T("console.nav.groups"), v.poolCrumbs()...), New: paths.Link(paths.ConsoleGroupNew, v.pool.ID)}
	for _, g := range out.Groups {
		row := groupOf(&g)
		row.Href = v.groupLink(paths.ConsoleGroup, row)
		p.Groups = append(p.Groups, row)
	}
	if out.NextToken != nil {
		p.Next = paths.Link(paths.ConsoleGroups, v.pool.ID, "after", *out.NextToken)
	}
	if v.QueryParam("after") != "" {
		p.First = paths.Link(paths.ConsoleGroups, v.pool.ID)
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) showGroupNew(v *visit, _ *types.UserPoolType) error {
	return h.groupNewPage(v, pages.Group{}, nil)
}

func (h *Handlers) groupNewPage(v *visit, g pages.Group, problems ui.Problems) error {
	title := v.t.T("console.group.create")
	return web.Render(v, http.StatusOK, pages.GroupPage{
		ConsoleFrame: h.frame(v, "groups", title, v.groupCrumbs()...), Heading: title, Group: g, New: true,
		Form: v.form(paths.Link(paths.ConsoleGroupNew, v.pool.ID), problems), Back: paths.Link(paths.ConsoleGroups, v.pool.ID),
	}.Show())
}

// typedGroup reads the form over a group as it stands.
func (v *visit) typedGroup(g pages.Group) (_ pages.Group, precedence *int32, problems ui.Problems) {
	g.Description, g.Role, g.Precedence = strings.TrimSpace(v.posted("description")), v.typed("role"), v.typed("precedence")
	if g.Precedence != "" {
		n, err := strconv.ParseInt(g.Precedence, 10, 32)
		if err != nil || n < 0 {
			problems = ui.Problems{{Field: "precedence", Text: v.t.T("console.group.precedence.wrong")}}
		}
		small := int32(n)
		precedence = &small
	}
	return g, precedence, problems
}

func (h *Handlers) createGroup(v *visit, pool *types.UserPoolType) error {
	g, precedence, problems := v.typedGroup(pages.Group{Name: v.typed("name")})
	if g.Name == "" {
		problems = append(ui.Problems{{Field: "name", Text: v.t.T("console.group.name.missing")}}, problems...)
	}
	if problems == nil {
		_, err := call[idp.CreateGroupOutput](h, v, &idp.CreateGroupInput{UserPoolId: pool.Id, GroupName: &g.Name, Description: some(g.Description), RoleArn: some(g.Role), Precedence: precedence})
		if err == nil {
			return v.done(v.groupLink(paths.ConsoleGroup, g), "group_created")
		}
		var ok bool
		if problems, ok = v.refused(err, ""); !ok {
			return err
		}
	}
	return h.groupNewPage(v, g, problems)
}

func (h *Handlers) showGroup(v *visit, g pages.Group) error { return h.groupPage(v, g, nil) }

func (h *Handlers) backToGroup(v *visit, g pages.Group) error {
	return web.SeeOther(v, v.groupLink(paths.ConsoleGroup, g))
}

func (h *Handlers) groupPage(v *visit, g pages.Group, problems ui.Problems) error {
	out, err := call[idp.ListUsersInGroupOutput](h, v, &idp.ListUsersInGroupInput{UserPoolId: &v.pool.ID, GroupName: &g.Name, Limit: aws.Int32(60), NextToken: some(v.QueryParam("after"))})
	if err != nil {
		return err
	}
	p := pages.GroupPage{
		ConsoleFrame: h.frame(v, "groups", g.Name, v.groupCrumbs()...), Heading: g.Name, Group: g,
		Form: v.form(v.groupLink(paths.ConsoleGroup, g), problems, ui.Param{Name: "was", Value: g.Was}), Back: paths.Link(paths.ConsoleGroups, v.pool.ID),
		Members: v.form(v.groupLink(paths.ConsoleGroupMembers, g), nil), Delete: v.groupLink(paths.ConsoleGroupDelete, g),
	}
	for _, u := range out.Users {
		m := personOf(&idp.AdminGetUserOutput{Username: u.Username, UserAttributes: u.Attributes})
		p.Users = append(p.Users, pages.Member{Sub: m.sub, Name: m.name, Email: m.attributes["email"], Href: v.userLink(paths.ConsoleUser, m)})
	}
	if out.NextToken != nil {
		p.Next = v.groupLink(paths.ConsoleGroup, g, "after", *out.NextToken)
	}
	if v.QueryParam("after") != "" {
		p.First = v.groupLink(paths.ConsoleGroup, g)
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// saveGroup saves a group, unless somebody else has done so since the form was shown: then it says what stands
// there now, and the next save is over that.
func (h *Handlers) saveGroup(v *visit, now pages.Group) error {
	g, precedence, problems := v.typedGroup(now)
	switch {
	case strings.ReplaceAll(v.posted("was"), "\r", "") != now.Was:
		g.Theirs = now.Was
		return h.groupPage(v, g, nil)
	case g.Role == "" && now.Role != "": // UpdateGroup has no way to say it
		problems = append(problems, ui.Problem{Field: "role", Text: v.t.T("console.group.role.stays")})
	case g.Precedence == "" && now.Precedence != "":
		problems = append(problems, ui.Problem{Field: "precedence", Text: v.t.T("console.group.precedence.stays")})
	}
	if problems != nil {
		return h.groupPage(v, g, problems)
	}
	_, err := call[idp.UpdateGroupOutput](h, v, &idp.UpdateGroupInput{UserPoolId: &v.pool.ID, GroupName: &g.Name, Description: &g.Description, RoleArn: some(g.Role), Precedence: precedence})
	if problems, ok := v.refused(err, ""); ok {
		return h.groupPage(v, g, problems)
	}
	if err != nil {
		return err
	}
	return v.done(v.groupLink(paths.ConsoleGroup, g), "settings_saved")
}

// changeMembers adds or removes one member, a dangerous act as apps grant by groups.
func (h *Handlers) changeMembers(v *visit, g pages.Group) error {
	if err := h.proven(v); err != nil {
		return err
	}
	done, field := "member_removed", ""
	var err error
	if gone := v.posted("remove"); gone != "" {
		_, err = call[idp.AdminRemoveUserFromGroupOutput](h, v, &idp.AdminRemoveUserFromGroupInput{UserPoolId: &v.pool.ID, Username: &gone, GroupName: &g.Name})
	} else {
		done, field = "member_added", "username"
		_, err = call[idp.AdminAddUserToGroupOutput](h, v, &idp.AdminAddUserToGroupInput{UserPoolId: &v.pool.ID, Username: aws.String(v.typed("username")), GroupName: &g.Name})
	}
	if problems, ok := v.refused(err, field); ok {
		return h.groupPage(v, g, problems)
	}
	if err != nil {
		return err
	}
	return v.done(v.groupLink(paths.ConsoleGroup, g), done)
}

func (h *Handlers) showGroupDelete(v *visit, g pages.Group) error {
	return h.groupDeletePage(v, g, nil)
}

func (h *Handlers) groupDeletePage(v *visit, g pages.Group, problems ui.Problems) error {
	back := v.groupLink(paths.ConsoleGroup, g)
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.frame(v, "groups", v.t.T("console.group.delete"), v.groupCrumbs(layout.Crumb{Label: g.Name, Href: back})...),
		Form:         v.form(v.groupLink(paths.ConsoleGroupDelete, g), problems),
		Heading:      v.t.T("console.group.delete"), Text: v.t.T("console.group.delete.text"), Name: g.Name, Back: back,
	}.Show())
}

func (h *Handlers) deleteGroup(v *visit, g pages.Group) error {
	if problems := v.mistyped(g.Name); problems != nil {
		return h.groupDeletePage(v, g, problems)
	}
	_, err := call[idp.DeleteGroupOutput](h, v, &idp.DeleteGroupInput{UserPoolId: &v.pool.ID, GroupName: &g.Name})
	if problems, ok := v.refused(err, ""); ok {
		return h.groupDeletePage(v, g, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleGroups, v.pool.ID), "group_deleted")
}
