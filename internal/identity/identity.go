// Package identity is the users, groups, roles and instance profiles of an account and the policies that they have, as IAM
// administers them. It does not decide what anybody may do (package permission does) nor who signs in
// (package iam). Every write that may change a permission goes through Service.change, which counts the
// account's policy version up in the same transaction.
package identity

import (
	"strings"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/policy"
)

// Kind is what sort of identity one is.
type Kind string

// Kinds of identities, as their ARNs begin.
const (
	User  Kind = "user"
	Group Kind = "group"
	Role  Kind = "role"
	// InstanceProfile hands a role to a machine; it is nobody by itself.
	InstanceProfile Kind = "instance-profile"
)

// traits is what differs between the kinds.
type traits struct {
	label    string // as sentences begin
	prefix   string // of unique ids
	plural   string // in names of quotas
	most     int    // of an account
	inline   int    // characters of all inline policies
	attached int    // managed policies
}

// The quotas are AWS's defaults.
var kinds = map[Kind]traits{
	User:            {"User", "AIDA", "Users", 5000, policy.QuotaInlineUser, 10},
	Group:           {"Group", "AGPA", "Groups", 300, policy.QuotaInlineGroup, 10},
	Role:            {"Role", "AROA", "Roles", 1000, policy.QuotaInlineRole, 10},
	InstanceProfile: {label: "Instance Profile", prefix: "AIPA", plural: "InstanceProfiles", most: 1000},
}

// Identity is a user, a group, a role or an instance profile.
type Identity struct {
	AccountID string
	ID        string // AIDA…, AGPA…, AROA…, AIPA…
	Kind      Kind
	Name      string // unique in its kind whatever the case of its letters
	Path      string // "/" or /a/b/
	Boundary  string // ARN of the managed policy that bounds it; empty for none, and for groups
	Tags      []Tag  // of all but groups
	CreatedAt time.Time

	PasswordUsed time.Time // when a user last signed in to the console; zero for never

	// What only roles have.
	Description string
	TrustPolicy string // who may assume it
	MaxSession  time.Duration

	RoleID string // that an instance profile holds; empty for none
}

// ARN names it.
func (i *Identity) ARN() string { return ARN(i.AccountID, i.Kind, i.Path, i.Name) }

// ServiceLinkedPath is where the paths of services' own roles begin.
const ServiceLinkedPath = "/aws-service-role/"

// ServiceLinked tells whether a role is a service's own: organizations do not limit it, and nobody else modifies it.
func (i *Identity) ServiceLinked() bool {
	return i.Kind == Role && strings.HasPrefix(i.Path, ServiceLinkedPath)
}

// ARN is that of an identity of an account.
func ARN(accountID string, k Kind, path, name string) string {
	return arn.ARN{Service: "iam", AccountID: accountID, Resource: string(k) + path + name}.String()
}

// Tag is a key, whose case does not count, and a value.
type Tag struct {
	Key   string
	Value string
}

func nameKey(name string) string { return strings.ToLower(name) }

// nameOf reads the name of an identity from an ARN of the account; false for one of another kind.
func nameOf(accountID string, k Kind, identityARN string) (string, bool) {
	a, err := arn.Parse(identityARN)
	rest, ok := strings.CutPrefix(a.Resource, string(k)+"/")
	if err != nil || a.Service != "iam" || a.AccountID != accountID || !ok {
		return "", false
	}
	return rest[strings.LastIndexByte(rest, '/')+1:], true
}
