package console

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// controlTypes are the types of policies that limit what may be done. Those of other services are not the console's.
var controlTypes = []types.PolicyType{types.PolicyTypeServiceControlPolicy, types.PolicyTypeResourceControlPolicy}

func typeLabel(t messages.Printer, of types.PolicyType) string {
	if of == types.PolicyTypeResourceControlPolicy {
		return t.T("console.org.rcp")
	}
	return t.T("console.org.scp")
}

func typeAbout(t messages.Printer, of types.PolicyType) string {
	if of == types.PolicyTypeResourceControlPolicy {
		return t.T("console.org.rcp.about")
	}
	return t.T("console.org.scp.about")
}

func typeEnabled(root *types.Root, of types.PolicyType) bool {
	return slices.ContainsFunc(root.PolicyTypes, func(s types.PolicyTypeSummary) bool {
		return s.Type == of && s.Status == types.PolicyTypeStatusEnabled
	})
}

// limits are the policies that count for a root, a unit or an account: its own and, from the root down, those of what it is
// in. Types that are not enabled are left out.
func (h *Handlers) limits(v *visit, id string, above []orgPlace) (l pages.Limits, err error) {
	l.Form = v.form(paths.Link(paths.ConsoleTargetPolicies, id), nil)
	root, err := h.root(v)
	for _, t := range controlTypes {
		if err == nil && typeEnabled(root, t) {
			var one pages.TypeLimits
			one, err = h.limitsOf(v, id, above, t)
			l.Types = append(l.Types, one)
		}
	}
	if code, message, _ := reason(err); denied(code) {
		return pages.Limits{Refused: message}, nil
	}
	return l, err
}

func (h *Handlers) limitsOf(v *visit, id string, above []orgPlace, t types.PolicyType) (l pages.TypeLimits, err error) {
	l.Type, l.Label, l.About = string(t), typeLabel(v.t, t), typeAbout(v.t, t)
	own, err := h.policiesOn(v, id, t)
	if err != nil {
		return l, err
	}
	for _, p := range own {
		l.Own = append(l.Own, controlRow(p))
	}
	for _, from := range above {
		list, err := h.policiesOn(v, from.id, t)
		if err != nil {
			return l, err
		}
		for _, p := range list {
			row := controlRow(p)
			row.From, row.FromHref = from.name, placeLink(from.id)
			l.Inherited = append(l.Inherited, row)
		}
	}
	all, err := h.controlPolicies(v, t)
	for _, p := range all {
		if !slices.ContainsFunc(own, func(has types.PolicySummary) bool { return *has.Id == *p.Id }) {
			l.Choices = append(l.Choices, ui.Option{Value: *p.Id, Label: *p.Name})
		}
	}
	return l, unlessDenied(err)
}

func controlRow(p types.PolicySummary) pages.ControlRow {
	return pages.ControlRow{Name: *p.Name, ID: *p.Id, About: aws.ToString(p.Description), OfAWS: p.AwsManaged, Href: paths.Link(paths.ConsoleControlPolicy, *p.Id)}
}

// policiesOn are the policies of a type that hang on something: five at most.
func (h *Handlers) policiesOn(v *visit, id string, t types.PolicyType) ([]types.PolicySummary, error) {
	out, err := callIfAllowed[awsorg.ListPoliciesForTargetOutput](h, v, &awsorg.ListPoliciesForTargetInput{TargetId: &id, Filter: t})
	if err != nil {
		return nil, err
	}
	return out.Policies, nil
}

// controlPolicies are policies of a type to choose from: the first two hundred.
func (h *Handlers) controlPolicies(v *visit, t types.PolicyType) (all []types.PolicySummary, err error) {
	for in := (&awsorg.ListPoliciesInput{Filter: t}); ; {
		out, err := callIfAllowed[awsorg.ListPoliciesOutput](h, v, in)
		if err != nil {
			return nil, err
		}
		all = append(all, out.Policies...)
		if in.NextToken = out.NextToken; in.NextToken == nil || len(all) >= mostChoices {
			return all, nil
		}
	}
}

// targetPage is the page of a root, unit or account again, with what was in the way of an act on it.
func (h *Handlers) targetPage(v *visit, id, tags string, problems ui.Problems) error {
	switch {
	case isRoot(id):
		return h.organizationPage(v, "", problems)
	case isUnit(id):
		u, err := h.unit(v, id)
		if err != nil {
			return err
		}
		return h.unitPage(v, u, typedUnit{tags: tags}, problems)
	}
	a, err := h.memberAccount(v, id)
	if err != nil {
		return err
	}
	return h.accountPage(v, a, tags, problems)
}

func (h *Handlers) afterTarget(v *visit, id string, err error, tags, field, done string) error {
	if problems, ok := v.refused(err, field); ok {
		return h.targetPage(v, id, tags, problems)
	}
	if err != nil {
		return err
	}
	return v.done(placeLink(id), done)
}

