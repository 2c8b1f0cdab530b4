package gatehouse

import (
	"context"
	"slices"
	"strings"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// trusted are those from elsewhere whom the trust policy of a role of the account names for an action that assumes it:
// other accounts and their users and roles, providers, services. Whether an account lets its own is for its policies.
func (s *Service) trusted(ctx context.Context, action, resource string, given []ContextKey) ([]WhoCan, error) {
	a, ok := permission.RoleARN(resource)
	if account := api.ScopeFrom(ctx).AccountID; !ok || a.AccountID != account || !permission.Assumes(action, resource) {
		return nil, nil
	}
	role, _, err := permission.Trust(ctx, s.Identities, s.Permissions, resource)
	if err != nil || role == nil {
		return nil, err
	}
	document, err := s.Identities.ShownTrust(ctx, *role)
	if err != nil {
		return nil, err
	}
	trust, err := s.Permissions.Set(policy.Trust, permission.Source{Kind: identity.Role, Name: role.Name, Document: document})
	if err != nil {
		return nil, err
	}
	var out []WhoCan
	for _, o := range outsiders(trust, role.AccountID) {
		q, by, err := s.request(ctx, o.principal, action, resource, given)
		if err != nil {
			return nil, err
		}
		by.Resource, by.ResourceSide = trust, true
		e, err := s.Permissions.Explain(ctx, q, by)
		if err != nil {
			return nil, err
		}
		if w := o.whether(e); w != nil {
			out = append(out, *w)
		}
	}
	return out, nil
}

// outsider is somebody of another account, or of none.
type outsider struct {
	name, sort string
	principal  policy.Principal
}

// outsiders are those whom the Allow statements of a trust policy name, in their order and each once.
func outsiders(trust *policy.Set, account string) (list []outsider) {
	add := func(o outsider) {
		known := slices.ContainsFunc(list, func(have outsider) bool { return have.name == o.name && have.sort == o.sort })
		if !known && o.principal.Account != account {
			list = append(list, o)
		}
	}
	for _, p := range trust.Policies {
		for _, st := range p.Document.Statements {
			if st.Effect != policy.Allow || st.Principal == nil || st.Principal.Not {
				continue
			}
			if st.Principal.Everyone {
				add(outsider{"*", "EVERYBODY", policy.Principal{Kind: policy.User}})
			}
			for _, t := range st.Principal.AWS {
				if o, ok := outsiderOf(t.Value); ok {
					add(o)
				}
			}
			for _, t := range st.Principal.Federated {
				add(outsider{t.Value, "PROVIDER", policy.Principal{Kind: policy.Provider, Name: t.Value}})
			}
			for _, t := range st.Principal.Service {
				add(outsider{t.Value, "SERVICE", policy.Principal{Kind: policy.AWSService, Name: t.Value}})
			}
		}
	}
	return list
}

// outsiderOf understands an account, or an ARN of one; the id of somebody who is gone is nobody.
func outsiderOf(named string) (outsider, bool) {
	a, err := arn.Parse(named)
	if err != nil {
		if strings.HasPrefix(named, "A") {
			return outsider{}, false
		}
		a = arn.ARN{Service: "iam", AccountID: named, Resource: "root"}
	}
	o := outsider{name: a.String(), principal: policy.Principal{Account: a.AccountID, ARN: a.String()}}
	kind, rest, _ := strings.Cut(a.Resource, "/")
	switch kind {
	case "root":
		o.sort, o.principal.Kind = "ACCOUNT", policy.Root
	case "user":
		o.sort, o.principal.Kind = "USER", policy.User
	case "role":
		role := identity.Identity{Kind: identity.Role, AccountID: a.AccountID, Name: rest[strings.LastIndexByte(rest, '/')+1:]}
		o.sort, o.principal = "ROLE", principalOf(role, "session")
		o.principal.Issuer = a.String()
	case "assumed-role":
		o.sort, o.principal.Kind = "SESSION", policy.RoleSession
	default:
		o.sort, o.principal.Kind = "SESSION", policy.FederatedUser
	}
	return o, true
}

// whether answers how the resource's side lets somebody; nil where it does not.
func (o outsider) whether(e *policy.Explanation) *WhoCan {
	if e.Explicit {
		return nil
	}
	decision, kind := "TRUSTED", policy.Trust.String()
	w := &WhoCan{Arn: &o.name, Name: &o.name, Type: &o.sort, Decision: &decision, PolicyType: &kind}
	for i := range e.Statements {
		t := &e.Statements[i]
		if e.Allowed && t.Kind == policy.Trust && t.Matched && t.Statement.Effect == policy.Allow {
			w.Policy = &t.Policy.Name
			return w
		}
	}
	t := givenKeys(e)
	if e.Allowed || t == nil {
		return nil
	}
	decision = "CONDITIONAL"
	w.Policy = &t.Policy.Name
	for _, m := range t.Misses {
		w.LackingKeys = append(w.LackingKeys, m.Missing...)
	}
	return w
}
