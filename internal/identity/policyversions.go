package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// VersionID is a version's number as IAM writes it: v3.
func VersionID(n int) string { return "v" + strconv.Itoa(n) }

// versionNumber reads v3; what is none is a version that is not there.
func versionNumber(id string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(id, "v"))
	if err != nil || VersionID(n) != id {
		return -1
	}
	return n
}

func noVersion(err error, policyARN, id string) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNotFound.With("Policy %s version %s does not exist or is not attachable.", policyARN, id)
	}
	return err
}

// CreateVersion adds a version to a policy of the account; the one that counts if asDefault says so.
func (s *Service) CreateVersion(ctx context.Context, accountID, policyARN, document string, asDefault bool) (v Version, err error) {
	if err := checkManaged(document); err != nil {
		return v, err
	}
	err = s.alterPolicy(ctx, accountID, policyARN, func(ctx context.Context, p *Policy) error {
		have, err := s.Policies.ListVersions(ctx, accountID, p.ID)
		if err != nil {
			return err
		}
		if len(have) >= maxVersions {
			return ErrLimit.With("A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", maxVersions)
		}
		p.Last++
		v = Version{Number: p.Last, Document: document, Default: asDefault, CreatedAt: s.now()}
		if asDefault {
			p.Default, p.UpdatedAt = p.Last, v.CreatedAt
		}
		return s.Policies.InsertVersion(ctx, accountID, p.ID, v)
	})
	return v, err
}

// SetDefaultVersion makes a version the one that counts.
func (s *Service) SetDefaultVersion(ctx context.Context, accountID, policyARN, id string) error {
	return s.alterPolicy(ctx, accountID, policyARN, func(ctx context.Context, p *Policy) error {
		v, err := s.Policies.Version(ctx, accountID, p.ID, versionNumber(id))
		if err != nil {
			return noVersion(err, policyARN, id)
		}
		p.Default, p.UpdatedAt = v.Number, s.now()
		return nil
	})
}

// DeleteVersion deletes a version that does not count.
func (s *Service) DeleteVersion(ctx context.Context, accountID, policyARN, id string) error {
	return s.change(ctx, accountID, func(ctx context.Context) error {
		p, err := s.own(ctx, accountID, policyARN)
		if err != nil {
			return err
		}
		if p.Default == versionNumber(id) {
			return ErrDeleteConflict.With("Cannot delete the default version of a policy.")
		}
		return noVersion(s.Policies.DeleteVersion(ctx, accountID, p.ID, versionNumber(id)), policyARN, id)
	})
}

// Version is one version of a policy.
func (s *Service) Version(ctx context.Context, accountID, policyARN, id string) (Version, error) {
	all, err := s.versions(ctx, accountID, policyARN)
	if err != nil {
		return Version{}, err
	}
	i := slices.IndexFunc(all, func(v Version) bool { return v.Number == versionNumber(id) })
	if i < 0 {
		return Version{}, noVersion(ErrNotFound, policyARN, id)
	}
	return all[i], nil
}

// versions are all of a policy, the newest first.
func (s *Service) versions(ctx context.Context, accountID, policyARN string) ([]Version, error) {
	p, err := s.Policy(ctx, accountID, policyARN)
	if err != nil {
		return nil, err
	}
	var all []Version
	if p.AccountID == AWS {
		all = slices.Clone(managed[policyARN].versions)
	} else if all, err = s.Policies.ListVersions(ctx, accountID, p.ID); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b Version) int { return b.Number - a.Number })
	for i := range all {
		all[i].Default = all[i].Number == p.Default
	}
	return all, nil
}

// ListVersions answers a page of a policy's versions, the newest first.
func (s *Service) ListVersions(ctx context.Context, accountID, policyARN string, at Place) (Page[Version], error) {
	all, err := s.versions(ctx, accountID, policyARN)
	if err != nil {
		return Page[Version]{}, err
	}
	return pageOf(s, "versions/"+accountID+"/"+policyARN, at, all, func(v Version) string { return fmt.Sprintf("%020d", 1<<62-v.Number) })
}
