package policy

import "slices"

// PrincipalKind is what sort of principal makes a request.
type PrincipalKind uint8

// Kinds of principals; the zero value is nobody in particular.
const (
	Anonymous     PrincipalKind = iota
	Root                        // of an account
	User                        // of IAM
	RoleSession                 // temporary credentials of a role
	FederatedUser               // temporary credentials of a user, by GetFederationToken
	AWSService                  // a service that acts for itself
	Provider                    // who comes from an identity provider and has no credentials yet
)

// ofAccount tells whether it belongs to an account, whose policies then limit it.
func (k PrincipalKind) ofAccount() bool { return k >= Root && k <= FederatedUser }

// Principal is who makes a request. Empty fields match nothing.
type Principal struct {
	Kind    PrincipalKind
	Account string // 12 digits
	ARN     string // of the user, the session or the account's root
	Issuer  string // ARN of the role behind a RoleSession, with its path; of the user behind a FederatedUser
	ID      string // AIDA… or AROA…, the unique id of the user, or of the issuer
	Name    string // of an AWSService (sns.amazonaws.com) or a Provider (its ARN, or a name such as cognito-identity.amazonaws.com)
	// Canonical is the canonical user id of the account, where there is one.
	Canonical string
}

// Request is what is asked: may this principal do this to that?
type Request struct {
	Principal Principal
	Action    string // iam:GetUser; its case does not count
	Resource  string // an ARN, or "*" for an action that is about no resource
	// ResourceAccount is the account that owns the resource; empty is the principal's.
	ResourceAccount string
	Context         Context
}

// CrossAccount tells whether the resource is of another account than the principal.
func (r *Request) CrossAccount() bool {
	return r.ResourceAccount != "" && r.ResourceAccount != r.Principal.Account
}

// grant is how directly a policy of a resource names a principal.
type grant uint8

const (
	notNamed  grant = iota
	byAccount       // its account: the account's own policies decide
	byIssuer        // the role or user behind its session: boundary and session policy still limit it
	direct          // itself, or everybody
)

// principals is a compiled Principal or NotPrincipal.
type principals struct {
	not, everyone                         bool
	accounts                              []string // also as the ARN of the root
	aws, services, federated, canonicalID []string
}

func compilePrincipals(ps *Principals) *principals {
	c := &principals{not: ps.Not, everyone: ps.Everyone, services: values(ps.Service), federated: values(ps.Federated), canonicalID: values(ps.Canonical)}
	for _, t := range ps.AWS {
		parts := splitARN(t.Value, false)
		switch {
		case isAccount(t.Value):
			c.accounts = append(c.accounts, t.Value)
		case len(parts) == 6 && parts[2] == "iam" && parts[5] == "root":
			c.accounts = append(c.accounts, parts[4])
		default:
			c.aws = append(c.aws, t.Value)
		}
	}
	return c
}

func values(list []Text) []string {
	s := make([]string, len(list))
	for i := range list {
		s[i] = list[i].Value
	}
	return s
}

func lists(list []string, s string) bool {
	if s == "" {
		return false
	}
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// names answers how directly the list names a principal, Not aside.
func (ps *principals) names(p *Principal) grant {
	switch {
	case ps.everyone:
		return direct
	case p.Kind == AWSService:
		return if1(lists(ps.services, p.Name), direct)
	case p.Kind == Provider:
		return if1(lists(ps.federated, p.Name), direct)
	case p.Kind == Anonymous:
		return notNamed
	case lists(ps.aws, p.ARN), p.Kind == User && lists(ps.aws, p.ID), lists(ps.canonicalID, p.Canonical):
		return direct
	case lists(ps.aws, p.Issuer), lists(ps.aws, p.ID):
		return byIssuer
	}
	return if1(lists(ps.accounts, p.Account), byAccount)
}

func if1(ok bool, g grant) grant {
	if ok {
		return g
	}
	return notNamed
}

// keys are what a principal must be one of to be named; none for a list that names others too.
func (ps *principals) keys() []string {
	if ps == nil || ps.not || ps.everyone {
		return nil
	}
	return slices.Concat(ps.accounts, ps.aws, ps.services, ps.federated, ps.canonicalID)
}

// match answers how a statement names a principal. NotPrincipal lets in whom its list does not name at all; it
// spares from a Deny only whom the list names with everything that they are: the session, its role and the account.
func (ps *principals) match(p *Principal, effect Effect) grant {
	named := ps.names(p)
	if !ps.not {
		return named
	}
	spared := named != notNamed
	if effect == Deny && !ps.everyone && p.Kind.ofAccount() {
		spared = lists(ps.accounts, p.Account) && (p.Kind == Root || ps.self(p))
	}
	return if1(!spared, direct)
}

func (ps *principals) self(p *Principal) bool {
	if p.Kind == User {
		return lists(ps.aws, p.ARN) || lists(ps.aws, p.ID)
	}
	return lists(ps.aws, p.ARN) && (lists(ps.aws, p.Issuer) || lists(ps.aws, p.ID))
}
