package permission

import (
	"context"
	"errors"
	"strings"

	"gatehouse/internal/arn"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// Roles finds roles: *identity.Service.
type Roles interface {
	ByName(ctx context.Context, accountID string, k identity.Kind, name string) (identity.Identity, error)
}

// Sets compiles policies: *Service.
type Sets interface {
	Set(kind policy.Kind, sources ...Source) (*policy.Set, error)
}

// Trust finds a role of any account by its ARN, and the policy that says who may assume it. That there is none is not
// told: the role is nil then, and its policy, which says nothing, trusts nobody.
func Trust(ctx context.Context, roles Roles, sets Sets, roleARN string) (*identity.Identity, *policy.Set, error) {
	a, ok := RoleARN(roleARN)
	if !ok {
		return nil, nil, identity.ErrNotFound
	}
	role, err := roles.ByName(ctx, a.AccountID, identity.Role, a.Resource[strings.LastIndexByte(a.Resource, '/')+1:])
	switch {
	case errors.Is(err, identity.ErrNotFound), err == nil && role.ARN() != roleARN:
		trust, err := sets.Set(policy.Trust)
		return nil, trust, err
	case err != nil:
		return nil, nil, err
	}
	trust, err := sets.Set(policy.Trust, Source{Kind: identity.Role, Name: role.Name, Document: role.TrustPolicy})
	return &role, trust, err
}

// untrusted tells that a request is to assume a role of another account whose trust policy does not let the principal in,
// and how it refuses. There is no other answer then, whatever the policies of the principal say: those that ask for the
// tags of the role would find them out.
func untrusted(all *policy.Policies, q *policy.Request) (policy.Decision, bool) {
	if all.Resource == nil || all.Resource.Kind != policy.Trust || !q.CrossAccount() {
		return policy.Decision{}, false
	}
	d := all.Resource.Decide(q)
	return d, !d.Allowed
}

// Follows tells the condition keys that follow from the principal, the resource or the time of a request, which nobody
// may say otherwise.
func Follows(key string) bool {
	switch low := strings.ToLower(key); low {
	case "aws:userid", "aws:username", "aws:resourceaccount", "aws:currenttime", "aws:epochtime":
		return true
	default:
		return strings.HasPrefix(low, "aws:principal")
	}
}

// RoleARN reads the ARN of a role.
func RoleARN(s string) (arn.ARN, bool) {
	a, err := arn.Parse(s)
	return a, err == nil && a.Service == "iam" && strings.HasPrefix(a.Resource, string(identity.Role)+"/")
}

// Assumes tells the requests that the trust policy of a role decides on.
func Assumes(action, resource string) bool {
	if !AssumesRoles(action) {
		return false
	}
	_, ok := RoleARN(resource)
	return ok
}

// AssumesRoles tells the actions that trust policies decide on where the resource is a role.
func AssumesRoles(action string) bool {
	for _, a := range []string{"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"} {
		if strings.EqualFold(a, action) {
			return true
		}
	}
	return false
}
