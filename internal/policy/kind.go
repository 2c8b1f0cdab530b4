package policy

// Kind is what a policy is used as, which decides what it may hold and how it counts.
type Kind uint8

// Kinds, in the order in which an explicit deny is reported.
const (
	ServiceControl  Kind = iota + 1 // of an organization, on its accounts' principals
	ResourceControl                 // of an organization, on its accounts' resources
	Resource                        // attached to a resource
	Trust                           // of a role: who may assume it
	Identity                        // of a user, group or role
	Boundary                        // a managed policy as permissions boundary
	Session                         // passed when temporary credentials were made
)

var kindNames = [...]string{
	ServiceControl: "service control policy", ResourceControl: "resource control policy", Resource: "resource-based policy",
	Trust: "role trust policy", Identity: "identity-based policy", Boundary: "permissions boundary", Session: "session policy",
}

// String names it as AWS's access-denied messages do.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// named tells whether its statements name principals.
func (k Kind) named() bool { return k == Resource || k == Trust || k == ResourceControl }
