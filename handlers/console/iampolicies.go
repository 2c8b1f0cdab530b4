package console

import (
	"encoding/base64"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountIAMPolicies(r web.Routes) {
	r.GET(paths.ConsoleIAMPolicies, h.of(h.showPolicies))
	r.GET(paths.ConsoleIAMPolicy, h.of(h.ofPolicy(h.showPolicy)))
	r.GET(paths.ConsoleIAMPolicyVersions, h.of(h.ofPolicy(backToPolicy)))
	r.POST(paths.ConsoleIAMPolicyVersions, h.fresh(h.ofPolicy(h.changeVersions)))
	r.GET(paths.ConsoleIAMPolicyAttach, h.of(h.ofPolicy(backToPolicy)))
	r.POST(paths.ConsoleIAMPolicyAttach, h.fresh(h.ofPolicy(h.attachTo)))
	r.GET(paths.ConsoleIAMPolicyTags, h.of(h.ofPolicy(backToPolicy)))
	r.POST(paths.ConsoleIAMPolicyTags, h.fresh(h.ofPolicy(h.savePolicyTags)))
	r.GET(paths.ConsoleIAMPolicyDelete, h.fresh(h.ofPolicy(h.showPolicyDelete)))
	r.POST(paths.ConsoleIAMPolicyDelete, h.fresh(h.ofPolicy(h.deletePolicy)))
}

const iamPolicies = "policies"

func (h *Handlers) listPolicies(v *visit, scope types.PolicyScopeType, marker string, most int32) (l listing, err error) {
	out, err := call[iam.ListPoliciesOutput](h, v, &iam.ListPoliciesInput{Scope: scope, Marker: some(marker), MaxItems: &most})
	if err != nil {
		return l, err
	}
	l.marker = aws.ToString(out.Marker)
	for _, p := range out.Policies {
		l.rows = append(l.rows, pages.IAMRow{
			Name: *p.PolicyName, Path: *p.Path, About: aws.ToString(p.Description), OfAWS: ofAWS(*p.Arn), Created: aws.ToTime(p.UpdateDate), Href: policyLink(*p.Arn),
			Used: int(aws.ToInt32(p.AttachmentCount)) + int(aws.ToInt32(p.PermissionsBoundaryUsageCount)),
		})
	}
	return l, nil
}

func (h *Handlers) showPolicies(v *visit) error {
	scope := types.PolicyScopeType(v.QueryParam("scope"))
	if scope != types.PolicyScopeTypeLocal && scope != types.PolicyScopeTypeAws {
		scope = types.PolicyScopeTypeAll
	}
	p := pages.IAMListPage{
		ConsoleFrame: h.frame(v, iamSection(iamPolicies), v.t.T("console.nav.iam_policies"), v.iamCrumbs(iamPolicies)[:1]...), Kind: iamPolicies, Text: v.search("text"), Scope: string(scope),
		Here: paths.ConsoleIAMPolicies, New: paths.Link(paths.ConsoleIAMNew, iamPolicies),
	}
	var err error
	if p.Text != "" {
		p.Rows, p.More, err = searched(p.Text, func(marker string) (listing, error) { return h.listPolicies(v, scope, marker, iamRead) })
	} else {
		var l listing
		l, err = h.listPolicies(v, scope, v.QueryParam("after"), iamAPage)
		if p.Rows = l.rows; l.marker != "" {
			p.Next = paths.Link(paths.ConsoleIAMPolicies, "scope", string(scope), "after", l.marker)
		}
		if v.QueryParam("after") != "" {
			p.First = paths.Link(paths.ConsoleIAMPolicies, "scope", string(scope))
		}
	}
	if err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// ofPolicy makes a handler of a page that belongs to the managed policy in its path.
func (h *Handlers) ofPolicy(handle func(*visit, *types.Policy) error) handler {
	return func(v *visit) error {
		arn, err := base64.RawURLEncoding.DecodeString(v.Param("policy"))
		if err != nil || len(arn) == 0 {
			return web.ErrNotFound
		}
		out, err := call[iam.GetPolicyOutput](h, v, &iam.GetPolicyInput{PolicyArn: aws.String(string(arn))})
		if err != nil {
			return err
		}
		return handle(v, out.Policy)
	}
}

func policyTo(p *types.Policy, pattern string, more ...string) string {
	return paths.Link(pattern, append([]string{apiKey(*p.Arn)}, more...)...)
}

func backToPolicy(v *visit, p *types.Policy) error {
	return web.SeeOther(v, policyTo(p, paths.ConsoleIAMPolicy))
}

func (h *Handlers) policyFrame(v *visit, p *types.Policy, title string) layout.ConsoleFrame {
	return h.frame(v, iamSection(iamPolicies), title, v.iamCrumbs(iamPolicies, layout.Crumb{Label: *p.PolicyName, Href: policyTo(p, paths.ConsoleIAMPolicy)})...)
}

func (h *Handlers) showPolicy(v *visit, p *types.Policy) error { return h.policyPage(v, p, "", nil) }

// policyPage shows a policy with one of its versions: that of the query, or the one that counts.
func (h *Handlers) policyPage(v *visit, p *types.Policy, tags string, problems ui.Problems) error {
	page := pages.PolicyPage{
		ConsoleFrame: h.frame(v, iamSection(iamPolicies), *p.PolicyName, v.iamCrumbs(iamPolicies)...), Problems: problems,
		Name: *p.PolicyName, ARN: *p.Arn, Path: *p.Path, Description: aws.ToString(p.Description), OfAWS: ofAWS(*p.Arn), Created: aws.ToTime(p.CreateDate), Changed: aws.ToTime(p.UpdateDate),
		VersionForm: v.form(policyTo(p, paths.ConsoleIAMPolicyVersions), nil), Edit: policyTo(p, paths.ConsoleIAMPolicyEdit), Delete: policyTo(p, paths.ConsoleIAMPolicyDelete),
	}
	page.AttachForm, page.AttachKind, page.AttachTo = v.form(policyTo(p, paths.ConsoleIAMPolicyAttach), nil), v.posted("kind"), v.typed("to")
	was := tagLines(iamTags(p.Tags))
	page.TagForm, page.Tags = v.form(policyTo(p, paths.ConsoleIAMPolicyTags), nil, ui.Param{Name: "was", Value: was}), was
	if tags != "" {
		page.Tags = tags
	}
	for _, fill := range []func(*visit, *types.Policy, *pages.PolicyPage) error{h.fillVersions, h.fillUses} {
		if err := fill(v, p, &page); err != nil {
			return err
		}
	}
	return web.Render(v, http.StatusOK, page.Show())
}

func (h *Handlers) fillVersions(v *visit, p *types.Policy, page *pages.PolicyPage) error {
	all, err := call[iam.ListPolicyVersionsOutput](h, v, &iam.ListPolicyVersionsInput{PolicyArn: p.Arn})
	if err != nil {
		return err
	}
	page.Version = aws.ToString(p.DefaultVersionId)
	for _, x := range all.Versions {
		id := aws.ToString(x.VersionId)
		if id == v.QueryParam("version") {
			page.Version = id
		}
		page.Versions = append(page.Versions, pages.VersionRow{ID: id, Default: x.IsDefaultVersion, Created: aws.ToTime(x.CreateDate), Href: policyTo(p, paths.ConsoleIAMPolicy, "version", id)})
	}
	page.Document, err = h.versionDocument(v, *p.Arn, page.Version)
	return err
}

func (h *Handlers) versionDocument(v *visit, arn, id string) (string, error) {
	out, err := call[iam.GetPolicyVersionOutput](h, v, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: &id})
	if err != nil {
		return "", err
	}
	return documentOf(out.PolicyVersion.Document)
}

// fillUses lists who has the policy, and whom it bounds.
func (h *Handlers) fillUses(v *visit, p *types.Policy, page *pages.PolicyPage) error {
	for _, usage := range []types.PolicyUsageType{types.PolicyUsageTypePermissionsPolicy, types.PolicyUsageTypePermissionsBoundary} {
		out, err := call[iam.ListEntitiesForPolicyOutput](h, v, &iam.ListEntitiesForPolicyInput{PolicyArn: p.Arn, PolicyUsageFilter: usage, MaxItems: aws.Int32(100)})
		if err != nil {
			return err
		}
		bounds := usage == types.PolicyUsageTypePermissionsBoundary
		add := func(kind string, name *string) {
			page.Uses = append(page.Uses, pages.PolicyUse{Kind: kind, Name: *name, Bounds: bounds, Href: paths.Link(paths.ConsoleIAMOne, kind, *name)})
		}
		for _, u := range out.PolicyUsers {
			add(iamUsers, u.UserName)
		}
		for _, g := range out.PolicyGroups {
			add(iamGroups, g.GroupName)
		}
		for _, r := range out.PolicyRoles {
			add(iamRoles, r.RoleName)
		}
		page.MoreUses = page.MoreUses || out.IsTruncated
	}
	return nil
}

// attachTo gives the policy to a user, a group or a role.
func (h *Handlers) attachTo(v *visit, p *types.Policy) error {
	kind, name := v.posted("kind"), v.typed("to")
	if kind != iamUsers && kind != iamGroups && kind != iamRoles {
		return web.ErrNotFound
	}
	if name == "" {
		return h.policyPage(v, p, "", ui.Problems{{Field: "to", Text: v.t.T("console.iam.attach.to.missing")}})
	}
	return h.afterPolicy(v, p, h.attachPolicy(v, kind, name, *p.Arn), "", "to", "policy_attached")
}

// changeVersions makes a version the one that counts, or deletes one that does not.
func (h *Handlers) changeVersions(v *visit, p *types.Policy) error {
	done := "version_default"
	var err error
	if id := v.posted("delete"); id != "" {
		done = "version_deleted"
		_, err = call[iam.DeletePolicyVersionOutput](h, v, &iam.DeletePolicyVersionInput{PolicyArn: p.Arn, VersionId: &id})
	} else {
		_, err = call[iam.SetDefaultPolicyVersionOutput](h, v, &iam.SetDefaultPolicyVersionInput{PolicyArn: p.Arn, VersionId: aws.String(v.posted("default"))})
	}
	return h.afterPolicy(v, p, err, "", "", done)
}

func (h *Handlers) afterPolicy(v *visit, p *types.Policy, err error, tags, field, done string) error {
	if problems, ok := v.refused(err, field); ok {
		return h.policyPage(v, p, tags, problems)
	}
	if err != nil {
		return err
	}
	return v.done(policyTo(p, paths.ConsoleIAMPolicy), done)
}

func (h *Handlers) savePolicyTags(v *visit, p *types.Policy) error {
	set, gone, problems := v.typedTags()
	if problems != nil {
		return h.policyPage(v, p, v.posted("tags"), problems)
	}
	return h.afterPolicy(v, p, h.changeIAMTags(v, iamPolicies, *p.Arn, set, gone), v.posted("tags"), "tags", "tags_saved")
}

func (h *Handlers) showPolicyDelete(v *visit, p *types.Policy) error {
	return h.policyDeletePage(v, p, nil)
}

func (h *Handlers) policyDeletePage(v *visit, p *types.Policy, problems ui.Problems) error {
	heading := v.t.T("console.iam.policy.delete")
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.policyFrame(v, p, heading), Form: v.form(policyTo(p, paths.ConsoleIAMPolicyDelete), problems),
		Heading: heading, Text: v.t.T("console.iam.policy.delete.text"), Name: *p.PolicyName, Back: policyTo(p, paths.ConsoleIAMPolicy),
	}.Show())
}

