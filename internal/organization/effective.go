package organization

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Effective is what the policies of a type come to for an account: those of the root, of the units above it and its own,
// merged in this order by their inheritance operators.
type Effective struct {
	Content   string
	UpdatedAt time.Time // when one of them last changed
	Path      string    // o-…/r-…/ou-…/account/
	Problems  []MergeProblem
}

// EffectivePolicy merges. ErrNoEffectivePolicy where no policy of the type hangs on or above the account.
func (s *Service) EffectivePolicy(ctx context.Context, o *Organization, accountID string, t PolicyType) (Effective, error) {
	a, err := s.member(ctx, o, accountID, ErrTargetNotFound)
	switch {
	case err != nil:
		return Effective{}, err
	case !o.Enabled(t):
		return Effective{}, ErrTypeNotEnabled
	}
	tree, err := s.Tree(ctx, o)
	if err != nil {
		return Effective{}, err
	}
	return s.effective(ctx, o, tree, a, t)
}

func (s *Service) effective(ctx context.Context, o *Organization, tree Tree, a Account, t PolicyType) (Effective, error) {
	e := Effective{Path: tree.Path(a.ParentID, a.ID)}
	m := merger{}
	found := false
	for level, target := range append(tree.Above(a.ParentID), a.ID) {
		ps, err := s.policiesOn(ctx, o, target, t)
		if err != nil {
			return e, err
		}
		for _, p := range ps {
			found = true
			if p.UpdatedAt.After(e.UpdatedAt) {
				e.UpdatedAt = p.UpdatedAt
			}
			var document map[string]any
			if err := json.Unmarshal([]byte(p.Content), &document); err != nil {
				return e, fmt.Errorf("read policy %s: %w", p.ID, err)
			}
			m.add(level, p.ID, document)
		}
	}
	if !found {
		return e, ErrNoEffectivePolicy
	}
	content, err := json.Marshal(m.result())
	if err != nil {
		return e, fmt.Errorf("write effective policy: %w", err)
	}
	e.Content = string(content)
	if e.Problems = m.problems; len(e.Content) > policyTypes[t].size {
		e.Problems = append(e.Problems, MergeProblem{Code: "POLICY_TOO_LARGE", Path: "/", Policies: m.policies,
			Message: fmt.Sprintf("The effective policy has %d characters; one of this type has at most %d.", len(e.Content), policyTypes[t].size)})
	}
	return e, nil
}

// ListInvalid answers a page of the accounts whose policies of a type cannot be merged into a valid one.
func (s *Service) ListInvalid(ctx context.Context, o *Organization, t PolicyType, at Place) (Page[Account], error) {
	if !o.Enabled(t) {
		return Page[Account]{}, ErrTypeNotEnabled
	}
	tree, err := s.Tree(ctx, o)
	if err != nil {
		return Page[Account]{}, err
	}
	accounts, err := s.Accounts.ListAccounts(ctx, o.ID, "", "", maxAccounts+1)
	if err != nil {
		return Page[Account]{}, err
	}
	var invalid []Account
	for _, a := range accounts {
		e, err := s.effective(ctx, o, tree, a, t)
		switch {
		case err != nil && !errors.Is(err, ErrNoEffectivePolicy):
			return Page[Account]{}, err
		case len(e.Problems) > 0:
			invalid = append(invalid, a)
		}
	}
	return pageOf(s, "invalid/"+o.ID+"/"+string(t), at, invalid, func(a Account) string { return a.ID })
}

// ListProblems answers a page of why an account's policies of a type cannot be merged, with where the account is.
func (s *Service) ListProblems(ctx context.Context, o *Organization, accountID string, t PolicyType, at Place) (Page[MergeProblem], string, error) {
	e, err := s.EffectivePolicy(ctx, o, accountID, t)
	if err != nil {
		return Page[MergeProblem]{}, "", err
	}
	for i := range e.Problems {
		e.Problems[i].number = fmt.Sprintf("%06d", i)
	}
	p, err := pageOf(s, "problems/"+o.ID+"/"+accountID+"/"+string(t), at, e.Problems, func(p MergeProblem) string { return p.number })
	return p, e.Path, err
}
