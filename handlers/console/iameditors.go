package console

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/fault"
	"gatehouse/internal/policy"
	pages "gatehouse/templates/console"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// errNameTaken is a name for something new that something has.
var errNameTaken = fault.New("EntityAlreadyExists", "The name is taken.")

func (h *Handlers) mountPolicyEditors(r web.Routes) {
	r.GET(paths.ConsoleIAMPolicyNew, h.of(h.editing(h.newPolicyEdit)))
	r.POST(paths.ConsoleIAMPolicyNew, h.of(h.edited(h.newPolicyEdit)))
	r.GET(paths.ConsoleIAMRoleNew, h.of(h.editing(h.newRoleEdit)))
	r.POST(paths.ConsoleIAMRoleNew, h.of(h.edited(h.newRoleEdit)))
	r.GET(paths.ConsoleIAMPolicyEdit, h.of(h.editing(h.managedEdit)))
	r.POST(paths.ConsoleIAMPolicyEdit, h.of(h.edited(h.managedEdit)))
	r.GET(paths.ConsoleIAMOneInlineNew, h.of(h.editing(h.newInlineEdit)))
	r.POST(paths.ConsoleIAMOneInlineNew, h.of(h.edited(h.newInlineEdit)))
	r.GET(paths.ConsoleIAMOneInline, h.of(h.editing(h.inlineEdit)))
	r.POST(paths.ConsoleIAMOneInline, h.of(h.edited(h.inlineEdit)))
	r.GET(paths.ConsoleIAMRoleTrust, h.of(h.editing(h.trustEdit)))
	r.POST(paths.ConsoleIAMRoleTrust, h.of(h.edited(h.trustEdit)))
	r.POST(paths.ConsoleIAMCheck, h.of(h.checkTyped))
	r.GET(paths.ConsoleIAMWords, h.of(h.tellWords))
}

func (h *Handlers) editing(find func(*visit) (policyEdit, error)) handler {
	return func(v *visit) error {
		e, err := find(v)
		if err != nil {
			return err
		}
		return h.showEditor(v, e)
	}
}

func (h *Handlers) edited(find func(*visit) (policyEdit, error)) handler {
	return func(v *visit) error {
		e, err := find(v)
		if err != nil {
			return err
		}
		return h.editPolicy(v, e)
	}
}

// newPolicyEdit makes a managed policy.
func (h *Handlers) newPolicyEdit(v *visit) (policyEdit, error) {
	return policyEdit{
		frame:  h.frame(v, iamSection(iamPolicies), v.t.T("console.iam.policy.create"), v.iamCrumbs(iamPolicies)...),
		action: paths.ConsoleIAMPolicyNew, back: paths.ConsoleIAMPolicies, kind: "Identity", named: true, managed: true, done: "managed_policy_created",
		save: func(d draft) (string, error) {
			out, err := call[iam.CreatePolicyOutput](h, v, &iam.CreatePolicyInput{PolicyName: &d.name, Path: some(d.path), Description: some(d.description), PolicyDocument: &d.document})
			if err != nil {
				return "", err
			}
			return policyTo(out.Policy, paths.ConsoleIAMPolicy), nil
		},
	}, nil
}

// managedEdit edits the version of a managed policy that is in force: what is saved is a new one, in force at once.
func (h *Handlers) managedEdit(v *visit) (e policyEdit, err error) {
	err = h.ofPolicy(func(v *visit, p *types.Policy) error {
		all, err := call[iam.ListPolicyVersionsOutput](h, v, &iam.ListPolicyVersionsInput{PolicyArn: p.Arn})
		if err != nil {
			return err
		}
		e = policyEdit{
			frame: h.policyFrame(v, p, v.t.T("console.policy.edit")), action: policyTo(p, paths.ConsoleIAMPolicyEdit), back: policyTo(p, paths.ConsoleIAMPolicy), kind: "Identity", done: "version_saved",
		}
		oldest := oldestVersion(all.Versions)
		if oldest != "" {
			e.remark = v.t.T("console.policy.oldest", "Version", oldest)
		}
		e.save = func(d draft) (string, error) { return e.back, h.addVersion(v, p, oldest, d.document) }
		e.before, err = h.versionDocument(v, *p.Arn, aws.ToString(p.DefaultVersionId))
		return err
	})(v)
	return e, err
}

// oldestVersion is the one to make room by deleting; "" while there is room.
func oldestVersion(newestFirst []types.PolicyVersion) string {
	if len(newestFirst) < 5 {
		return ""
	}
	for i := len(newestFirst) - 1; i >= 0; i-- {
		if !newestFirst[i].IsDefaultVersion {
			return aws.ToString(newestFirst[i].VersionId)
		}
	}
	return ""
}

