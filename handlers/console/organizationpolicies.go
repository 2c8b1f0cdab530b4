package console

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountControlPolicies(r web.Routes) {
	toTarget := h.of(func(v *visit) error { return web.SeeOther(v, placeLink(v.Param("target"))) })
	toPolicy := h.of(func(v *visit) error { return web.SeeOther(v, controlLink(v.Param("policy"))) })
	r.GET(paths.ConsoleTargetPolicies, toTarget)
	r.POST(paths.ConsoleTargetPolicies, h.fresh(h.changeTargetPolicies))
	r.GET(paths.ConsoleTargetTags, toTarget)
	r.POST(paths.ConsoleTargetTags, h.fresh(h.saveTargetTags))
	r.GET(paths.ConsoleControlPolicies, h.of(h.showControlPolicies))
	r.GET(paths.ConsoleControlPolicyNew, h.of(h.editing(h.newControlEdit)))
	r.POST(paths.ConsoleControlPolicyNew, h.of(h.edited(h.newControlEdit)))
	r.GET(paths.ConsoleControlPolicy, h.of(h.ofControl(h.showControlPolicy)))
	r.GET(paths.ConsoleControlPolicyEdit, h.of(h.editing(h.controlEdit)))
	r.POST(paths.ConsoleControlPolicyEdit, h.of(h.edited(h.controlEdit)))
	r.GET(paths.ConsoleControlPolicyAttach, toPolicy)
	r.POST(paths.ConsoleControlPolicyAttach, h.fresh(h.ofControl(h.attachControlTo)))
	r.GET(paths.ConsoleControlPolicyDelete, h.fresh(h.ofControl(h.showControlDelete)))
	r.POST(paths.ConsoleControlPolicyDelete, h.fresh(h.ofControl(h.deleteControl)))
}

func controlLink(id string) string { return paths.Link(paths.ConsoleControlPolicy, id) }

// typeAsked is the type of policies that the query asks for.
func (v *visit) typeAsked() types.PolicyType {
	if t := types.PolicyType(v.QueryParam("type")); slices.Contains(controlTypes, t) {
		return t
	}
	return types.PolicyTypeServiceControlPolicy
}

func (v *visit) controlCrumbs(more ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{{Label: v.t.T("console.org.policies"), Href: paths.ConsoleControlPolicies}}, more...)
}

