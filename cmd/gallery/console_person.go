package main

import (
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func personStates(f layout.ConsoleFrame) map[string]templ.Component {
	t, form := f.T, ui.Form{Action: "#"}
	long := strings.Repeat("Donaudampfschifffahrt", 5)
	attributes := []console.Setting{
		{Name: "email", Label: t.T("attribute.email"), Values: []string{"ann@example.org"}},
		{Name: "email_verified", Label: t.T("attribute.email_verified"), Kind: console.Yes, Values: []string{"on"}},
		{Name: "custom:notes", Label: "custom:notes", Values: []string{long}},
	}
	user := console.UserPage{
		ConsoleFrame: inPool(f, "users", "ann"), Name: "ann", Username: "ann", Sub: "5f1c8a4e-91d3-4f0e-8a77-0d7b2f6c9e11", Status: "CONFIRMED", Enabled: true, TOTP: true,
		Created: sampleTime, Changed: sampleTime, AllAttributes: "#", Acts: form, GroupForm: form, SessionForm: form, Password: "#", Reset: "#", NewGroup: "#", Factors: "#", JSON: "#", Delete: "#", Activity: "#", Privacy: "#",
		Attributes: console.Section{Form: form, ID: "attributes", Title: t.T("console.user.attributes"), Settings: attributes}, Fixed: []ui.Fact{{Name: "custom:plan", Value: long}},
		Groups: []console.NamedLink{{Name: "nurses", Href: "#"}, {Name: long, Href: "#"}}, GroupNames: []string{"nurses"},
		Sessions: []console.UserSessionRow{{ID: "a", Browser: true, IP: "203.0.113.7", Agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0", Began: sampleTime, Ends: sampleTime}, {ID: "b", Client: sampleClient, ClientName: "Patient Portal", Began: sampleTime, Ends: sampleTime}},
		Events:   []console.ActivityRow{{Href: "#", Type: "SignIn", Passed: true, IP: "203.0.113.7", Time: sampleTime}, {Href: "#", Type: "SignIn", Reason: "NotAuthorizedException", Time: sampleTime}},
	}
	bare, conflict, refused := user, user, user
	bare.Groups, bare.GroupNames, bare.Sessions, bare.Events, bare.TOTP, bare.Enabled, bare.Status, bare.Fixed = nil, nil, nil, nil, false, false, "FORCE_CHANGE_PASSWORD", nil
	conflict.Attributes.Theirs = append([]console.Setting{{Name: "email", Label: t.T("attribute.email"), Values: []string{"other@example.org"}}}, attributes[1:]...)
	refused.Group, refused.Problems = "doctors", ui.Problems{{Field: "group", Text: "Group not found."}}
	created := console.UserNewPage{ConsoleFrame: inPool(f, "users", t.T("console.user.create")), Form: form, New: console.NewUser{Invite: "EMAIL", Attributes: attributes}, SignsInBy: []string{"email"}, Back: "#"}
	wrong := created
	wrong.Problems, wrong.SignsInBy = ui.Problems{{Field: "username", Text: t.T("console.user.username.missing")}}, nil
	password := console.UserPasswordPage{ConsoleFrame: inPool(f, "users", t.T("console.user.password.set")), Form: form, Name: "ann", Kind: "temporary", Back: "#"}
	short := password
	short.Problems = ui.Problems{{Field: "password", Text: "Password did not conform with policy: Password not long enough"}}
	factor := console.UserFactorPage{ConsoleFrame: inPool(f, "users", t.T("console.user.totp.remove")), Form: form, Name: "ann", On: true, Back: "#"}
	reset := console.UserResetPage{ConsoleFrame: inPool(f, "users", t.T("console.user.reset")), Form: form, Name: "ann", Back: "#"}
	noContact := reset
	noContact.Problems = ui.Problems{{Text: "User has no verified email or phone number"}}
	return map[string]templ.Component{
		"console-user/reset":          reset.Show(),
		"console-user/reset-refused":  noContact.Show(),
		"console-user/page":           user.Show(),
		"console-user/bare":           bare.Show(),
		"console-user/conflict":       conflict.Show(),
		"console-user/refused":        refused.Show(),
		"console-user/new":            created.Show(),
		"console-user/new-wrong":      wrong.Show(),
		"console-user/password":       password.Show(),
		"console-user/password-short": short.Show(),
		"console-user/factor":         factor.Show(),
		"console-user/json":           console.UserJSONPage{ConsoleFrame: inPool(f, "users", t.T("console.user.json")), Text: "{\n  \"Enabled\": true\n}\n", Command: "aws cognito-idp admin-get-user", Back: "#"}.Show(),
	}
}

func groupStates(f layout.ConsoleFrame) map[string]templ.Component {
	t, form := f.T, ui.Form{Action: "#"}
	group := console.Group{Name: "nurses", Description: "Night shift", Precedence: "3", Changed: sampleTime, Href: "#"}
	list := console.GroupsPage{ConsoleFrame: inPool(f, "groups", t.T("console.nav.groups")), New: "#"}
	some := list
	some.Groups, some.First, some.Next = []console.Group{group, {Name: strings.Repeat("Donaudampfschifffahrt", 5), Changed: sampleTime, Href: "#"}}, "#", "#"
	page := console.GroupPage{ConsoleFrame: inPool(f, "groups", "nurses"), Form: form, Heading: "nurses", Group: group, Members: form, Back: "#", Delete: "#", First: "#", Next: "#",
		Users: []console.Member{{Sub: "5f1c", Name: "ann", Email: "ann@example.org", Href: "#"}}}
	empty, conflict := page, page
	empty.Users = nil
	conflict.Group.Theirs = "Day shift\n2\n"
	created := console.GroupPage{ConsoleFrame: inPool(f, "groups", t.T("console.group.create")), Form: form, Heading: t.T("console.group.create"), New: true, Back: "#"}
	created.Problems = ui.Problems{{Field: "name", Text: t.T("console.group.name.missing")}}
	return map[string]templ.Component{
		"console-groups/empty":   list.Show(),
		"console-groups/some":    some.Show(),
		"console-group/page":     page.Show(),
		"console-group/empty":    empty.Show(),
		"console-group/conflict": conflict.Show(),
		"console-group/new":      created.Show(),
	}
}
