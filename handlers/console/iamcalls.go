package console

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/web"
)

// The SDK has a type for each act on each kind of identity: what differs by the kind alone stands here.

// The kinds of identities, as paths name them.
const (
	iamUsers  = "users"
	iamGroups = "groups"
	iamRoles  = "roles"
)

// errKind is a kind that has no such act; no page asks for it.
func errKind(kind, act string) error { return fmt.Errorf("console: %s have no %s", kind, act) }

// only drops the empty answer of an act.
func only[Out any](_ *Out, err error) error { return err }

func (h *Handlers) attachPolicy(v *visit, kind, name, arn string) error {
	switch kind {
	case iamUsers:
		return only(call[iam.AttachUserPolicyOutput](h, v, &iam.AttachUserPolicyInput{UserName: &name, PolicyArn: &arn}))
	case iamGroups:
		return only(call[iam.AttachGroupPolicyOutput](h, v, &iam.AttachGroupPolicyInput{GroupName: &name, PolicyArn: &arn}))
	case iamRoles:
		return only(call[iam.AttachRolePolicyOutput](h, v, &iam.AttachRolePolicyInput{RoleName: &name, PolicyArn: &arn}))
	}
	return errKind(kind, "policies")
}

func (h *Handlers) detachPolicy(v *visit, kind, name, arn string) error {
	switch kind {
	case iamUsers:
		return only(call[iam.DetachUserPolicyOutput](h, v, &iam.DetachUserPolicyInput{UserName: &name, PolicyArn: &arn}))
	case iamGroups:
		return only(call[iam.DetachGroupPolicyOutput](h, v, &iam.DetachGroupPolicyInput{GroupName: &name, PolicyArn: &arn}))
	case iamRoles:
		return only(call[iam.DetachRolePolicyOutput](h, v, &iam.DetachRolePolicyInput{RoleName: &name, PolicyArn: &arn}))
	}
	return errKind(kind, "policies")
}

// attachedPolicies are the ARNs of an identity's managed policies; there are at most twenty.
func (h *Handlers) attachedPolicies(v *visit, kind, name string) ([]string, error) {
	var list []types.AttachedPolicy
	var err error
	switch kind {
	case iamUsers:
		var out *iam.ListAttachedUserPoliciesOutput
		if out, err = call[iam.ListAttachedUserPoliciesOutput](h, v, &iam.ListAttachedUserPoliciesInput{UserName: &name}); err == nil {
			list = out.AttachedPolicies
		}
	case iamGroups:
		var out *iam.ListAttachedGroupPoliciesOutput
		if out, err = call[iam.ListAttachedGroupPoliciesOutput](h, v, &iam.ListAttachedGroupPoliciesInput{GroupName: &name}); err == nil {
			list = out.AttachedPolicies
		}
	case iamRoles:
		var out *iam.ListAttachedRolePoliciesOutput
		if out, err = call[iam.ListAttachedRolePoliciesOutput](h, v, &iam.ListAttachedRolePoliciesInput{RoleName: &name}); err == nil {
			list = out.AttachedPolicies
		}
	default:
		err = errKind(kind, "policies")
	}
	var arns []string
	for _, p := range list {
		arns = append(arns, aws.ToString(p.PolicyArn))
	}
	return arns, err
}

// inlinePolicies are the names of an identity's inline policies.
func (h *Handlers) inlinePolicies(v *visit, kind, name string) ([]string, error) {
	most := aws.Int32(1000)
	switch kind {
	case iamUsers:
		out, err := call[iam.ListUserPoliciesOutput](h, v, &iam.ListUserPoliciesInput{UserName: &name, MaxItems: most})
		if err != nil {
			return nil, err
		}
		return out.PolicyNames, nil
	case iamGroups:
		out, err := call[iam.ListGroupPoliciesOutput](h, v, &iam.ListGroupPoliciesInput{GroupName: &name, MaxItems: most})
		if err != nil {
			return nil, err
		}
		return out.PolicyNames, nil
	case iamRoles:
		out, err := call[iam.ListRolePoliciesOutput](h, v, &iam.ListRolePoliciesInput{RoleName: &name, MaxItems: most})
		if err != nil {
			return nil, err
		}
		return out.PolicyNames, nil
	}
	return nil, errKind(kind, "policies")
}

func (h *Handlers) inlineDocument(v *visit, kind, name, policy string) (string, error) {
	switch kind {
	case iamUsers:
		out, err := call[iam.GetUserPolicyOutput](h, v, &iam.GetUserPolicyInput{UserName: &name, PolicyName: &policy})
		if err != nil {
			return "", err
		}
		return documentOf(out.PolicyDocument)
	case iamGroups:
		out, err := call[iam.GetGroupPolicyOutput](h, v, &iam.GetGroupPolicyInput{GroupName: &name, PolicyName: &policy})
		if err != nil {
			return "", err
		}
		return documentOf(out.PolicyDocument)
	case iamRoles:
		out, err := call[iam.GetRolePolicyOutput](h, v, &iam.GetRolePolicyInput{RoleName: &name, PolicyName: &policy})
		if err != nil {
			return "", err
		}
		return documentOf(out.PolicyDocument)
	}
	return "", errKind(kind, "policies")
}

