package console

import (
	"encoding/json"
	"net/http"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/arn"
	"gatehouse/internal/policy"
	pages "gatehouse/templates/console"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// showAccess tells which of the three steps are done that let an account in by a role. Policies of the other account are
// not ours to read: that its step is done shows in that somebody acted as the role.
func (h *Handlers) showAccess(v *visit, i *identity) error {
	account := v.QueryParam("account")
	if !isAccount(account) {
		return web.ErrNotFound
	}
	theirs := documentText(policy.Version2012, "", []pages.StatementForm{{Effect: policy.Allow.String(), Actions: "sts:AssumeRole", Resources: i.arn}})
	external := externalID(i.trust)
	p := pages.AccessGivenPage{
		ConsoleFrame: h.identityFrame(v, i, v.t.T("console.access.of", "Account", account)),
		Account:      account, Role: i.name, RoleARN: i.arn, External: external, Used: i.used, Policy: theirs,
		RoleURL: i.to(paths.ConsoleIAMOne), TrustURL: paths.Link(paths.ConsoleIAMRoleTrust, i.name), Here: paths.Link(paths.ConsoleIAMRoleAccess, i.name, "account", account),
		Editor: h.URL + paths.ConsoleIAMPolicyNew, Switch: h.URL + paths.Link(paths.ConsoleSwitchRole, "account", v.account(), "roleName", strings.TrimPrefix(i.path, "/")+i.name),
		Command: accessCommand(i.name, theirs), Profile: roleProfile(i, external),
	}
	for _, a := range h.memberAccounts(v).list {
		if a.ID == account {
			p.Enter = a.URL
		}
	}
	var err error
	if p.Refused, err = h.trustRefuses(v, i, account, external, theirs); err != nil {
		return err
	}
	if p.May, p.MayNot, err = h.roleMay(v, i); err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func isAccount(id string) bool { return len(id) == 12 && strings.Trim(id, "0123456789") == "" }

// externalID is the one that a trust policy asks for; "" for none, and for one that would be more than a line of a profile.
func externalID(trust string) string {
	doc, _ := policy.Parse(trust)
	if doc == nil {
		return ""
	}
	statements, _ := statementForms(doc)
	for _, s := range statements {
		for _, c := range s.Conditions {
			if strings.EqualFold(c.Key, "sts:ExternalId") && !strings.ContainsFunc(c.Values, unicode.IsControl) {
				return c.Values
			}
		}
	}
	return ""
}

// trustRefuses tells why nobody of an account could act as a role even with the policy that is theirs to write; "" when
// the role lets them in. It is a simulation, for a user that stands for all.
func (h *Handlers) trustRefuses(v *visit, i *identity, account, external, theirs string) (string, error) {
	in := &iam.SimulateCustomPolicyInput{
		PolicyInputList: []string{theirs}, ActionNames: []string{"sts:AssumeRole"}, ResourceArns: []string{i.arn},
		ResourcePolicy: &i.trust, ResourceOwner: aws.String(arn.ARN{Service: "iam", AccountID: v.account(), Resource: "root"}.String()),
		CallerArn: aws.String(arn.ARN{Service: "iam", AccountID: account, Resource: "user/somebody"}.String()),
	}
	if external != "" {
		in.ContextEntries = []types.ContextEntry{{ContextKeyName: aws.String("sts:ExternalId"), ContextKeyType: types.ContextKeyTypeEnumString, ContextKeyValues: []string{external}}}
	}
	out, err := callIfAllowed[iam.SimulateCustomPolicyOutput](h, v, in)
	if code, message, ok := reason(err); ok {
		if denied(code) {
			return message, nil
		}
		return plainly(v.t, message), nil
	}
	if err != nil {
		return "", err
	}
	if r := out.EvaluationResults[0]; r.EvalDecision != types.PolicyEvaluationDecisionTypeAllowed {
		return v.t.T("console.access.trust.refuses", "Missing", strings.Join(r.MissingContextValues, ", ")), nil
	}
	return "", nil
}

// roleMay asks whether a role may what the policy says that was written for it here: a boundary or the organization can
// forbid it. Without that policy it names what the role has.
func (h *Handlers) roleMay(v *visit, i *identity) (may []string, not string, err error) {
	document, err := h.inlineDocument(v, iamRoles, i.name, accessPolicy)
	if code, _, _ := reason(err); code == "NoSuchEntity" {
		arns, err := h.attachedPolicies(v, iamRoles, i.name)
		if err != nil {
			return nil, "", err
		}
		for _, a := range arns {
			may = append(may, policyName(a))
		}
		names, err := h.inlinePolicies(v, iamRoles, i.name)
		return append(may, names...), "", err
	}
	if err != nil {
		return nil, "", err
	}
	doc, _ := policy.Parse(document)
	if doc == nil {
		return nil, "", nil
	}
	statements, _ := statementForms(doc)
	for _, s := range statements {
		for _, action := range nonEmptyLines(s.Actions) {
			for _, resource := range nonEmptyLines(s.Resources) {
				if len(may) == accessAsked {
					return append(may, "…"), not, nil
				}
				may = append(may, action+" "+resource)
				if not != "" || strings.ContainsAny(action, "*?") { // of a wildcard nobody can ask
					continue
				}
				if not, err = h.explained(v, i.arn, action, resource); err != nil {
					return nil, "", err
				}
			}
		}
	}
	return may, not, nil
}

// accessAsked is how many actions on resources the page asks about and tells.
const accessAsked = 25

// explained is why somebody may not do something; "" when they may.
func (h *Handlers) explained(v *visit, who, action, resource string) (string, error) {
	out, err := callIfAllowed[gatehouse.ExplainDecisionOutput](h, v, &gatehouse.ExplainDecisionInput{PrincipalArn: &who, Actions: []string{action}, Resources: []string{resource}})
	if _, message, ok := reason(err); ok {
		return plainly(v.t, message), nil
	}
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Decisions[0].Message), nil
}

// accessCommand is what an administrator of the other account types to make the policy that is left to make. The path of a
// role may have an apostrophe in it, which must not end the shell's word.
func accessCommand(role, document string) string {
	var compact strings.Builder
	if err := json.NewEncoder(&compact).Encode(json.RawMessage(document)); err != nil {
		return ""
	}
	return "aws iam create-policy --policy-name ActAs-" + role + " --policy-document '" + strings.ReplaceAll(strings.TrimSpace(compact.String()), "'", `\u0027`) + "'"
}

// roleProfile is what those who come put into ~/.aws/config.
func roleProfile(i *identity, external string) string {
	text := "[profile " + i.name + "]\nrole_arn = " + i.arn + "\nsource_profile = default"
	if external != "" {
		text += "\nexternal_id = " + external
	}
	return text
}