// deletePolicy deletes a policy that nobody has, older versions first. One that somebody has is refused whole.
func (h *Handlers) deletePolicy(v *visit, p *types.Policy) error {
	if problems := v.mistyped(*p.PolicyName); problems != nil {
		return h.policyDeletePage(v, p, problems)
	}
	if aws.ToInt32(p.AttachmentCount)+aws.ToInt32(p.PermissionsBoundaryUsageCount) > 0 {
		return h.policyDeletePage(v, p, ui.Problems{{Text: v.t.T("console.iam.policy.in_use")}})
	}
	all, err := call[iam.ListPolicyVersionsOutput](h, v, &iam.ListPolicyVersionsInput{PolicyArn: p.Arn})
	if err != nil {
		return err
	}
	for _, x := range all.Versions {
		if err == nil && !x.IsDefaultVersion {
			_, err = call[iam.DeletePolicyVersionOutput](h, v, &iam.DeletePolicyVersionInput{PolicyArn: p.Arn, VersionId: x.VersionId})
		}
	}
	if err == nil {
		_, err = call[iam.DeletePolicyOutput](h, v, &iam.DeletePolicyInput{PolicyArn: p.Arn})
	}
	if problems, ok := v.refused(err, ""); ok {
		return h.policyDeletePage(v, p, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.ConsoleIAMPolicies, "managed_policy_deleted")
}
