package console

import (
	"cmp"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/templates/layout"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountIAM(r web.Routes) {
	r.GET(paths.ConsoleIAM, h.of(func(v *visit) error { return web.SeeOther(v, iamList(iamUsers)) }))
	r.GET(paths.ConsoleGiveAccess, h.fresh(h.showGiveAccess))
	r.POST(paths.ConsoleGiveAccess, h.fresh(h.giveAccess))
	r.GET(paths.ConsoleIAMList, h.of(h.showIAMList))
	r.GET(paths.ConsoleIAMNew, h.of(h.showIAMNew))
	r.POST(paths.ConsoleIAMNew, h.of(h.createIAM))
	r.GET(paths.ConsoleIAMOne, h.of(h.ofIdentity(h.showIdentity)))
	r.GET(paths.ConsoleIAMOnePolicies, h.of(h.ofIdentity(backToIdentity)))
	r.POST(paths.ConsoleIAMOnePolicies, h.fresh(h.ofIdentity(h.changeIdentityPolicies)))
	r.GET(paths.ConsoleIAMOneBoundary, h.of(h.ofIdentity(backToIdentity)))
	r.POST(paths.ConsoleIAMOneBoundary, h.fresh(h.ofIdentity(h.changeBoundary)))
	r.GET(paths.ConsoleIAMOneTags, h.of(h.ofIdentity(backToIdentity)))
	r.POST(paths.ConsoleIAMOneTags, h.fresh(h.ofIdentity(h.saveIdentityTags)))
	r.GET(paths.ConsoleIAMOneRename, h.of(h.ofIdentity(backToIdentity)))
	r.POST(paths.ConsoleIAMOneRename, h.fresh(h.ofIdentity(h.renameIdentity)))
	r.GET(paths.ConsoleIAMOneDelete, h.fresh(h.ofIdentity(h.showIdentityDelete)))
	r.POST(paths.ConsoleIAMOneDelete, h.fresh(h.ofIdentity(h.deleteIdentity)))
	r.GET(paths.ConsoleIAMUserGroups, h.of(h.ofIdentity(backToIdentity)))
	r.POST(paths.ConsoleIAMUserGroups, h.fresh(h.ofIdentity(h.changeIAMUserGroups)))
	r.GET(paths.ConsoleIAMUserKeys, h.of(h.ofIdentity(backToIdentity)))
	r.POST(paths.ConsoleIAMUserKeys, h.fresh(h.ofIdentity(h.changeAccessKeys)))
	r.GET(paths.ConsoleIAMUserKeyDelete, h.fresh(h.ofIdentity(h.showKeyDelete)))
	r.POST(paths.ConsoleIAMUserKeyDelete, h.fresh(h.ofIdentity(h.deleteKey)))
	r.GET(paths.ConsoleIAMUserLogin, h.fresh(h.ofIdentity(h.showLogin)))
	r.POST(paths.ConsoleIAMUserLogin, h.fresh(h.ofIdentity(h.changeLogin)))
	r.GET(paths.ConsoleIAMUserDevices, h.of(h.ofIdentity(backToIdentity)))
	r.POST(paths.ConsoleIAMUserDevices, h.fresh(h.ofIdentity(h.changeDevices)))
	r.GET(paths.ConsoleIAMGroupMembers, h.of(h.ofIdentity(backToIdentity)))
	r.POST(paths.ConsoleIAMGroupMembers, h.fresh(h.ofIdentity(h.changeIAMMembers)))
	r.GET(paths.ConsoleIAMRoleSettings, h.of(h.ofIdentity(backToIdentity)))
	r.POST(paths.ConsoleIAMRoleSettings, h.of(h.ofIdentity(h.saveRoleSettings)))
	r.GET(paths.ConsoleIAMRoleAccess, h.of(h.ofIdentity(h.showAccess)))
	h.mountIAMPolicies(r)
	h.mountPolicyEditors(r)
	h.mountIAMDecisions(r)
	h.mountIAMAccount(r)
	h.mountIAMProviders(r)
}

// identity is the IAM user, group or role that a page is about.
type identity struct {
	kind, name, path, arn, id string
	created                   time.Time
	boundary                  string // an ARN; "" without one
	tags                      map[string]string
	description, trust        string    // of a role
	session                   int32     // the longest, in seconds; of a role
	used                      time.Time // by a session of a role, last
}