// changeTargetPolicies attaches a policy to a root, unit or account, or detaches one. Either may widen what somebody is
// permitted, for policies of any sort both allow and deny.
func (h *Handlers) changeTargetPolicies(v *visit) error {
	id := v.Param("target")
	if policy := v.posted("detach"); policy != "" {
		answered, err := h.detachSurely(v, policy, id, paths.Link(paths.ConsoleTargetPolicies, id), policy, layout.Crumb{Label: id, Href: placeLink(id)})
		if answered {
			return err
		}
		return h.afterTarget(v, id, err, "", "", "policy_detached")
	}
	t := v.posted("attach")
	policy := v.typed(t)
	if !slices.Contains(controlTypes, types.PolicyType(t)) {
		return web.ErrNotFound
	}
	if policy == "" {
		return h.targetPage(v, id, "", ui.Problems{{Field: t, Text: v.t.T("console.iam.policy.missing")}})
	}
	return h.afterTarget(v, id, h.attachControl(v, policy, id), "", t, "policy_attached")
}

func (h *Handlers) attachControl(v *visit, policy, target string) error {
	return only(call[awsorg.AttachPolicyOutput](h, v, &awsorg.AttachPolicyInput{PolicyId: &policy, TargetId: &target}))
}

func (h *Handlers) detachControl(v *visit, policy, target string) error {
	return only(call[awsorg.DetachPolicyOutput](h, v, &awsorg.DetachPolicyInput{PolicyId: &policy, TargetId: &target}))
}

// targetTags are the form of the tags of a unit or account, and the tags, or what was typed and not taken. Whoever may not
// list them has no such form.
func (h *Handlers) targetTags(v *visit, id, typed string) (form ui.Form, lines string, err error) {
	tags := map[string]string{}
	for in := (&awsorg.ListTagsForResourceInput{ResourceId: &id}); ; {
		out, err := callIfAllowed[awsorg.ListTagsForResourceOutput](h, v, in)
		if err != nil {
			return form, "", unlessDenied(err)
		}
		for _, t := range out.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			break
		}
	}
	was := tagLines(tags)
	form = v.form(paths.Link(paths.ConsoleTargetTags, id), nil, ui.Param{Name: "was", Value: was})
	if typed != "" {
		return form, typed, nil
	}
	return form, was, nil
}

// saveTargetTags is a dangerous act, as policies may permit by tags.
func (h *Handlers) saveTargetTags(v *visit) error {
	id, typed := v.Param("target"), v.posted("tags")
	set, gone, problems := v.typedTags()
	if problems != nil {
		return h.targetPage(v, id, typed, problems)
	}
	var tags []types.Tag
	for k, value := range set {
		tags = append(tags, types.Tag{Key: aws.String(k), Value: aws.String(value)})
	}
	var err error
	if len(tags) > 0 {
		err = only(call[awsorg.TagResourceOutput](h, v, &awsorg.TagResourceInput{ResourceId: &id, Tags: tags}))
	}
	if err == nil && len(gone) > 0 {
		err = only(call[awsorg.UntagResourceOutput](h, v, &awsorg.UntagResourceInput{ResourceId: &id, TagKeys: gone}))
	}
	return h.afterTarget(v, id, err, typed, "tags", "tags_saved")
}

// typeInPath is the type of policies that a page is about.
func typeInPath(v *visit) (types.PolicyType, error) {
	t := types.PolicyType(v.Param("type"))
	if !slices.Contains(controlTypes, t) {
		return "", web.ErrNotFound
	}
	return t, nil
}

func (h *Handlers) showTypeDisable(v *visit) error {
	t, err := typeInPath(v)
	if err != nil {
		return err
	}
	return h.askTypeDisable(v, t, nil)
}

func (h *Handlers) askTypeDisable(v *visit, t types.PolicyType, problems ui.Problems) error {
	return h.asking(v, paths.Link(paths.ConsoleOrganizationType, string(t)), v.t.T("console.org.type.disable"), v.t.T("console.org.type.disable.text"), typeLabel(v.t, t), problems)
}

// changeType enables a type of policies in the root, or disables it, which detaches all of the type.
func (h *Handlers) changeType(v *visit) error {
	t, err := typeInPath(v)
	if err != nil {
		return err
	}
	out, err := call[awsorg.ListRootsOutput](h, v, &awsorg.ListRootsInput{})
	if err != nil {
		return err
	}
	root := out.Roots[0].Id
	if v.posted("act") == "enable" {
		_, err := call[awsorg.EnablePolicyTypeOutput](h, v, &awsorg.EnablePolicyTypeInput{RootId: root, PolicyType: t})
		return h.afterOrganization(v, err, "type_enabled")
	}
	return h.asked(v, typeLabel(v.t, t), func(problems ui.Problems) error { return h.askTypeDisable(v, t, problems) }, func() error {
		return only(call[awsorg.DisablePolicyTypeOutput](h, v, &awsorg.DisablePolicyTypeInput{RootId: root, PolicyType: t}))
	}, paths.ConsoleOrganization, "type_disabled")
}
