package identity

import "context"

// AddRole puts a role into an instance profile, which holds one.
func (s *Service) AddRole(ctx context.Context, accountID, profile, role string) error {
	_, err := s.alter(ctx, accountID, InstanceProfile, profile, func(ctx context.Context, i *Identity) error {
		r, err := s.modifiable(ctx, accountID, Role, role)
		switch {
		case err != nil:
			return err
		case i.RoleID != "":
			return overQuota("InstanceSessionsPerInstanceProfile", 1)
		}
		i.RoleID = r.ID
		return nil
	})
	return err
}

// RemoveRole takes a role out of an instance profile.
func (s *Service) RemoveRole(ctx context.Context, accountID, profile, role string) error {
	_, err := s.alter(ctx, accountID, InstanceProfile, profile, func(ctx context.Context, i *Identity) error {
		r, err := s.ByName(ctx, accountID, Role, role)
		switch {
		case err != nil:
			return err
		case i.RoleID != r.ID:
			return ErrNotFound.With("Role %s in Instance Profile %s cannot be found.", r.Name, i.Name)
		}
		i.RoleID = ""
		return nil
	})
	return err
}

// ListProfilesOf answers a page of the instance profiles that hold a role, in the order of names.
func (s *Service) ListProfilesOf(ctx context.Context, accountID, role string, at Place) (Page[Identity], error) {
	r, err := s.ByName(ctx, accountID, Role, role)
	if err != nil {
		return Page[Identity]{}, err
	}
	return page(s, "profiles/"+r.ID, at, func(after string, limit int) ([]Identity, error) {
		return s.Identities.ProfilesOf(ctx, accountID, r.ID, after, limit)
	}, func(i Identity) string { return nameKey(i.Name) })
}
