package iam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/authn/totp"
	"gatehouse/internal/fault"
)

// Reasons of refusals of what is done with MFA devices.
var (
	// ErrTwoCodes are two codes that are not those of a device, one after the other.
	ErrTwoCodes = fault.Status(403, "InvalidAuthenticationCode", "Authentication code for device is not valid.")
	// ErrMFALimit is a device more than a user may have.
	ErrMFALimit = fault.Status(409, "LimitExceeded", "Cannot exceed quota for MFADevicesPerUser: 8")
	// ErrMFABusy is a device that changed hands meanwhile.
	ErrMFABusy = fault.Status(409, "EntityTemporarilyUnmodifiable", "The MFA device was changed meanwhile. Try again.")
)

// MFADeviceSecret is what secrets of virtual MFA devices are sealed for; account and serial bind each to its row.
const MFADeviceSecret = "iam-mfa-device"

// maxMFADevices is how many a user may have.
const maxMFADevices = 8

// MFADevice is a virtual MFA device or, where lists answer it, a passkey.
type MFADevice struct {
	AccountID, Serial string // the serial is its ARN
	OwnerID           string // the user's id; empty until somebody has it
	OwnerName         string // as stores answer it
	Secret            []byte // sealed; nil of a passkey
	LastStep          int64  // of the last code that was used
	Drift             int64  // steps that its clock is ahead
	CreatedAt         time.Time
	EnabledAt         time.Time // zero until somebody has it
}

// AAD binds a device's secret to it.
func (d *MFADevice) AAD() []byte { return []byte(d.AccountID + "/" + d.Serial) }

// MFADeviceStore keeps who has which device. A method that finds nothing answers ErrNotFound.
type MFADeviceStore interface {
	MFADevice(ctx context.Context, accountID, serial string) (MFADevice, error)
	// MFADevicesOf are a user's, passkeys too, in the order of serials; of root, whose id is the account's, the passkeys.
	MFADevicesOf(ctx context.Context, accountID, ownerID string) ([]MFADevice, error)
	// AssignMFADevice gives a device that nobody has to its OwnerID; ErrNotFound where that changed, where the owner is
	// gone, and where LastStep was used already.
	AssignMFADevice(ctx context.Context, d MFADevice) error
	// ResyncMFADevice sets LastStep and Drift of its owner's device if no later step was used.
	ResyncMFADevice(ctx context.Context, d MFADevice) error
	ReleaseMFADevice(ctx context.Context, accountID, ownerID, serial string) error
	// UseMFAStep marks a step as used if neither it nor a later one was; two answers with one code, one passes.
	UseMFAStep(ctx context.Context, accountID, ownerID, serial string, step int64) error
}

// EnableMFADevice gives a user a device that shows two codes in a row, which ends the user's console sessions but the one
// of a public id that it comes from: they began without it.
func (s *Service) EnableMFADevice(ctx context.Context, u User, session, serial, code1, code2 string) error {
	d, err := s.MFA.MFADevice(ctx, u.AccountID, serial)
	switch {
	case errors.Is(err, ErrNotFound):
		return ErrNotFound.With("VirtualMFADevice with serial number %s does not exist.", serial)
	case err != nil:
		return fmt.Errorf("find MFA device: %w", err)
	case d.OwnerID != "":
		return ErrExists.With("MFA Device is already in use.")
	}
	if err := s.synchronize(ctx, &d, code1, code2); err != nil {
		return err
	}
	d.OwnerID, d.EnabledAt = u.ID, s.now()
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		have, err := s.MFA.MFADevicesOf(ctx, u.AccountID, u.ID)
		if err != nil {
			return fmt.Errorf("list MFA devices: %w", err)
		}
		if len(have) >= maxMFADevices {
			return ErrMFALimit
		}
		if err := busy(s.MFA.AssignMFADevice(ctx, d)); err != nil {
			return err
		}
		return s.Console.DeleteConsoleSessionsOf(ctx, u.AccountID, u.ID, session)
	})
}

// ResyncMFADevice sets the clock of a user's device by two codes in a row.
func (s *Service) ResyncMFADevice(ctx context.Context, u User, serial, code1, code2 string) error {
	d, err := s.MFADevice(ctx, u, serial)
	switch {
	case err != nil:
		return err
	case d.Secret == nil:
		return noDevice(ErrNotFound, serial)
	}
	if err := s.synchronize(ctx, &d, code1, code2); err != nil {
		return err
	}
	return busy(s.MFA.ResyncMFADevice(ctx, d))
}

// DeactivateMFADevice takes a device from a user. It is there still, and what was used of its codes stays used.
// A passkey is gone.
func (s *Service) DeactivateMFADevice(ctx context.Context, u User, serial string) error {
	if IsPasskey(serial) {
		return noDevice(s.Passkeys.DeletePasskey(ctx, u.AccountID, u.ID, serial), serial)
	}
	return noDevice(s.MFA.ReleaseMFADevice(ctx, u.AccountID, u.ID, serial), serial)
}

// MFADevice is one of a user's.
func (s *Service) MFADevice(ctx context.Context, u User, serial string) (MFADevice, error) {
	have, err := s.MFADevices(ctx, u)
	if err != nil {
		return MFADevice{}, err
	}
	for _, d := range have {
		if d.Serial == serial {
			return d, nil
		}
	}
	return MFADevice{}, noDevice(ErrNotFound, serial)
}

// MFADevices are a user's, in the order of serials, or root's, whose id is the account's.
func (s *Service) MFADevices(ctx context.Context, u User) ([]MFADevice, error) {
	have, err := s.MFA.MFADevicesOf(ctx, u.AccountID, u.ID)
	if err != nil || u.ID != u.AccountID {
		return have, err
	}
	t, err := s.softwareToken(ctx, u.AccountID, u.AccountID)
	if err != nil || t.Secret == nil {
		return have, err
	}
	return append([]MFADevice{{AccountID: u.AccountID, Serial: RootMFASerial(u.AccountID), OwnerID: u.ID, EnabledAt: t.EnabledAt}}, have...), nil
}

func noDevice(err error, serial string) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNotFound.With("MFA Device with serial number %s does not exist for this user.", serial)
	}
	return err
}

func busy(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrMFABusy
	}
	return err
}

const (
	resyncWindow = 120 // steps, an hour, that a device's clock may be wrong (RFC 4226, section 7.4)
	typingTime   = 2   // steps that pass while somebody types two codes
)

// synchronize finds the steps of two codes in a row, and from them how wrong the device's clock is. Guesses are few.
func (s *Service) synchronize(ctx context.Context, d *MFADevice, code1, code2 string) error {
	secret, err := s.Keys.Open(MFADeviceSecret, d.AAD(), d.Secret)
	if err != nil {
		return fmt.Errorf("open secret of MFA device: %w", err)
	}
	err = s.guarded(ctx, s.attemptKey("two-codes", d.Serial, ""), func() error {
		now := totp.Step(s.Clock())
		step, ok := totp.MatchTwo(secret, code1, code2, now-resyncWindow, now+resyncWindow)
		if !ok || step <= d.LastStep {
			return ErrCode
		}
		d.LastStep, d.Drift = step, step-now
		if -typingTime <= d.Drift && d.Drift <= totp.Skew {
			d.Drift = 0
		}
		return nil
	})
	if errors.Is(err, ErrCode) {
		return ErrTwoCodes
	}
	return err
}
