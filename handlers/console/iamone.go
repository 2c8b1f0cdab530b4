package console

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// typedIdentity is what was typed into a form of an identity's page and not taken.
type typedIdentity struct {
	policy, boundary, tags, group, member, description, session, name, path string

	key, secret string // a new access key, shown in this one answer
}

func (h *Handlers) showIdentity(v *visit, i *identity) error {
	return h.identityPage(v, i, typedIdentity{}, nil)
}

// identityPage shows a user, group or role with what it has.
func (h *Handlers) identityPage(v *visit, i *identity, typed typedIdentity, problems ui.Problems) error {
	p := pages.IdentityPage{
		ConsoleFrame: h.frame(v, iamSection(i.kind), i.name, v.iamCrumbs(i.kind)...), Problems: problems, Kind: i.kind,
		Name: i.name, Path: i.path, ARN: i.arn, ID: i.id, Created: i.created, Delete: i.to(paths.ConsoleIAMOneDelete),
		PolicyForm: v.form(i.to(paths.ConsoleIAMOnePolicies), nil), Policy: typed.policy, NewInline: i.to(paths.ConsoleIAMOneInlineNew),
	}
	if i.kind != iamGroups {
		p.Effective = i.to(paths.ConsoleIAMOnePermissions)
	}
	if i.kind != iamRoles {
		p.RenameForm, p.NewName, p.NewPath = v.form(i.to(paths.ConsoleIAMOneRename), nil), i.name, i.path
		if typed.name+typed.path != "" {
			p.NewName, p.NewPath = typed.name, typed.path
		}
	}
	for _, fill := range []func(*visit, *identity, typedIdentity, *pages.IdentityPage) error{h.fillPolicies, h.fillBounds, h.fillKeys, h.fillLogin, h.fillIAMGroups, h.fillMembers, h.fillRole} {
		if err := fill(v, i, typed, &p); err != nil {
			return err
		}
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func policyLink(arn string) string { return paths.Link(paths.ConsoleIAMPolicy, apiKey(arn)) }

// policyName is the name in an ARN.
func policyName(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

func ofAWS(arn string) bool { return strings.HasPrefix(arn, "arn:aws:iam::aws:") }

func (h *Handlers) fillPolicies(v *visit, i *identity, _ typedIdentity, p *pages.IdentityPage) error {
	arns, err := h.attachedPolicies(v, i.kind, i.name)
	if err != nil {
		return err
	}
	for _, arn := range arns {
		p.Attached = append(p.Attached, pages.PolicyRow{Name: policyName(arn), ARN: arn, OfAWS: ofAWS(arn), Href: policyLink(arn)})
	}
	names, err := h.inlinePolicies(v, i.kind, i.name)
	if err != nil {
		return err
	}
	for _, name := range names {
		p.Inline = append(p.Inline, pages.NamedLink{Name: name, Href: i.to(paths.ConsoleIAMOneInline, name)})
	}
	p.Policies, err = h.somePolicies(v)
	return err
}

// somePolicies are managed policies to choose from: the first thousand. Whoever may not list them types an ARN.
func (h *Handlers) somePolicies(v *visit) ([]ui.Option, error) {
	out, err := allowed(call[iam.ListPoliciesOutput](h, v, &iam.ListPoliciesInput{MaxItems: aws.Int32(iamRead)}))
	if err != nil {
		return nil, err
	}
	var options []ui.Option
	for _, p := range out.Policies {
		options = append(options, ui.Option{Value: *p.Arn, Label: *p.PolicyName})
	}
	return options, nil
}

// fillBounds tells the boundary and the tags of what may have them.
func (h *Handlers) fillBounds(v *visit, i *identity, typed typedIdentity, p *pages.IdentityPage) error {
	if i.kind == iamGroups {
		return nil
	}
	p.BoundaryForm, p.TypedBoundary = v.form(i.to(paths.ConsoleIAMOneBoundary), nil), typed.boundary
	if i.boundary != "" {
		p.Boundary = &pages.PolicyRow{Name: policyName(i.boundary), ARN: i.boundary, OfAWS: ofAWS(i.boundary), Href: policyLink(i.boundary)}
	}
	was := tagLines(i.tags)
	p.TagForm, p.Tags = v.form(i.to(paths.ConsoleIAMOneTags), nil, ui.Param{Name: "was", Value: was}), was
	if typed.tags != "" {
		p.Tags = typed.tags
	}
	return nil
}

func (h *Handlers) fillKeys(v *visit, i *identity, typed typedIdentity, p *pages.IdentityPage) error {
	if i.kind != iamUsers {
		return nil
	}
	p.KeyForm, p.NewKey, p.NewSecret = v.form(i.to(paths.ConsoleIAMUserKeys), nil), typed.key, typed.secret
	out, err := call[iam.ListAccessKeysOutput](h, v, &iam.ListAccessKeysInput{UserName: &i.name})
	if err != nil {
		return err
	}
	for _, k := range out.AccessKeyMetadata {
		row, err := h.keyRow(v, i, *k.AccessKeyId)
		if err != nil {
			return err
		}
		row.Active, row.Created = k.Status == "Active", aws.ToTime(k.CreateDate)
		p.Keys = append(p.Keys, row)
	}
	return nil
}

// keyRow is an access key with its last use, which not everybody may see.
func (h *Handlers) keyRow(v *visit, i *identity, id string) (pages.KeyRow, error) {
	row := pages.KeyRow{ID: id, Delete: i.to(paths.ConsoleIAMUserKeyDelete, id)}
	out, err := allowed(call[iam.GetAccessKeyLastUsedOutput](h, v, &iam.GetAccessKeyLastUsedInput{AccessKeyId: &id}))
	if err != nil || out.AccessKeyLastUsed == nil {
		return row, err
	}
	if u := out.AccessKeyLastUsed; u.LastUsedDate != nil {
		row.Used, row.UsedFor = *u.LastUsedDate, aws.ToString(u.ServiceName)+", "+aws.ToString(u.Region)
	}
	return row, nil
}

func (h *Handlers) fillIAMGroups(v *visit, i *identity, typed typedIdentity, p *pages.IdentityPage) error {
	if i.kind != iamUsers {
		return nil
	}
	p.GroupForm, p.Group = v.form(i.to(paths.ConsoleIAMUserGroups), nil), typed.group
	out, err := call[iam.ListGroupsForUserOutput](h, v, &iam.ListGroupsForUserInput{UserName: &i.name})
	if err != nil {
		return err
	}
	for _, g := range out.Groups {
		p.Groups = append(p.Groups, pages.NamedLink{Name: *g.GroupName, Href: paths.Link(paths.ConsoleIAMOne, iamGroups, *g.GroupName)})
	}
	all, err := allowed(call[iam.ListGroupsOutput](h, v, &iam.ListGroupsInput{MaxItems: aws.Int32(iamRead)}))
	if err != nil {
		return err
	}
	for _, g := range all.Groups {
		p.GroupNames = append(p.GroupNames, *g.GroupName)
	}
	return nil
}

func (h *Handlers) fillMembers(v *visit, i *identity, typed typedIdentity, p *pages.IdentityPage) error {
	if i.kind != iamGroups {
		return nil
	}
	p.MemberForm, p.Member = v.form(i.to(paths.ConsoleIAMGroupMembers), nil), typed.member
	out, err := call[iam.GetGroupOutput](h, v, &iam.GetGroupInput{GroupName: &i.name, Marker: some(v.QueryParam("after")), MaxItems: aws.Int32(iamAPage)})
	if err != nil {
		return err
	}
	for _, u := range out.Users {
		p.Members = append(p.Members, pages.NamedLink{Name: *u.UserName, Href: paths.Link(paths.ConsoleIAMOne, iamUsers, *u.UserName)})
	}
	if out.Marker != nil {
		p.NextMembers = i.to(paths.ConsoleIAMOne, "after", *out.Marker)
	}
	if v.QueryParam("after") != "" {
		p.FirstMembers = i.to(paths.ConsoleIAMOne)
	}
	return nil
}

func (h *Handlers) fillRole(v *visit, i *identity, typed typedIdentity, p *pages.IdentityPage) error {
	if i.kind != iamRoles {
		return nil
	}
	p.Trust, p.Description, p.Session = i.trust, i.description, strconv.Itoa(int(i.session)/60)
	if typed.session != "" {
		p.Description, p.Session = typed.description, typed.session
	}
	p.TrustEdit = paths.Link(paths.ConsoleIAMRoleTrust, i.name)
	p.RoleForm = v.form(i.to(paths.ConsoleIAMRoleSettings), nil)
	return nil
}