func (h *Handlers) showControlPolicies(v *visit) error {
	t := v.typeAsked()
	p := pages.ControlPoliciesPage{
		ConsoleFrame: h.orgFrame(v, v.t.T("console.org.policies")), About: typeAbout(v.t, t), New: paths.Link(paths.ConsoleControlPolicyNew, "type", string(t)),
	}
	for _, one := range controlTypes {
		p.Types = append(p.Types, pages.TypeLink{Label: typeLabel(v.t, one), Href: paths.Link(paths.ConsoleControlPolicies, "type", string(one)), Here: one == t})
	}
	out, err := call[awsorg.ListPoliciesOutput](h, v, &awsorg.ListPoliciesInput{Filter: t, NextToken: some(v.QueryParam("after"))})
	if err != nil {
		return err
	}
	for _, one := range out.Policies {
		p.Rows = append(p.Rows, controlRow(one))
	}
	if out.NextToken != nil {
		p.Next = paths.Link(paths.ConsoleControlPolicies, "type", string(t), "after", *out.NextToken)
	}
	if v.QueryParam("after") != "" {
		p.First = paths.Link(paths.ConsoleControlPolicies, "type", string(t))
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// ofControl makes a handler of a page that belongs to the policy in its path. The console shows those that limit.
func (h *Handlers) ofControl(handle func(*visit, *types.Policy) error) handler {
	return func(v *visit) error {
		out, err := call[awsorg.DescribePolicyOutput](h, v, &awsorg.DescribePolicyInput{PolicyId: aws.String(v.Param("policy"))})
		if err != nil {
			return err
		}
		if !slices.Contains(controlTypes, out.Policy.PolicySummary.Type) {
			return web.ErrNotFound
		}
		return handle(v, out.Policy)
	}
}

func (h *Handlers) showControlPolicy(v *visit, p *types.Policy) error {
	return h.controlPage(v, p, nil)
}

// controlPage shows a policy and what it hangs on.
func (h *Handlers) controlPage(v *visit, p *types.Policy, problems ui.Problems) error {
	s := p.PolicySummary
	page := pages.ControlPolicyPage{
		ConsoleFrame: h.orgFrame(v, *s.Name, v.controlCrumbs()...), Problems: problems, Name: *s.Name, ID: *s.Id, ARN: aws.ToString(s.Arn), Description: aws.ToString(s.Description),
		Type: typeLabel(v.t, s.Type), OfAWS: s.AwsManaged, Document: laidOut(aws.ToString(p.Content)), Form: v.form(paths.Link(paths.ConsoleControlPolicyAttach, *s.Id), nil), To: v.typed("to"),
		Edit: paths.Link(paths.ConsoleControlPolicyEdit, *s.Id), Delete: paths.Link(paths.ConsoleControlPolicyDelete, *s.Id),
	}
	out, err := callIfAllowed[awsorg.ListTargetsForPolicyOutput](h, v, &awsorg.ListTargetsForPolicyInput{PolicyId: s.Id, NextToken: some(v.QueryParam("after"))})
	if code, message, _ := reason(err); denied(code) {
		page.Refused = message
		return web.Render(v, http.StatusOK, page.Show())
	}
	if err != nil {
		return err
	}
	for _, t := range out.Targets {
		page.Targets = append(page.Targets, pages.ControlTarget{Name: *t.Name, ID: *t.TargetId, Href: placeLink(*t.TargetId), Unit: t.Type == types.TargetTypeOrganizationalUnit, Root: t.Type == types.TargetTypeRoot})
	}
	if out.NextToken != nil {
		page.Next = paths.Link(paths.ConsoleControlPolicy, *s.Id, "after", *out.NextToken)
	}
	if v.QueryParam("after") != "" {
		page.First = controlLink(*s.Id)
	}
	root, err := h.root(v)
	if unlessDenied(err) != nil {
		return err
	}
	if page.Off = root != nil && !typeEnabled(root, s.Type); page.Off {
		return web.Render(v, http.StatusOK, page.Show())
	}
	if page.Choices, err = h.targetChoices(v); err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, page.Show())
}

// attachControlTo attaches the policy to a root, unit or account, or detaches it.
func (h *Handlers) attachControlTo(v *visit, p *types.Policy) error {
	id, done, field := *p.PolicySummary.Id, "policy_attached", "to"
	var err error
	if from := v.posted("detach"); from != "" {
		done, field = "policy_detached", ""
		var answered bool
		answered, err = h.detachSurely(v, id, from, paths.Link(paths.ConsoleControlPolicyAttach, id), from, layout.Crumb{Label: *p.PolicySummary.Name, Href: controlLink(id)})
		if answered {
			return err
		}
	} else if to := v.typed("to"); to != "" {
		err = h.attachControl(v, id, to)
	} else {
		return h.controlPage(v, p, ui.Problems{{Field: "to", Text: v.t.T("console.org.attach.missing")}})
	}
	if problems, ok := v.refused(err, field); ok {
		return h.controlPage(v, p, problems)
	}
	if err != nil {
		return err
	}
	return v.done(controlLink(id), done)
}

// controlKinds are what the editor checks each type as.
var controlKinds = map[types.PolicyType]string{types.PolicyTypeServiceControlPolicy: "ServiceControl", types.PolicyTypeResourceControlPolicy: "ResourceControl"}

// newControls are what new policies begin as: AWS's allow everything, so that one is there to deny.
var newControls = map[types.PolicyType]string{
	types.PolicyTypeServiceControlPolicy: `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Deny",
      "Action": [],
      "Resource": "*"
    }
  ]
}`,
	types.PolicyTypeResourceControlPolicy: `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Deny",
      "Principal": "*",
      "Action": [],
      "Resource": "*"
    }
  ]
}`,
}

func (h *Handlers) newControlEdit(v *visit) (policyEdit, error) {
	t := v.typeAsked()
	return policyEdit{
		frame:  h.orgFrame(v, v.t.T("console.iam.policy.create"), v.controlCrumbs()...),
		action: paths.Link(paths.ConsoleControlPolicyNew, "type", string(t)), back: paths.Link(paths.ConsoleControlPolicies, "type", string(t)),
		kind: controlKinds[t], start: newControls[t], named: true, described: true, remark: v.t.T("console.org.policy.remark"), done: "control_created",
		save: func(d draft) (string, error) {
			out, err := call[awsorg.CreatePolicyOutput](h, v, &awsorg.CreatePolicyInput{Type: t, Name: &d.name, Description: &d.description, Content: compacted(d.document)})
			if err != nil {
				return "", err
			}
			return controlLink(*out.Policy.PolicySummary.Id), nil
		},
	}, nil
}

// controlEdit edits a policy: what is saved is in force at once wherever it hangs.
func (h *Handlers) controlEdit(v *visit) (e policyEdit, err error) {
	err = h.ofControl(func(v *visit, p *types.Policy) error {
		s := p.PolicySummary
		back := controlLink(*s.Id)
		e = policyEdit{
			frame:  h.orgFrame(v, v.t.T("console.policy.edit"), v.controlCrumbs(layout.Crumb{Label: *s.Name, Href: back})...),
			action: paths.Link(paths.ConsoleControlPolicyEdit, *s.Id), back: back, kind: controlKinds[s.Type], limits: true, before: aws.ToString(p.Content),
			named: true, described: true, name: *s.Name, description: aws.ToString(s.Description), remark: v.t.T("console.org.policy.remark"), done: "control_saved",
			save: func(d draft) (string, error) {
				return back, only(call[awsorg.UpdatePolicyOutput](h, v, &awsorg.UpdatePolicyInput{PolicyId: s.Id, Name: &d.name, Description: &d.description, Content: compacted(d.document)}))
			},
		}
		return nil
	})(v)
	return e, err
}

// compacted is a document without the white space, which counts in an organization's quota.
func compacted(document string) *string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(document)) != nil {
		return &document
	}
	return aws.String(b.String())
}

func (h *Handlers) showControlDelete(v *visit, p *types.Policy) error {
	return h.askControlDelete(v, p, nil)
}

func (h *Handlers) askControlDelete(v *visit, p *types.Policy, problems ui.Problems) error {
	s := p.PolicySummary
	return h.asking(v, paths.Link(paths.ConsoleControlPolicyDelete, *s.Id), v.t.T("console.iam.policy.delete"), v.t.T("console.org.policy.delete.text"), *s.Name, problems,
		v.controlCrumbs(layout.Crumb{Label: *s.Name, Href: controlLink(*s.Id)})...)
}

func (h *Handlers) deleteControl(v *visit, p *types.Policy) error {
	s := p.PolicySummary
	return h.asked(v, *s.Name, func(problems ui.Problems) error { return h.askControlDelete(v, p, problems) }, func() error {
		return only(call[awsorg.DeletePolicyOutput](h, v, &awsorg.DeletePolicyInput{PolicyId: s.Id}))
	}, paths.Link(paths.ConsoleControlPolicies, "type", string(s.Type)), "managed_policy_deleted")
}
