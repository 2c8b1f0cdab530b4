package identity

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// PolicyFilter selects managed policies.
type PolicyFilter struct {
	OfAWS, OfAccount bool // whose
	PathPrefix       string
	Attached         bool // to somebody
	Bounding         bool // somebody
}

func (f *PolicyFilter) takes(p *Policy) bool {
	return strings.HasPrefix(p.Path, f.PathPrefix) && (!f.Attached || p.Attached > 0) && (!f.Bounding || p.Bounding > 0)
}

// Lists of both begin with AWS's policies; markers tell them apart by their first letter.
const ofAWS, ofAccount = "a", "c"

// ListPolicies answers a page of managed policies: AWS's, then the account's, each in the order of names.
func (s *Service) ListPolicies(ctx context.Context, accountID string, f PolicyFilter, at Place) (Page[Policy], error) {
	f.PathPrefix = pathOf(f.PathPrefix)
	list := strings.Join([]string{"policies", accountID, f.PathPrefix, yes(f.OfAWS), yes(f.OfAccount), yes(f.Attached), yes(f.Bounding)}, " ")
	return page(s, list, at, func(after string, limit int) ([]Policy, error) {
		var out []Policy
		if f.OfAWS && !strings.HasPrefix(after, ofAccount) {
			var err error
			if out, err = s.listOfAWS(ctx, accountID, f, strings.TrimPrefix(after, ofAWS), limit); err != nil {
				return nil, err
			}
		}
		if !f.OfAccount || len(out) == limit {
			return out, nil
		}
		name, in := strings.CutPrefix(after, ofAccount)
		if !in {
			name = ""
		}
		own, err := s.Policies.ListPolicies(ctx, accountID, f, name, limit-len(out))
		return append(out, own...), err
	}, func(p Policy) string {
		if p.AccountID == AWS {
			return ofAWS + nameKey(p.Name)
		}
		return ofAccount + nameKey(p.Name)
	})
}

func (s *Service) listOfAWS(ctx context.Context, accountID string, f PolicyFilter, after string, limit int) ([]Policy, error) {
	all := slices.SortedFunc(maps.Values(managed), func(a, b managedPolicy) int { return strings.Compare(nameKey(a.Name), nameKey(b.Name)) })
	var out []Policy
	for _, m := range all {
		if nameKey(m.Name) <= after || len(out) == limit {
			continue
		}
		p := m.Policy
		var err error
		if p.Attached, p.Bounding, err = s.Policies.CountUses(ctx, accountID, p.ARN()); err != nil {
			return nil, err
		}
		if f.takes(&p) {
			out = append(out, p)
		}
	}
	return out, nil
}

func yes(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
