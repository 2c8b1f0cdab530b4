package identity

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/arn"
	"gatehouse/internal/authn/totp"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
)

// maxMFADevices is how many virtual devices an account may have: as many as users.
const maxMFADevices = 5000

// MFADevice is a virtual MFA device as it is administered.
type MFADevice struct {
	iam.MFADevice
	Tags []Tag
}

// MFASerial is the ARN of a virtual MFA device.
func MFASerial(accountID, path, name string) string {
	return arn.ARN{Service: "iam", AccountID: accountID, Resource: "mfa" + pathOf(path) + name}.String()
}

// CreateMFADevice makes a virtual device that nobody has yet, and answers the secret that an authenticator app takes,
// which nobody can read again.
func (s *Service) CreateMFADevice(ctx context.Context, accountID, path, name string, tags []Tag) (MFADevice, seal.Secret, error) {
	d := MFADevice{MFADevice: iam.MFADevice{AccountID: accountID, Serial: MFASerial(accountID, path, name), CreatedAt: s.now()}}
	taken := ErrExists.With("MFADevice entity at the same path and name already exists.")
	if d.Serial == iam.RootMFASerial(accountID) {
		return d, "", taken
	}
	var err error
	if d.Tags, err = mergeTags(nil, tags); err != nil {
		return d, "", err
	}
	secret, err := totp.NewSecret(s.Rand)
	if err != nil {
		return d, "", err
	}
	if d.Secret, err = s.Keys.Seal(iam.MFADeviceSecret, d.AAD(), secret); err != nil {
		return d, "", fmt.Errorf("seal secret of MFA device: %w", err)
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		switch n, err := s.MFADevices.CountMFADevices(ctx, accountID); {
		case err != nil:
			return err
		case n >= maxMFADevices:
			return overQuota("MFADevicesPerAccount", maxMFADevices)
		}
		return s.MFADevices.InsertMFADevice(ctx, d)
	})
	if errors.Is(err, ErrExists) {
		err = taken
	}
	return d, seal.Secret(secret), err
}

// MFADevice is a virtual device, whoever has it.
func (s *Service) MFADevice(ctx context.Context, accountID, serial string) (MFADevice, error) {
	d, err := s.MFADevices.VirtualMFADevice(ctx, accountID, serial)
	return d, noMFADevice(err, serial)
}

// DeleteMFADevice deletes a virtual device that nobody has.
func (s *Service) DeleteMFADevice(ctx context.Context, accountID, serial string) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		d, err := s.MFADevice(ctx, accountID, serial)
		switch {
		case err != nil:
			return err
		case d.OwnerID != "":
			return ErrDeleteConflict.With("MFA VirtualDevice in use. Must deactivate first.")
		}
		return s.MFADevices.DeleteMFADevice(ctx, accountID, serial)
	})
}

// ListMFADevices answers a page of virtual devices in the order of serials: those that somebody has, or nobody, or (nil) all.
func (s *Service) ListMFADevices(ctx context.Context, accountID string, assigned *bool, at Place) (Page[MFADevice], error) {
	which := "any"
	if assigned != nil {
		which = yes(*assigned)
	}
	return page(s, "mfa/"+accountID+"/"+which, at, func(after string, limit int) ([]MFADevice, error) {
		return s.MFADevices.ListMFADevices(ctx, accountID, assigned, after, limit)
	}, func(d MFADevice) string { return d.Serial })
}

// PageOfMFADevices is a page of a user's devices, which are at hand in the order of serials.
func (s *Service) PageOfMFADevices(ownerID string, devices []iam.MFADevice, at Place) (Page[iam.MFADevice], error) {
	return pageOf(s, "mfa-of/"+ownerID, at, devices, func(d iam.MFADevice) string { return d.Serial })
}

// TagMFADevice adds tags to a virtual device, or replaces them.
func (s *Service) TagMFADevice(ctx context.Context, accountID, serial string, tags []Tag) error {
	return s.retagMFADevice(ctx, accountID, serial, func(have []Tag) ([]Tag, error) { return mergeTags(have, tags) })
}

// UntagMFADevice takes tags away; those that are not there do not matter.
func (s *Service) UntagMFADevice(ctx context.Context, accountID, serial string, keys []string) error {
	return s.retagMFADevice(ctx, accountID, serial, func(have []Tag) ([]Tag, error) { return withoutTags(have, keys), nil })
}

func (s *Service) retagMFADevice(ctx context.Context, accountID, serial string, edit func([]Tag) ([]Tag, error)) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		d, err := s.MFADevice(ctx, accountID, serial)
		if err != nil {
			return err
		}
		if d.Tags, err = edit(d.Tags); err != nil {
			return err
		}
		return s.MFADevices.SaveMFADeviceTags(ctx, d)
	})
}

func noMFADevice(err error, serial string) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNotFound.With("VirtualMFADevice with serial number %s does not exist.", serial)
	}
	return err
}
