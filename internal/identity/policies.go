package identity

import (
	"context"
	"errors"
	"strings"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/fault"
	"gatehouse/internal/policy"
)

// AWS is the account that AWS's own policies are of.
const AWS = "aws"

const (
	maxPolicies = 1500
	maxVersions = 5
)

// ErrOfAWS is a write to one of AWS's policies.
var ErrOfAWS = fault.Status(403, "AccessDenied", "A policy of AWS cannot be changed.")

// Policy is a managed policy: of the account, or of AWS.
type Policy struct {
	AccountID   string // AWS for one of AWS's
	ID          string // ANPA…
	Name        string // unique in the account whatever the case of its letters
	Path        string
	Description string
	Tags        []Tag
	Default     int // number of the version that counts
	Last        int // number of the latest version there ever was
	CreatedAt   time.Time
	UpdatedAt   time.Time // when the default version last changed

	Attached int // to how many users, groups and roles
	Bounding int // how many users and roles
}

// ARN names it.
func (p *Policy) ARN() string { return PolicyARN(p.AccountID, p.Path, p.Name) }

// PolicyARN is that of a managed policy.
func PolicyARN(accountID, path, name string) string {
	return arn.ARN{Service: "iam", AccountID: accountID, Resource: "policy" + path + name}.String()
}

// PolicyName is the name in an ARN of a managed policy.
func PolicyName(policyARN string) string { return policyARN[strings.LastIndexByte(policyARN, '/')+1:] }

// policyPath is the path in an ARN of a managed policy.
func policyPath(policyARN string) string {
	_, resource, _ := strings.Cut(policyARN, ":policy/")
	return "/" + strings.TrimSuffix(resource, PolicyName(policyARN))
}

// Version is a document of a managed policy.
type Version struct {
	Number   int
	Document string
	Default  bool

	CreatedAt time.Time
}

// NewPolicy is what CreatePolicy makes one of.
type NewPolicy struct {
	Name, Path, Description, Document string
	Tags                              []Tag
}

// CreatePolicy makes a managed policy of the account, with its first version.
func (s *Service) CreatePolicy(ctx context.Context, accountID string, in NewPolicy) (Policy, error) {
	if err := checkManaged(in.Document); err != nil {
		return Policy{}, err
	}
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return Policy{}, err
	}
	id, err := s.newID("ANPA")
	if err != nil {
		return Policy{}, err
	}
	now := s.now()
	p := Policy{
		AccountID: accountID, ID: id, Name: in.Name, Path: pathOf(in.Path), Description: in.Description, Tags: tags,
		Default: 1, Last: 1, CreatedAt: now, UpdatedAt: now,
	}
	err = s.change(ctx, accountID, func(ctx context.Context) error {
		n, err := s.Policies.CountPolicies(ctx, accountID)
		switch {
		case err != nil:
			return err
		case n >= maxPolicies:
			return overQuota("PoliciesPerAccount", maxPolicies)
		}
		if err := s.Policies.InsertPolicy(ctx, p); err != nil {
			if errors.Is(err, ErrExists) {
				return ErrExists.With("A policy called %s already exists. Duplicate names are not allowed.", p.Name)
			}
			return err
		}
		return s.Policies.InsertVersion(ctx, accountID, p.ID, Version{Number: 1, Document: in.Document, CreatedAt: now})
	})
	return p, err
}

func checkManaged(document string) error {
	d, err := policy.ParseValid(document, policy.Identity)
	if err != nil {
		return err
	}
	return policy.CheckSize(d.Size, "PolicySize", policy.QuotaManaged)
}

// Policy finds a managed policy of the account, or of AWS, by its ARN.
func (s *Service) Policy(ctx context.Context, accountID, policyARN string) (Policy, error) {
	p, err := s.policy(ctx, accountID, policyARN)
	if errors.Is(err, ErrNotFound) {
		return p, ErrNotFound.With("Policy %s was not found.", policyARN)
	}
	return p, err
}

func (s *Service) policy(ctx context.Context, accountID, policyARN string) (Policy, error) {
	a, err := arn.Parse(policyARN)
	if err != nil || a.Service != "iam" || !strings.HasPrefix(a.Resource, "policy/") {
		return Policy{}, ErrInvalid.With("ARN %s is not valid.", policyARN)
	}
	if a.AccountID != AWS {
		return s.Policies.PolicyByARN(ctx, accountID, policyARN)
	}
	m, ok := managed[policyARN]
	if !ok {
		return Policy{}, ErrNotFound
	}
	p := m.Policy
	p.Attached, p.Bounding, err = s.Policies.CountUses(ctx, accountID, policyARN)
	return p, err
}

// own is a policy of the account, which may be changed.
func (s *Service) own(ctx context.Context, accountID, policyARN string) (Policy, error) {
	p, err := s.Policy(ctx, accountID, policyARN)
	if err == nil && p.AccountID == AWS {
		return p, ErrOfAWS.With("%s is a policy of AWS, which cannot be changed.", policyARN)
	}
	return p, err
}

// alterPolicy changes a policy of the account in a transaction of its own.
func (s *Service) alterPolicy(ctx context.Context, accountID, policyARN string, edit func(context.Context, *Policy) error) error {
	return s.change(ctx, accountID, func(ctx context.Context) error {
		p, err := s.own(ctx, accountID, policyARN)
		if err != nil {
			return err
		}
		if err := edit(ctx, &p); err != nil {
			return err
		}
		return s.Policies.SavePolicy(ctx, p)
	})
}

// TagPolicy adds tags to a policy of the account, or replaces them.
func (s *Service) TagPolicy(ctx context.Context, accountID, policyARN string, tags []Tag) error {
	return s.alterPolicy(ctx, accountID, policyARN, func(_ context.Context, p *Policy) (err error) {
		p.Tags, err = mergeTags(p.Tags, tags)
		return err
	})
}

// UntagPolicy takes tags away.
func (s *Service) UntagPolicy(ctx context.Context, accountID, policyARN string, keys []string) error {
	return s.alterPolicy(ctx, accountID, policyARN, func(_ context.Context, p *Policy) error {
		p.Tags = withoutTags(p.Tags, keys)
		return nil
	})
}

// DeletePolicy deletes a policy that nobody has, and that has no versions but the default one.
func (s *Service) DeletePolicy(ctx context.Context, accountID, policyARN string) error {
	return s.change(ctx, accountID, func(ctx context.Context) error {
		p, err := s.own(ctx, accountID, policyARN)
		if err != nil {
			return err
		}
		if p.Attached > 0 || p.Bounding > 0 {
			return ErrDeleteConflict.With("Cannot delete a policy attached to entities.")
		}
		versions, err := s.Policies.ListVersions(ctx, accountID, p.ID)
		if err != nil {
			return err
		}
		if len(versions) > 1 {
			return ErrDeleteConflict.With("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
		}
		if err := s.Policies.DeleteVersion(ctx, accountID, p.ID, p.Default); err != nil {
			return err
		}
		return s.Policies.DeletePolicy(ctx, accountID, p.ID)
	})
}