func (h *Handlers) addVersion(v *visit, p *types.Policy, oldest, document string) error {
	if _, err := policy.ParseValid(document, policy.Identity); err != nil { // before anything is deleted
		return err
	}
	if oldest != "" {
		if err := only(call[iam.DeletePolicyVersionOutput](h, v, &iam.DeletePolicyVersionInput{PolicyArn: p.Arn, VersionId: &oldest})); err != nil {
			return err
		}
	}
	return only(call[iam.CreatePolicyVersionOutput](h, v, &iam.CreatePolicyVersionInput{PolicyArn: p.Arn, PolicyDocument: &document, SetAsDefault: true}))
}

// inlineQuotas are for all inline policies of an identity together.
var inlineQuotas = map[string]int32{iamUsers: policy.QuotaInlineUser, iamGroups: policy.QuotaInlineGroup, iamRoles: policy.QuotaInlineRole}

// newInlineEdit makes an inline policy of an identity. A name that is taken is refused, not written over.
func (h *Handlers) newInlineEdit(v *visit) (policyEdit, error) {
	i, err := h.identity(v, v.Param("kind"), v.Param("name"))
	if err != nil {
		return policyEdit{}, err
	}
	return policyEdit{
		frame: h.identityFrame(v, i, v.t.T("console.policy.inline.create")), action: i.to(paths.ConsoleIAMOneInlineNew), back: i.to(paths.ConsoleIAMOne), kind: "Identity", quota: inlineQuotas[i.kind], named: true, done: "inline_saved",
		save: func(d draft) (string, error) {
			_, err := h.inlineDocument(v, i.kind, i.name, d.name)
			if err == nil {
				return "", errNameTaken.With("%s", v.t.T("console.policy.inline.taken", "Name", d.name))
			}
			if code, _, _ := reason(err); code != "NoSuchEntity" {
				return "", err
			}
			return i.to(paths.ConsoleIAMOne), h.putInlinePolicy(v, i.kind, i.name, d.name, d.document)
		},
	}, nil
}

func (h *Handlers) inlineEdit(v *visit) (e policyEdit, err error) {
	i, err := h.identity(v, v.Param("kind"), v.Param("name"))
	if err != nil {
		return e, err
	}
	name := v.Param("policy")
	e = policyEdit{
		frame: h.identityFrame(v, i, name), action: i.to(paths.ConsoleIAMOneInline, name), back: i.to(paths.ConsoleIAMOne), kind: "Identity", quota: inlineQuotas[i.kind], done: "inline_saved",
		save: func(d draft) (string, error) {
			return i.to(paths.ConsoleIAMOne), h.putInlinePolicy(v, i.kind, i.name, name, d.document)
		},
	}
	e.before, err = h.inlineDocument(v, i.kind, i.name, name)
	return e, err
}

// newRoleEdit makes a role: who may assume it is what it begins with. That is the account, or the people of the identity
// provider that the address names.
func (h *Handlers) newRoleEdit(v *visit) (policyEdit, error) {
	trusts, start, err := h.trustOfProvider(v, v.search("provider"))
	if err != nil {
		return policyEdit{}, err
	}
	return policyEdit{
		frame:  h.frame(v, iamSection(iamRoles), v.t.T("console.iam.role.create"), v.iamCrumbs(iamRoles)...),
		action: paths.ConsoleIAMRoleNew, back: iamList(iamRoles), kind: "Trust", start: cmp.Or(start, trustOfAccount(v.account())), trusts: trusts, named: true, managed: true, done: "role_created",
		save: func(d draft) (string, error) {
			_, err := call[iam.CreateRoleOutput](h, v, &iam.CreateRoleInput{RoleName: &d.name, Path: some(d.path), Description: some(d.description), AssumeRolePolicyDocument: &d.document})
			return paths.Link(paths.ConsoleIAMOne, iamRoles, d.name), err
		},
	}, nil
}

// trustOfAccount lets the account decide by its own policies who may assume a role.
func trustOfAccount(account string) string {
	return documentText(policy.Version2012, "", []pages.StatementForm{{Effect: policy.Allow.String(), Principals: "AWS arn:aws:iam::" + account + ":root", Actions: "sts:AssumeRole"}})
}

func (h *Handlers) trustEdit(v *visit) (policyEdit, error) {
	i, err := h.identity(v, iamRoles, v.Param("name"))
	if err != nil {
		return policyEdit{}, err
	}
	return policyEdit{
		frame: h.identityFrame(v, i, v.t.T("console.policy.trust.edit")), action: paths.Link(paths.ConsoleIAMRoleTrust, i.name), back: i.to(paths.ConsoleIAMOne), kind: "Trust", before: i.trust, done: "trust_saved",
		save: func(d draft) (string, error) {
			_, err := call[iam.UpdateAssumeRolePolicyOutput](h, v, &iam.UpdateAssumeRolePolicyInput{RoleName: &i.name, PolicyDocument: &d.document})
			return i.to(paths.ConsoleIAMOne), err
		},
	}, nil
}
