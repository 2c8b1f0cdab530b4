package sts

import (
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/identity"
)

// Kind is what sort of principal a session is of, as aws:PrincipalType names it.
type Kind string

// Kinds of sessions.
const (
	Role      Kind = "AssumedRole"
	User      Kind = "User"    // by GetSessionToken, or in the console
	Root      Kind = "Account" // the same of the root user
	Federated Kind = "FederatedUser"
)

// Session is what temporary credentials say of who holds them. Times are whole seconds.
type Session struct {
	Kind      Kind   `json:"k"`
	AccountID string `json:"a"`
	// IssuerID is the unique id of the role (AROA…) or of the user (AIDA…) behind the session, or the account's id for
	// root; IssuerARN is the ARN that it had when the session began.
	IssuerID  string `json:"i"`
	IssuerARN string `json:"r"`
	// Name is the RoleSessionName, or the Name of a federated user; sessions of users have none.
	Name     string    `json:"n,omitempty"`
	IssuedAt time.Time `json:"t"`
	Expires  time.Time `json:"e"`
	// MFAAt is when the user showed a second factor; zero for never, and for roles, whose sessions do not tell.
	MFAAt time.Time `json:"m,omitzero"`
	// Policy is a session policy, and PolicyARNs managed ones of the account; without any of both nothing limits the
	// session, save that of a federated user, who then may nothing.
	Policy     string   `json:"p,omitempty"`
	PolicyARNs []string `json:"q,omitempty"`
	// Tags are the session's; those whose keys are Transitive stay in the sessions of roles that it assumes.
	Tags           []identity.Tag `json:"g,omitempty"`
	Transitive     []string       `json:"v,omitempty"`
	SourceIdentity string         `json:"s,omitempty"`
	// AssumedRoot tells that the management account of the organization acts as the root user, for one task.
	AssumedRoot bool `json:"o,omitempty"`
	// Provider is who said who this is (aws:FederatedProvider), and Claims the condition keys of its token or assertion.
	Provider string              `json:"f,omitempty"`
	Claims   map[string][]string `json:"c,omitempty"`
}

// ARN is that of the session: of an assumed role, a federated user, or of the user or root itself.
func (s *Session) ARN() string {
	switch s.Kind {
	case Role:
		return arn.ARN{Service: "sts", AccountID: s.AccountID, Resource: "assumed-role/" + lastSegment(s.IssuerARN) + "/" + s.Name}.String()
	case Federated:
		return arn.ARN{Service: "sts", AccountID: s.AccountID, Resource: "federated-user/" + s.Name}.String()
	}
	return s.IssuerARN
}

// UserID is aws:userid: AROA…:session, 123456789012:name, or the id of the user or account.
func (s *Session) UserID() string {
	switch s.Kind {
	case Role:
		return s.IssuerID + ":" + s.Name
	case Federated:
		return s.AccountID + ":" + s.Name
	}
	return s.IssuerID
}

// OfRoot tells whether the root user is behind it.
func (s *Session) OfRoot() bool { return s.IssuerID == s.AccountID }

func lastSegment(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '/' {
			return name[i+1:]
		}
	}
	return name
}
