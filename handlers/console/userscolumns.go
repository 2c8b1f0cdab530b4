package console

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/web/paths"
)

// columnsCookie keeps which columns of the list of users somebody wants to see.
const columnsCookie = "usercolumns"

// ownColumns are the columns that are no attributes, and what they are sorted by.
var ownColumns = []struct{ name, sort string }{
	{"status", ""}, {"mfa", ""}, {"created", "Created"}, {"modified", "Modified"}, {"seen", ""}, {"sub", ""}, {"username", "Username"},
}

var usualColumns = []string{"email", "status", "mfa", "created"}

// byEmail tells whether users of the pool are called by their address, for their username is the sub.
func byEmail(pool *types.UserPoolType) bool {
	return slices.Contains(pool.UsernameAttributes, types.UsernameAttributeTypeEmail)
}

// userColumns are the first column and all others, with those shown that the query string names, that were
// chosen before, that are usual.
func (h *Handlers) userColumns(v *visit, pool *types.UserPoolType, l userList) (first pages.UsersColumn, all []pages.UsersColumn) {
	shown := l.columns
	if shown != nil {
		h.Cookies.Set(v.Response(), columnsCookie, strings.Join(shown, "&"), h.Clock().AddDate(1, 0, 0))
	} else if kept := h.Cookies.Value(v.Request(), columnsCookie); kept != "" {
		shown = strings.Split(kept, "&")
	} else if shown = usualColumns; byEmail(pool) {
		shown = shown[1:] // it is the first column already
	}
	column := func(name, label, sort string) pages.UsersColumn {
		c := pages.UsersColumn{Name: name, Label: label, Shown: slices.Contains(shown, name)}
		if sort == "" {
			return c
		}
		way := l
		way.sort, way.desc = sort, false
		if l.sort == sort {
			c.Sorted, way.desc = "ascending", !l.desc
			if l.desc {
				c.Sorted = "descending"
			}
		}
		c.Sort = way.link(v, paths.ConsoleUsers)
		return c
	}
	byName := "Username"
	if len(pool.UsernameAttributes) > 0 {
		byName = ""
	}
	if byEmail(pool) {
		byName = "Email"
	}
	first = column("", v.t.T("console.users.who"), byName)
	for _, name := range []string{"email", "phone_number", "name"} {
		sort := ""
		if name == "email" {
			sort = "Email"
		}
		all = append(all, column(name, v.t.T("console.users.column."+name), sort))
	}
	for _, c := range ownColumns {
		if c.name == "username" && byName == "Username" {
			continue // it is the first
		}
		all = append(all, column(c.name, v.t.T("console.users.column."+c.name), c.sort))
	}
	for _, a := range pool.SchemaAttributes {
		if name := aws.ToString(a.Name); !slices.ContainsFunc(all, func(c pages.UsersColumn) bool { return c.Name == name }) {
			all = append(all, column(name, name, ""))
		}
	}
	return first, all
}

func shownColumns(all []pages.UsersColumn) (names []string) {
	for _, c := range all {
		if c.Shown {
			names = append(names, c.Name)
		}
	}
	return names
}

// attribute is a user's value of an attribute.
func attribute(u gatehouse.FoundUser, name string) string {
	for _, a := range u.Attributes {
		if *a.Name == name {
			return *a.Value
		}
	}
	return ""
}

// shownAs is what a user is called: the username, or where that is the sub what they sign in with.
func shownAs(u gatehouse.FoundUser) string {
	if *u.Username != *u.Sub {
		return *u.Username
	}
	for _, name := range []string{"email", "phone_number"} {
		if value := attribute(u, name); value != "" {
			return value
		}
	}
	return *u.Sub
}

func userRow(v *visit, u gatehouse.FoundUser, columns []string) pages.UserRow {
	r := pages.UserRow{
		Sub: *u.Sub, Name: shownAs(u), Second: attribute(u, "name"), Href: paths.Link(paths.ConsoleUser, v.pool.ID, *u.Sub),
		Status: *u.UserStatus, Enabled: *u.Enabled, TOTP: len(u.UserMFASettingList) > 0,
	}
	for _, c := range columns {
		r.Cells = append(r.Cells, userCell(u, c))
	}
	return r
}

func userCell(u gatehouse.FoundUser, column string) pages.UserCell {
	switch column {
	case "status", "mfa":
		return pages.UserCell{Kind: column}
	case "created":
		return pages.UserCell{Kind: "time", Time: *u.UserCreateDate}
	case "modified":
		return pages.UserCell{Kind: "time", Time: *u.UserLastModifiedDate}
	case "seen":
		return pages.UserCell{Kind: "time", Time: aws.ToTime(u.LastActivityDate)}
	case "sub":
		return pages.UserCell{Kind: "code", Text: *u.Sub}
	case "username":
		return pages.UserCell{Kind: "code", Text: *u.Username}
	}
	return pages.UserCell{Text: attribute(u, column)}
}
