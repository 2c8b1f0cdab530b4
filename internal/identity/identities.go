package identity

import (
	"context"
	"errors"
	"strings"
	"time"

	"gatehouse/internal/policy"
)

// New is what CreateIdentity makes one of. Roles alone have what is below the line.
type New struct {
	Kind     Kind
	Name     string
	Path     string // empty is "/"
	Boundary string // ARN of a managed policy
	Tags     []Tag

	Description string
	TrustPolicy string
	MaxSession  time.Duration // zero is an hour
}

// Create makes a user, group or role.
func (s *Service) Create(ctx context.Context, accountID string, in New) (Identity, error) {
	if in.Kind == Role && strings.HasPrefix(in.Path, ServiceLinkedPath) {
		return Identity{}, ErrInvalid.With("The path %s is for service-linked roles, which CreateServiceLinkedRole makes.", in.Path)
	}
	return s.create(ctx, accountID, in)
}

func (s *Service) create(ctx context.Context, accountID string, in New) (Identity, error) {
	k := kinds[in.Kind]
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return Identity{}, err
	}
	var trust *policy.Document
	if in.Kind == Role {
		if trust, err = readTrust(in.TrustPolicy); err != nil {
			return Identity{}, err
		}
		if in.MaxSession == 0 {
			in.MaxSession = defaultSession
		}
	}
	id, err := s.newID(k.prefix)
	if err != nil {
		return Identity{}, err
	}
	i := Identity{
		AccountID: accountID, ID: id, Kind: in.Kind, Name: in.Name, Path: pathOf(in.Path), Boundary: in.Boundary, Tags: tags, CreatedAt: s.now(),
		Description: in.Description, TrustPolicy: in.TrustPolicy, MaxSession: in.MaxSession,
	}
	err = s.change(ctx, accountID, func(ctx context.Context) error {
		if err := s.bounding(ctx, accountID, i.Boundary); err != nil {
			return err
		}
		n, err := s.Identities.CountIdentities(ctx, accountID, in.Kind)
		switch {
		case err != nil:
			return err
		case n >= k.most:
			return overQuota(k.plural+"PerAccount", k.most)
		}
		if trust != nil {
			if i.TrustPolicy, err = s.keptTrust(ctx, accountID, in.TrustPolicy, trust); err != nil {
				return err
			}
		}
		return s.named(s.Identities.InsertIdentity(ctx, i), i)
	})
	return i, err
}

// named says of whom a name is taken.
func (s *Service) named(err error, i Identity) error {
	if errors.Is(err, ErrExists) {
		if i.Kind == InstanceProfile {
			return ErrExists.With("Instance Profile %s already exists.", i.Name)
		}
		return ErrExists.With("%s with name %s already exists.", kinds[i.Kind].label, i.Name)
	}
	return err
}

func pathOf(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

// ByName finds a user, group or role.
func (s *Service) ByName(ctx context.Context, accountID string, k Kind, name string) (Identity, error) {
	i, err := s.Identities.IdentityByName(ctx, accountID, k, name)
	if errors.Is(err, ErrNotFound) {
		return i, notFound(k, name)
	}
	return i, err
}

// ByID finds an identity of any kind.
func (s *Service) ByID(ctx context.Context, accountID, id string) (Identity, error) {
	return s.Identities.IdentityByID(ctx, accountID, id)
}

// alter changes an identity in a transaction of its own, and answers it as it then is.
func (s *Service) alter(ctx context.Context, accountID string, k Kind, name string, edit func(context.Context, *Identity) error) (i Identity, err error) {
	err = s.change(ctx, accountID, func(ctx context.Context) error {
		if i, err = s.ByName(ctx, accountID, k, name); err != nil {
			return err
		}
		if err := edit(ctx, &i); err != nil {
			return err
		}
		return s.named(s.Identities.SaveIdentity(ctx, i), i)
	})
	return i, err
}

// Move renames a user or group, or moves it to another path; empty leaves as it is. Its id, policies and keys stay.
func (s *Service) Move(ctx context.Context, accountID string, k Kind, name, newName, newPath string) error {
	_, err := s.alter(ctx, accountID, k, name, func(_ context.Context, i *Identity) error {
		if newName != "" {
			i.Name = newName
		}
		if newPath != "" {
			i.Path = newPath
		}
		return nil
	})
	return err
}

// Delete deletes an identity that nothing hangs on.
func (s *Service) Delete(ctx context.Context, accountID string, k Kind, name string) error {
	return s.change(ctx, accountID, func(ctx context.Context) error {
		i, err := s.modifiable(ctx, accountID, k, name)
		if err != nil {
			return err
		}
		if err := s.deletable(ctx, &i); err != nil {
			return err
		}
		return s.Identities.DeleteIdentity(ctx, accountID, i.ID)
	})
}

// deletable refuses to delete an identity that still has something.
func (s *Service) deletable(ctx context.Context, i *Identity) error {
	for _, c := range []struct {
		first string
		has   func() (int, error)
	}{
		{"remove users from group", func() (int, error) { return count(s.Members.MembersOf(ctx, i.AccountID, i.ID, "", 1)) }},
		{"remove user from groups", func() (int, error) { return count(s.Members.GroupsOf(ctx, i.AccountID, i.ID, "", 1)) }},
		{"detach all policies", func() (int, error) { return count(s.Attachments.ListAttachments(ctx, i.AccountID, i.ID)) }},
		{"delete policies", func() (int, error) { return count(s.Inline.ListInlinePolicies(ctx, i.AccountID, i.ID, "", 1)) }},
		{"remove roles from instance profile", func() (int, error) {
			profiles, err := s.Identities.ProfilesOf(ctx, i.AccountID, i.ID, "", 1)
			return len(profiles) + len(i.RoleID), err
		}},
		{"delete access keys", func() (int, error) { return count(s.AccessKeys.ListAccessKeys(ctx, i.AccountID, i.ID)) }},
		{"delete login profile", func() (int, error) { return one(s.Credentials.HasLoginProfile(ctx, i.AccountID, i.ID)) }},
		{"delete signing certificates", s.hasCredential(ctx, i, SigningCertificate)},
		{"delete SSH public keys", s.hasCredential(ctx, i, SSHPublicKey)},
		{"delete service specific credentials", s.hasCredential(ctx, i, ServiceCredential)},
		{"delete MFA device", func() (int, error) { return count(s.Credentials.MFADevicesOf(ctx, i.AccountID, i.ID)) }},
	} {
		switch n, err := c.has(); {
		case err != nil:
			return err
		case n > 0:
			return ErrDeleteConflict.With("Cannot delete entity, must %s first.", c.first)
		}
	}
	return nil
}

func (s *Service) hasCredential(ctx context.Context, i *Identity, k CredentialKind) func() (int, error) {
	return func() (int, error) {
		return count(s.UserCredentials.ListUserCredentials(ctx, i.AccountID, CredentialFilter{OwnerID: i.ID, Kind: k}, "", 1))
	}
}

func count[T any](list []T, err error) (int, error) { return len(list), err }

func one(has bool, err error) (int, error) {
	if has {
		return 1, err
	}
	return 0, err
}

// List answers a page of the identities of a kind below a path, in the order of names.
func (s *Service) List(ctx context.Context, accountID string, k Kind, pathPrefix string, at Place) (Page[Identity], error) {
	return page(s, "identities/"+accountID+"/"+string(k)+pathPrefix, at, func(after string, limit int) ([]Identity, error) {
		return s.Identities.ListIdentities(ctx, accountID, k, pathOf(pathPrefix), after, limit)
	}, func(i Identity) string { return nameKey(i.Name) })
}
