package identity

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/policy"
)

// GrantingPolicy is a policy that an identity has, by itself or by a group.
type GrantingPolicy struct {
	Name  string
	ARN   string    // of a managed policy; empty for an inline one
	Owner *Identity // of an inline policy

	document *policy.Document
}

// subject finds the user, group or role of an ARN of the account.
func (s *Service) subject(ctx context.Context, accountID, identityARN string) (Identity, error) {
	for _, k := range []Kind{User, Group, Role} {
		if name, ok := nameOf(accountID, k, identityARN); ok {
			i, err := s.ByName(ctx, accountID, k, name)
			if err == nil && i.ARN() != identityARN {
				err = notFound(k, name)
			}
			return i, err
		}
	}
	return Identity{}, ErrInvalid.With("ARN %s is not valid: it must be of a user, group or role of the account.", identityARN)
}

// policiesOf are all policies of an identity, and those of its groups.
func (s *Service) policiesOf(ctx context.Context, i Identity) ([]GrantingPolicy, error) {
	holders := []Identity{i}
	if i.Kind == User {
		groups, err := s.Members.GroupsOf(ctx, i.AccountID, i.ID, "", maxGroups)
		if err != nil {
			return nil, err
		}
		holders = append(holders, groups...)
	}
	var all []GrantingPolicy
	for n := range holders {
		more, err := s.heldBy(ctx, &holders[n])
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

func (s *Service) heldBy(ctx context.Context, i *Identity) ([]GrantingPolicy, error) {
	arns, err := s.Attachments.ListAttachments(ctx, i.AccountID, i.ID)
	if err != nil {
		return nil, err
	}
	var all []GrantingPolicy
	for _, a := range arns {
		p, err := s.managedGrant(ctx, i.AccountID, a)
		switch {
		case errors.Is(err, ErrNotFound): // deleted meanwhile
			continue
		case err != nil:
			return nil, err
		}
		all = append(all, p)
	}
	inline, err := s.Inline.ListInlinePolicies(ctx, i.AccountID, i.ID, "", maxItems)
	if err != nil {
		return nil, err
	}
	for _, p := range inline {
		d, err := readKept(p.Document)
		if err != nil {
			return nil, err
		}
		all = append(all, GrantingPolicy{Name: p.Name, Owner: i, document: d})
	}
	return all, nil
}

// managedGrant is a managed policy as it counts now.
func (s *Service) managedGrant(ctx context.Context, accountID, policyARN string) (GrantingPolicy, error) {
	p, err := s.Policy(ctx, accountID, policyARN)
	if err != nil {
		return GrantingPolicy{}, err
	}
	v, err := s.Version(ctx, accountID, policyARN, VersionID(p.Default))
	if err != nil {
		return GrantingPolicy{}, err
	}
	d, err := readKept(v.Document)
	return GrantingPolicy{Name: p.Name, ARN: policyARN, document: d}, err
}

func readKept(document string) (*policy.Document, error) {
	d, problems := policy.Parse(document)
	if err := problems.Err(); err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	return d, nil
}

// PoliciesGranting answers which policies of a user, with its groups', of a group or of a role allow actions of each of
// some services.
func (s *Service) PoliciesGranting(ctx context.Context, accountID, identityARN string, services []string) ([][]GrantingPolicy, error) {
	i, err := s.subject(ctx, accountID, identityARN)
	if err != nil {
		return nil, err
	}
	all, err := s.policiesOf(ctx, i)
	if err != nil {
		return nil, err
	}
	out := make([][]GrantingPolicy, len(services))
	for n, service := range services {
		seen := map[string]bool{}
		for _, p := range all {
			if p.document.AllowsService(service) && (p.ARN == "" || !seen[p.ARN]) {
				out[n], seen[p.ARN] = append(out[n], p), true
			}
		}
	}
	return out, nil
}
