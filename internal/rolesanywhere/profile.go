package rolesanywhere

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/policy"
)

// Profile is for which roles certificates get credentials, and within which limits.
type Profile struct {
	Entity
	profileSettings
}

type profileSettings struct {
	RoleARNs          []string
	ManagedPolicyARNs []string
	SessionPolicy     string
	Duration          time.Duration
	// AcceptName lets whoever has a certificate name the session; otherwise it is named by the certificate's serial number.
	AcceptName bool
	CreatedBy  string // ARN
}

// How long the sessions of a profile may be.
const (
	shortest        = 15 * time.Minute
	longest         = 12 * time.Hour
	defaultDuration = time.Hour
)

const (
	maxRoles    = 250
	maxPolicies = 50
)

func (p *Profile) check() error {
	if err := checkName(p.Name); err != nil {
		return err
	}
	switch {
	case p.Duration < shortest || p.Duration > longest:
		return ErrValidation.With("durationSeconds must be from %d to %d.", int(shortest.Seconds()), int(longest.Seconds()))
	case len(p.RoleARNs) > maxRoles:
		return ErrValidation.With("A profile has at most %d roles.", maxRoles)
	case len(p.ManagedPolicyARNs) > maxPolicies:
		return ErrValidation.With("A profile has at most %d managed policies.", maxPolicies)
	}
	for _, r := range p.RoleARNs {
		if a, err := arn.Parse(r); err != nil || a.Service != "iam" || a.AccountID != p.AccountID || !strings.HasPrefix(a.Resource, "role/") {
			return ErrValidation.With("%s is not a role of this account.", r)
		}
	}
	if p.SessionPolicy == "" {
		return nil
	}
	if _, err := policy.ParseValid(p.SessionPolicy, policy.Session); err != nil {
		return ErrValidation.With("sessionPolicy: %v", err)
	}
	return nil
}

// Gives tells whether the profile is for a role.
func (p *Profile) Gives(roleARN string) bool { return slices.Contains(p.RoleARNs, roleARN) }

// CreateProfile makes one; a Duration of 0 is an hour.
func (s *Service) CreateProfile(ctx context.Context, p Profile) (Profile, error) {
	p.Kind = Profiles
	if p.Duration == 0 {
		p.Duration = defaultDuration
	}
	if err := p.check(); err != nil {
		return p, err
	}
	return p, s.insert(ctx, &p.Entity, p.profileSettings)
}

// Profile finds one.
func (s *Service) Profile(ctx context.Context, accountID, region, id string) (p Profile, err error) {
	p.Entity, err = s.byID(ctx, accountID, region, Profiles, id, &p.profileSettings)
	return p, err
}

// AlterProfile changes what a profile says.
func (s *Service) AlterProfile(ctx context.Context, accountID, region, id string, edit func(*Profile)) (p Profile, err error) {
	err = s.alter(ctx, accountID, region, Profiles, id, &p.profileSettings, func(e *Entity) error {
		p.Entity = *e
		edit(&p)
		*e = p.Entity
		return p.check()
	})
	return p, err
}

// DeleteProfile answers the one that it deleted.
func (s *Service) DeleteProfile(ctx context.Context, accountID, region, id string) (p Profile, err error) {
	err = s.Tx.InTx(ctx, func(ctx context.Context) (err error) {
		if p, err = s.Profile(ctx, accountID, region, id); err != nil {
			return err
		}
		return s.Store.DeleteEntity(ctx, accountID, region, Profiles, id)
	})
	return p, err
}

// ListProfiles answers a page of them, in the order of ids.
func (s *Service) ListProfiles(ctx context.Context, accountID, region, after string, size int) (list []Profile, next string, err error) {
	next, err = s.page(ctx, accountID, region, Profiles, after, size, func(k Kept) error {
		list = append(list, Profile{Entity: k.Entity})
		return json.Unmarshal(k.Settings, &list[len(list)-1].profileSettings)
	})
	return list, next, err
}
