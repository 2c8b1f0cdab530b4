// Package organization is organizations of accounts: their root, organizational units and accounts, the policies that
// hang on these, invitations, and which services and accounts act for an organization. It keeps what is so; what a
// control policy means to a request is decided by packages permission and policy, and who may call at all at the gate.
// Every write that may change what somebody is permitted goes through Service.change, which counts the policy version
// of every account of the organization up in the same transaction.
package organization

import (
	"slices"
	"strings"
	"time"

	"gatehouse/internal/arn"
)

// AWS is whose AWS's own policies are, in their ARNs.
const AWS = "aws"

// Organization is a set of accounts under one management account.
type Organization struct {
	ID           string // o- and ten letters or digits
	ManagementID string // the account that administers it
	RootID       string // r- and eight letters or digits
	// AllFeatures is false while only billing is consolidated: there are no policies then.
	AllFeatures bool
	PolicyTypes []PolicyType // enabled in the root, in order
	RootTags    []Tag
	// RootCredentials and RootSessions tell whether the management account administers the root users of members.
	RootCredentials, RootSessions bool
	CreatedAt                     time.Time
}

// Manages tells whether an account is the management account.
func (o *Organization) Manages(accountID string) bool { return o.ManagementID == accountID }

// Enabled tells whether policies of a type count.
func (o *Organization) Enabled(t PolicyType) bool {
	return o.AllFeatures && slices.Contains(o.PolicyTypes, t)
}

// ARN names the organization.
func (o *Organization) ARN() string { return o.arn("organization/" + o.ID) }

// RootARN names its root.
func (o *Organization) RootARN() string { return o.arn("root/" + o.ID + "/" + o.RootID) }

// AccountARN names an account in it.
func (o *Organization) AccountARN(id string) string { return o.arn("account/" + o.ID + "/" + id) }

// UnitARN names an organizational unit.
func (o *Organization) UnitARN(id string) string { return o.arn("ou/" + o.ID + "/" + id) }

// PolicyARN names a policy; those of AWS are in no organization.
func (o *Organization) PolicyARN(t PolicyType, id string) string {
	kind := strings.ToLower(string(t))
	if _, ok := ofAWS[id]; ok {
		return arn.ARN{Service: "organizations", AccountID: AWS, Resource: "policy/" + kind + "/" + id}.String()
	}
	return o.arn("policy/" + o.ID + "/" + kind + "/" + id)
}

// HandshakeARN names a handshake.
func (o *Organization) HandshakeARN(a Action, id string) string {
	return o.arn("handshake/" + o.ID + "/" + strings.ToLower(string(a)) + "/" + id)
}

// ResourcePolicyARN names the policy that delegates.
func (o *Organization) ResourcePolicyARN(id string) string {
	return o.arn("resourcepolicy/" + o.ID + "/" + id)
}

func (o *Organization) arn(resource string) string {
	return arn.ARN{Service: "organizations", AccountID: o.ManagementID, Resource: resource}.String()
}

// Joined is how an account came into an organization.
type Joined string

// Ways into an organization.
const (
	Created Joined = "CREATED"
	Invited Joined = "INVITED"
)

// Account is an account, and where in an organization it is.
type Account struct {
	ID       string
	Name     string
	Email    string // of its root user
	ClosedAt time.Time
	// What follows is empty for an account in no organization.
	OrganizationID string
	ParentID       string // the root or a unit
	Method         Joined
	JoinedAt       time.Time
	Tags           []Tag
}

// Closed tells whether the account was closed: nobody in it may anything.
func (a *Account) Closed() bool { return !a.ClosedAt.IsZero() }

// Unit is an organizational unit: a place for accounts and further units.
type Unit struct {
	OrganizationID string
	ID             string // ou-, the root's letters, - and eight more
	ParentID       string // the root or a unit
	Name           string // unique in its parent
	Tags           []Tag
	CreatedAt      time.Time
}

// IsRoot, IsUnit and IsAccount tell what an id that fits the service model is of.
func IsRoot(id string) bool    { return strings.HasPrefix(id, "r-") }
func IsUnit(id string) bool    { return strings.HasPrefix(id, "ou-") }
func IsAccount(id string) bool { return len(id) == 12 && strings.Trim(id, "0123456789") == "" }