func (h *Handlers) putInlinePolicy(v *visit, kind, name, policy, document string) error {
	switch kind {
	case iamUsers:
		return only(call[iam.PutUserPolicyOutput](h, v, &iam.PutUserPolicyInput{UserName: &name, PolicyName: &policy, PolicyDocument: &document}))
	case iamGroups:
		return only(call[iam.PutGroupPolicyOutput](h, v, &iam.PutGroupPolicyInput{GroupName: &name, PolicyName: &policy, PolicyDocument: &document}))
	case iamRoles:
		return only(call[iam.PutRolePolicyOutput](h, v, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: &policy, PolicyDocument: &document}))
	}
	return errKind(kind, "policies")
}

func (h *Handlers) deleteInlinePolicy(v *visit, kind, name, policy string) error {
	switch kind {
	case iamUsers:
		return only(call[iam.DeleteUserPolicyOutput](h, v, &iam.DeleteUserPolicyInput{UserName: &name, PolicyName: &policy}))
	case iamGroups:
		return only(call[iam.DeleteGroupPolicyOutput](h, v, &iam.DeleteGroupPolicyInput{GroupName: &name, PolicyName: &policy}))
	case iamRoles:
		return only(call[iam.DeleteRolePolicyOutput](h, v, &iam.DeleteRolePolicyInput{RoleName: &name, PolicyName: &policy}))
	}
	return errKind(kind, "policies")
}

// renameIAM gives a user or group another name and path, which may be those it has.
func (h *Handlers) renameIAM(v *visit, kind, name, newName, newPath string) error {
	switch kind {
	case iamUsers:
		return only(call[iam.UpdateUserOutput](h, v, &iam.UpdateUserInput{UserName: &name, NewUserName: &newName, NewPath: &newPath}))
	case iamGroups:
		return only(call[iam.UpdateGroupOutput](h, v, &iam.UpdateGroupInput{GroupName: &name, NewGroupName: &newName, NewPath: &newPath}))
	}
	return web.ErrNotFound
}

// setBoundary bounds a user or role by a policy; "" takes the boundary away.
func (h *Handlers) setBoundary(v *visit, kind, name, arn string) error {
	switch {
	case kind == iamUsers && arn == "":
		return only(call[iam.DeleteUserPermissionsBoundaryOutput](h, v, &iam.DeleteUserPermissionsBoundaryInput{UserName: &name}))
	case kind == iamUsers:
		return only(call[iam.PutUserPermissionsBoundaryOutput](h, v, &iam.PutUserPermissionsBoundaryInput{UserName: &name, PermissionsBoundary: &arn}))
	case kind == iamRoles && arn == "":
		return only(call[iam.DeleteRolePermissionsBoundaryOutput](h, v, &iam.DeleteRolePermissionsBoundaryInput{RoleName: &name}))
	case kind == iamRoles:
		return only(call[iam.PutRolePermissionsBoundaryOutput](h, v, &iam.PutRolePermissionsBoundaryInput{RoleName: &name, PermissionsBoundary: &arn}))
	}
	return errKind(kind, "boundary")
}

// changeIAMTags sets tags of a user, a role or a policy (kind "policies", named by its ARN), and takes others off.
func (h *Handlers) changeIAMTags(v *visit, kind, name string, set map[string]string, gone []string) error {
	var tags []types.Tag
	for k, value := range set {
		tags = append(tags, types.Tag{Key: aws.String(k), Value: aws.String(value)})
	}
	var err error
	switch {
	case len(tags) == 0:
	case kind == iamUsers:
		err = only(call[iam.TagUserOutput](h, v, &iam.TagUserInput{UserName: &name, Tags: tags}))
	case kind == iamRoles:
		err = only(call[iam.TagRoleOutput](h, v, &iam.TagRoleInput{RoleName: &name, Tags: tags}))
	default:
		err = only(call[iam.TagPolicyOutput](h, v, &iam.TagPolicyInput{PolicyArn: &name, Tags: tags}))
	}
	switch {
	case err != nil || len(gone) == 0:
		return err
	case kind == iamUsers:
		return only(call[iam.UntagUserOutput](h, v, &iam.UntagUserInput{UserName: &name, TagKeys: gone}))
	case kind == iamRoles:
		return only(call[iam.UntagRoleOutput](h, v, &iam.UntagRoleInput{RoleName: &name, TagKeys: gone}))
	}
	return only(call[iam.UntagPolicyOutput](h, v, &iam.UntagPolicyInput{PolicyArn: &name, TagKeys: gone}))
}