// kindInPath is the kind where the pattern has it as text.
func kindInPath(v *visit) string {
	return cmp.Or(v.Param("kind"), map[string]string{
		paths.ConsoleIAMUserGroups: iamUsers, paths.ConsoleIAMUserKeys: iamUsers, paths.ConsoleIAMUserKeyDelete: iamUsers,
		paths.ConsoleIAMUserLogin: iamUsers, paths.ConsoleIAMUserDevices: iamUsers,
		paths.ConsoleIAMGroupMembers: iamGroups, paths.ConsoleIAMRoleSettings: iamRoles, paths.ConsoleIAMRoleAccess: iamRoles,
	}[v.Path()])
}

// ofIdentity makes a handler of a page that belongs to the identity in its path, which it reads first.
func (h *Handlers) ofIdentity(handle func(*visit, *identity) error) handler {
	return func(v *visit) error {
		i, err := h.identity(v, kindInPath(v), v.Param("name"))
		if err != nil {
			return err
		}
		return handle(v, i)
	}
}

func (h *Handlers) identity(v *visit, kind, name string) (*identity, error) {
	switch kind {
	case iamUsers:
		out, err := call[iam.GetUserOutput](h, v, &iam.GetUserInput{UserName: &name})
		if err != nil {
			return nil, err
		}
		u := out.User
		return &identity{kind: kind, name: *u.UserName, path: *u.Path, arn: *u.Arn, id: *u.UserId, created: aws.ToTime(u.CreateDate), boundary: boundaryOf(u.PermissionsBoundary), tags: iamTags(u.Tags)}, nil
	case iamGroups:
		out, err := call[iam.GetGroupOutput](h, v, &iam.GetGroupInput{GroupName: &name, MaxItems: aws.Int32(1)})
		if err != nil {
			return nil, err
		}
		g := out.Group
		return &identity{kind: kind, name: *g.GroupName, path: *g.Path, arn: *g.Arn, id: *g.GroupId, created: aws.ToTime(g.CreateDate)}, nil
	case iamRoles:
		out, err := call[iam.GetRoleOutput](h, v, &iam.GetRoleInput{RoleName: &name})
		if err != nil {
			return nil, err
		}
		r := out.Role
		trust, err := documentOf(r.AssumeRolePolicyDocument)
		return &identity{
			kind: kind, name: *r.RoleName, path: *r.Path, arn: *r.Arn, id: *r.RoleId, created: aws.ToTime(r.CreateDate), boundary: boundaryOf(r.PermissionsBoundary), tags: iamTags(r.Tags),
			description: aws.ToString(r.Description), trust: trust, session: aws.ToInt32(r.MaxSessionDuration), used: aws.ToTime(r.RoleLastUsed.LastUsedDate),
		}, err
	}
	return nil, web.ErrNotFound
}

func boundaryOf(b *types.AttachedPermissionsBoundary) string {
	if b == nil {
		return ""
	}
	return aws.ToString(b.PermissionsBoundaryArn)
}

func iamTags(list []types.Tag) map[string]string {
	out := map[string]string{}
	for _, t := range list {
		out[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return out
}

// documentOf is a policy as it is kept; answers of IAM percent-encode it.
func documentOf(encoded *string) (string, error) { return url.QueryUnescape(aws.ToString(encoded)) }

func iamList(kind string) string { return paths.Link(paths.ConsoleIAMList, kind) }

// to is a page that belongs to the identity: of a pattern with its kind, or with the kind as text.
func (i *identity) to(pattern string, more ...string) string {
	values := append([]string{i.kind, i.name}, more...)
	switch pattern {
	case paths.ConsoleIAMUserGroups, paths.ConsoleIAMUserKeys, paths.ConsoleIAMUserKeyDelete, paths.ConsoleIAMUserLogin, paths.ConsoleIAMUserDevices,
		paths.ConsoleIAMGroupMembers, paths.ConsoleIAMRoleSettings:
		values = values[1:]
	}
	return paths.Link(pattern, values...)
}

func backToIdentity(v *visit, i *identity) error {
	return web.SeeOther(v, i.to(paths.ConsoleIAMOne))
}

// iamSection is the entry in the navigation that the kind's pages belong to.
func iamSection(kind string) string { return "iam_" + kind }

func (v *visit) iamCrumbs(kind string, more ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{{Label: v.t.T("console.iam"), Href: paths.ConsoleIAM}, {Label: v.t.T("console.nav.iam_" + kind), Href: iamList(kind)}}, more...)
}

// identityFrame is the frame of a page below that of an identity.
func (h *Handlers) identityFrame(v *visit, i *identity, title string) layout.ConsoleFrame {
	return h.frame(v, iamSection(i.kind), title, v.iamCrumbs(i.kind, layout.Crumb{Label: i.name, Href: i.to(paths.ConsoleIAMOne)})...)
}
