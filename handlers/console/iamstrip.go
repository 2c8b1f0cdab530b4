package console

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// strip takes from an identity what IAM does not delete along with it, so that the last step can be done. Keys go
// first: whatever fails after, they sign nothing any more.
func (h *Handlers) strip(v *visit, i *identity) error {
	for _, step := range []func(*visit, *identity) error{h.stripKeys, h.stripCredentials, h.stripGroups, h.stripMembers, h.stripProfiles, h.stripPolicies} {
		if err := step(v, i); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handlers) stripKeys(v *visit, i *identity) error {
	if i.kind != iamUsers {
		return nil
	}
	keys, err := call[iam.ListAccessKeysOutput](h, v, &iam.ListAccessKeysInput{UserName: &i.name})
	if err != nil {
		return err
	}
	for _, k := range keys.AccessKeyMetadata {
		if err := only(call[iam.DeleteAccessKeyOutput](h, v, &iam.DeleteAccessKeyInput{UserName: &i.name, AccessKeyId: k.AccessKeyId})); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handlers) stripGroups(v *visit, i *identity) error {
	if i.kind != iamUsers {
		return nil
	}
	groups, err := call[iam.ListGroupsForUserOutput](h, v, &iam.ListGroupsForUserInput{UserName: &i.name})
	if err != nil {
		return err
	}
	for _, g := range groups.Groups {
		if err := only(call[iam.RemoveUserFromGroupOutput](h, v, &iam.RemoveUserFromGroupInput{GroupName: g.GroupName, UserName: &i.name})); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handlers) stripMembers(v *visit, i *identity) error {
	for i.kind == iamGroups {
		out, err := call[iam.GetGroupOutput](h, v, &iam.GetGroupInput{GroupName: &i.name, MaxItems: aws.Int32(iamRead)})
		if err != nil || len(out.Users) == 0 {
			return err
		}
		for _, u := range out.Users {
			if err := only(call[iam.RemoveUserFromGroupOutput](h, v, &iam.RemoveUserFromGroupInput{GroupName: &i.name, UserName: u.UserName})); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *Handlers) stripProfiles(v *visit, i *identity) error {
	if i.kind != iamRoles {
		return nil
	}
	out, err := call[iam.ListInstanceProfilesForRoleOutput](h, v, &iam.ListInstanceProfilesForRoleInput{RoleName: &i.name, MaxItems: aws.Int32(iamRead)})
	if err != nil {
		return err
	}
	for _, p := range out.InstanceProfiles {
		if err := only(call[iam.RemoveRoleFromInstanceProfileOutput](h, v, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: p.InstanceProfileName, RoleName: &i.name})); err != nil {
			return err
		}
	}
	return nil
}

// stripPolicies is last, for a policy may deny what the others allow.
func (h *Handlers) stripPolicies(v *visit, i *identity) error {
	arns, err := h.attachedPolicies(v, i.kind, i.name)
	if err != nil {
		return err
	}
	for _, arn := range arns {
		if err := h.detachPolicy(v, i.kind, i.name, arn); err != nil {
			return err
		}
	}
	names, err := h.inlinePolicies(v, i.kind, i.name)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := h.deleteInlinePolicy(v, i.kind, i.name, name); err != nil {
			return err
		}
	}
	return nil
}
