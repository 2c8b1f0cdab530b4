package sts

import (
	"time"

	"gatehouse/internal/identity"
)

// RoleSession is the session of a role that a policy let somebody assume; by is the session of who assumes it, nil for
// long-term credentials and for whoever comes from a provider. Errors are ErrValidation, ErrInvalidParameter,
// ErrAccessDenied, ErrPackedTooLarge and those of package policy.
func (s *Service) RoleSession(role *identity.Identity, by *Session, w Want) (*Session, error) {
	length, err := roleLength(role, by, w.Duration)
	if err != nil {
		return nil, err
	}
	now := s.now()
	v := &Session{
		Kind: Role, AccountID: role.AccountID, IssuerID: role.ID, IssuerARN: role.ARN(), Name: w.Name,
		IssuedAt: now, Expires: now.Add(length), SourceIdentity: w.SourceIdentity,
	}
	if err := v.inherit(by); err != nil {
		return nil, err
	}
	return v, w.limits(v)
}

func roleLength(role *identity.Identity, by *Session, want time.Duration) (time.Duration, error) {
	chained := by != nil && by.Kind == Role
	switch {
	case want == 0:
		return min(Default, role.MaxSession), nil
	case chained && want > Chained:
		return 0, ErrValidation.With("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	case want > role.MaxSession:
		return 0, ErrValidation.With("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return want, nil
}

// inherit takes over what a session may not shake off: its transitive tags and its source identity.
func (v *Session) inherit(by *Session) error {
	if by == nil {
		return nil
	}
	for _, t := range by.Tags {
		for _, k := range by.Transitive {
			if hasTag([]identity.Tag{t}, k) {
				v.Tags, v.Transitive = append(v.Tags, t), append(v.Transitive, k)
			}
		}
	}
	switch {
	case v.SourceIdentity == "":
		v.SourceIdentity = by.SourceIdentity
	case by.SourceIdentity != "" && by.SourceIdentity != v.SourceIdentity:
		return ErrAccessDenied.With("The source identity of a session cannot be changed.")
	}
	return nil
}
