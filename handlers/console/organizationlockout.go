package console

import (
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/policy"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
)

// detachSurely detaches a policy from a root, unit or account, where it locks nobody out or that was confirmed by its name;
// else it asks, and answered is true. The page asks again what was posted to action.
func (h *Handlers) detachSurely(v *visit, id, target, action, detach string, crumb layout.Crumb) (answered bool, err error) {
	name, err := h.locksOut(v, id, target)
	if err != nil {
		return false, err
	}
	if problems := v.mistyped(name); name != "" && problems != nil {
		if v.posted("sure") == "" {
			problems = nil
		}
		return true, h.askLockout(v, action, detach, name, target, problems, crumb)
	}
	return false, h.detachControl(v, id, target)
}

func (h *Handlers) askLockout(v *visit, action, detach, name, target string, problems ui.Problems, crumb layout.Crumb) error {
	place, heading := target, v.t.T("console.org.lockout")
	if isRoot(target) {
		place = v.t.T("console.org.root")
	}
	form := v.sureForm(action, ui.Param{Name: "detach", Value: detach})
	form.Problems = problems
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.orgFrame(v, heading, crumb), Form: form, Heading: heading, Text: v.t.T("console.org.lockout.text", "Name", name, "Place", place), Name: name, Back: crumb.Href,
	}.Show())
}

// locksOut is the name of a policy that is the last of its type on a target to allow anything, so that without it all that
// is there and below may do nothing; "" of others, and where the person may not read what policies say. The last policy of
// all nobody can detach, and the management account nothing limits.
func (h *Handlers) locksOut(v *visit, id, target string) (string, error) {
	p, err := h.readControl(v, id)
	if p == nil || !allowsAnything(p) {
		return "", err
	}
	if !isRoot(target) && !isUnit(target) {
		out, err := callIfAllowed[awsorg.DescribeAccountOutput](h, v, &awsorg.DescribeAccountInput{AccountId: &target})
		if err == nil && manages(out.Account) {
			return "", nil
		}
		if _, _, refused := reason(err); err != nil && !refused {
			return "", err
		}
	}
	on, err := h.policiesOn(v, target, p.PolicySummary.Type)
	if _, _, refused := reason(err); refused {
		return "", nil
	}
	if err != nil || len(on) < 2 || !slices.ContainsFunc(on, func(s types.PolicySummary) bool { return *s.Id == id }) {
		return "", err
	}
	for _, s := range on {
		if *s.Id == id {
			continue
		}
		if other, err := h.readControl(v, *s.Id); other == nil || allowsAnything(other) {
			return "", err
		}
	}
	return *p.PolicySummary.Name, nil
}

// readControl is a policy; nil where there is none that the person may read.
func (h *Handlers) readControl(v *visit, id string) (*types.Policy, error) {
	out, err := callIfAllowed[awsorg.DescribePolicyOutput](h, v, &awsorg.DescribePolicyInput{PolicyId: &id})
	if _, _, refused := reason(err); refused {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return out.Policy, nil
}

func allowsAnything(p *types.Policy) bool {
	d, _ := policy.Parse(aws.ToString(p.Content))
	return d != nil && slices.ContainsFunc(d.Statements, func(s policy.Statement) bool { return s.Effect == policy.Allow })
}
