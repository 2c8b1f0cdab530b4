package iam

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/authn/passkey"
	"gatehouse/internal/fault"
)

// ErrNoPasskey is a ceremony that was not begun, or was answered already, or is too old.
var ErrNoPasskey = fault.Status(401, "AuthenticationFailure", "The passkey was asked for too long ago. Try again.")

// Passkey is a registered one, whose serial is its ARN.
type Passkey struct {
	AccountID, Serial, OwnerID string
	passkey.Credential
	EnabledAt time.Time
}

// Ceremony is which of the two one is.
type Ceremony string

// Ceremonies.
const (
	Registering    Ceremony = "register"
	Authenticating Ceremony = "authenticate"
)

// PasskeyStore keeps passkeys, and what console sessions began with them. A method that finds nothing answers ErrNotFound.
type PasskeyStore interface {
	PasskeysOf(ctx context.Context, accountID, ownerID string) ([]Passkey, error)
	// InsertPasskey answers ErrExists where the credential is registered already, whoever has it.
	InsertPasskey(ctx context.Context, p Passkey) error
	// UsePasskey keeps record and counter where the counter is higher than the one that is kept, or both are 0.
	UsePasskey(ctx context.Context, p Passkey) error
	DeletePasskey(ctx context.Context, accountID, ownerID, serial string) error

	// BeginCeremony replaces what the session had begun.
	BeginCeremony(ctx context.Context, session string, kind Ceremony, state []byte, at time.Time) error
	// TakeCeremony deletes what it answers.
	TakeCeremony(ctx context.Context, session string, kind Ceremony, since time.Time) (state []byte, err error)
	SweepCeremonies(ctx context.Context, since time.Time) error
}

// TakesPasskeys tells whether passkeys can be had here: they belong to a name, never to an IP address.
func (s *Service) TakesPasskeys() bool { return s.Party.ID != "" }

func passkeyOwner(accountID, userID, name string) passkey.Owner {
	return passkey.Owner{ID: []byte(accountID + "/" + userID), Name: name}
}

func credentials(have []Passkey) []passkey.Credential {
	out := make([]passkey.Credential, len(have))
	for i, p := range have {
		out[i] = p.Credential
	}
	return out
}

// BeginPasskey begins to register a passkey of whoever sits at the session, and answers the options for the browser.
func (s *Service) BeginPasskey(ctx context.Context, v *ConsoleSession) ([]byte, error) {
	return s.begin(ctx, v, Registering, s.Party.BeginRegistration)
}

// AskPasskey begins to ask for a passkey of whoever sits at the session.
func (s *Service) AskPasskey(ctx context.Context, v *ConsoleSession) ([]byte, error) {
	return s.begin(ctx, v, Authenticating, s.Party.BeginAuthentication)
}

func (s *Service) begin(ctx context.Context, v *ConsoleSession, kind Ceremony, ceremony func(passkey.Owner, []passkey.Credential) (passkey.Begun, error)) ([]byte, error) {
	have, err := s.Passkeys.PasskeysOf(ctx, v.AccountID, v.UserID)
	if err != nil {
		return nil, fmt.Errorf("list passkeys: %w", err)
	}
	b, err := ceremony(passkeyOwner(v.AccountID, v.UserID, v.Name), credentials(have))
	if err != nil {
		return nil, err
	}
	return b.Options, s.Passkeys.BeginCeremony(ctx, v.PublicID, kind, b.State, s.now())
}

// taken is the state of a ceremony, which is gone then whatever the answer proves.
func (s *Service) taken(ctx context.Context, session string, kind Ceremony) ([]byte, error) {
	state, err := s.Passkeys.TakeCeremony(ctx, session, kind, s.now().Add(-passkey.Life))
	if errors.Is(err, ErrNotFound) {
		return nil, ErrNoPasskey
	}
	return state, err
}

// EnablePasskey registers the passkey of a browser's answer, in the ceremony that a console session of the user began.
// It ends the user's other console sessions, which began without it. Root's user id is the account's.
func (s *Service) EnablePasskey(ctx context.Context, u User, session, name string, answer []byte) (Passkey, error) {
	state, err := s.taken(ctx, session, Registering)
	if err != nil {
		return Passkey{}, err
	}
	c, err := s.Party.FinishRegistration(passkeyOwner(u.AccountID, u.ID, u.Name), state, answer)
	if err != nil {
		return Passkey{}, err
	}
	p := Passkey{AccountID: u.AccountID, OwnerID: u.ID, Credential: c, EnabledAt: s.now()}
	if p.Serial, err = s.passkeySerial(u, name); err != nil {
		return p, err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		have, err := s.MFADevices(ctx, u)
		switch {
		case err != nil:
			return fmt.Errorf("list MFA devices: %w", err)
		case len(have) >= maxMFADevices:
			return ErrMFALimit
		}
		if err := s.Passkeys.InsertPasskey(ctx, p); err != nil {
			return err
		}
		return s.Console.DeleteConsoleSessionsOf(ctx, u.AccountID, u.ID, session)
	})
	if errors.Is(err, ErrExists) {
		err = ErrExists.With("The passkey is registered already.")
	}
	return p, err
}

// passkeySerial is arn:aws:iam::123456789012:u2f/user/ann/laptop-AB12….
func (s *Service) passkeySerial(u User, name string) (string, error) {
	b := make([]byte, 10)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	whose := "user/" + u.Name
	if u.ID == u.AccountID {
		whose = "root"
	}
	return arn.ARN{Service: "iam", AccountID: u.AccountID, Resource: "u2f/" + whose + "/" + name + "-" + base32.StdEncoding.EncodeToString(b)}.String(), nil
}

// IsPasskey tells whether a serial is a passkey's. The path of a virtual device may look like anything.
func IsPasskey(serial string) bool {
	a, err := arn.Parse(serial)
	return err == nil && strings.HasPrefix(a.Resource, "u2f/")
}

// usePasskey proves who sits at a session by an answer to what AskPasskey asked. ErrCode where it proves nothing.
func (s *Service) usePasskey(ctx context.Context, v *ConsoleSession, answer []byte) error {
	state, err := s.taken(ctx, v.PublicID, Authenticating)
	if errors.Is(err, ErrNoPasskey) {
		return ErrCode
	}
	if err != nil {
		return err
	}
	have, err := s.Passkeys.PasskeysOf(ctx, v.AccountID, v.UserID)
	if err != nil {
		return fmt.Errorf("list passkeys: %w", err)
	}
	c, err := s.Party.FinishAuthentication(passkeyOwner(v.AccountID, v.UserID, v.Name), credentials(have), state, answer)
	switch {
	case errors.Is(err, passkey.ErrRefused), errors.Is(err, passkey.ErrCloned):
		return ErrCode
	case err != nil:
		return err
	}
	for _, p := range have {
		if string(p.ID) == string(c.ID) {
			p.Credential = c
			err := s.Passkeys.UsePasskey(ctx, p)
			if errors.Is(err, ErrNotFound) { // a copy of it was faster, or it was taken away
				return ErrCode
			}
			return err
		}
	}
	return ErrCode
}

// deletePasskeys takes all of somebody's away, in a transaction.
func (s *Service) deletePasskeys(ctx context.Context, accountID, ownerID string) error {
	have, err := s.Passkeys.PasskeysOf(ctx, accountID, ownerID)
	if err != nil {
		return fmt.Errorf("list passkeys: %w", err)
	}
	for _, p := range have {
		if err := s.Passkeys.DeletePasskey(ctx, accountID, ownerID, p.Serial); err != nil {
			return fmt.Errorf("delete passkey: %w", err)
		}
	}
	return nil
}
