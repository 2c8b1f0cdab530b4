package permission

import (
	"context"
	"fmt"

	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// Session is what temporary credentials add to a decision.
type Session struct {
	Policy     string   // a session policy; empty for none
	PolicyARNs []string // managed ones
	Tags       []identity.Tag
}

func (v *Session) limits() bool { return v.Policy != "" || len(v.PolicyARNs) > 0 }

// tags stand for those of the issuer whose keys are the same in any case of their letters.
func (v *Session) tags(c *policy.Context) {
	for _, t := range v.Tags {
		c.Set("aws:PrincipalTag/"+t.Key, t.Value)
	}
}

// session compiles the session policies. Managed ones count as they are now; that one is gone may not widen what the
// session may do: nothing is allowed by it.
func (s *Service) session(ctx context.Context, accountID string, by By) (*policy.Set, error) {
	var sources []Source
	if by.Session.Policy != "" {
		sources = append(sources, Source{Kind: "session", Name: "session", Document: by.Session.Policy})
	}
	if len(by.Session.PolicyARNs) > 0 {
		managed, err := s.Store.ManagedPolicies(ctx, accountID, by.Session.PolicyARNs)
		if err != nil {
			return nil, fmt.Errorf("read session policies: %w", err)
		}
		sources = append(sources, managed...)
	}
	return s.Set(policy.Session, sources...)
}
