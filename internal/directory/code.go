package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// Purpose is what a verification code is for.
type Purpose string

// The purposes of codes. A code to verify an attribute has the attribute's name behind it.
const (
	ForSignUp    Purpose = "sign-up"
	ForRecovery  Purpose = "recovery"
	forAttribute         = "verify:"
)

func verifying(attribute string) Purpose { return Purpose(forAttribute + attribute) }

const (
	codeDigits    = 6
	codePurpose   = "verification-code"
	maxTries      = 5 // wrong tries of one code
	signUpLife    = 24 * time.Hour
	attributeLife = 24 * time.Hour
	recoveryLife  = time.Hour
)

// Code is a verification code as it is kept: a keyed hash, never the digits.
type Code struct {
	PoolID   string
	Subject  string // a sub, or stands for a user that does not exist
	Purpose  Purpose
	MAC      []byte
	Previous []byte // MAC of the code that this one replaced; nil for none
	// Attribute and Value are what the code was sent to.
	Attribute, Value string
	// Pending is true while Value is not yet the attribute's value (AttributesRequireVerificationBeforeUpdate).
	Pending bool
	Tries   int
	Expires time.Time
}

func (p Purpose) life() time.Duration {
	switch p {
	case ForSignUp:
		return signUpLife
	case ForRecovery:
		return recoveryLife
	}
	return attributeLife
}

// codeMAC binds a code to pool, subject and purpose, so that it is worth nothing anywhere else.
func (s *Service) codeMAC(poolID, subject string, p Purpose, code string) []byte {
	return s.Keys.MAC(codePurpose, []byte(poolID), []byte(subject), []byte(p), []byte(code))
}

// newCode makes a code and what is kept of it.
func (s *Service) newCode(poolID, subject string, p Purpose) (Code, seal.Secret, error) {
	n, err := below(s.random(), 1_000_000)
	if err != nil {
		return Code{}, "", err
	}
	code := fmt.Sprintf("%0*d", codeDigits, n)
	return Code{
		PoolID: poolID, Subject: subject, Purpose: p, MAC: s.codeMAC(poolID, subject, p, code), Expires: s.now().Add(p.life()),
	}, seal.Secret(code), nil
}

// tryCode spends one of the live code's tries and compares in constant time. The code stays until TakeCode.
func (s *Service) tryCode(ctx context.Context, poolID, subject string, p Purpose, code seal.Secret) (Code, error) {
	c, err := s.Codes.TryCode(ctx, poolID, subject, p, s.now(), maxTries)
	if err != nil {
		return Code{}, err
	}
	mac := s.codeMAC(poolID, subject, p, code.Reveal())
	switch {
	case seal.Equal(mac, c.MAC):
		return c, nil
	case c.Previous != nil && seal.Equal(mac, c.Previous): // replaced by a later one
		return Code{}, ErrExpiredCode
	}
	return Code{}, ErrCodeMismatch
}

// tryHidden is tryCode where the answer must not tell whether there is a code, and so a user: whatever is
// wrong is a mismatch, save for who shows the very code that was sent and is over.
func (s *Service) tryHidden(ctx context.Context, poolID, subject string, p Purpose, code seal.Secret) (Code, error) {
	c, err := s.tryCode(ctx, poolID, subject, p, code)
	if !errors.Is(err, ErrExpiredCode) {
		return c, err
	}
	if err := s.Codes.Touch(ctx, poolID, subject); err != nil { // as much work as a try of a live code
		return Code{}, err
	}
	last, readErr := s.Codes.LastCode(ctx, poolID, subject, p)
	if readErr != nil && !errors.Is(readErr, ErrExpiredCode) {
		return Code{}, readErr
	}
	mac := s.codeMAC(poolID, subject, p, code.Reveal())
	if readErr == nil && (seal.Equal(mac, last.MAC) || last.Previous != nil && seal.Equal(mac, last.Previous)) {
		return Code{}, ErrExpiredCode
	}
	return Code{}, ErrCodeMismatch
}

// tryNobody is the try of a code for a login without a user. It fails, and costs what a user's try and its
// event do.
func (s *Service) tryNobody(ctx context.Context, poolID, subject string, p Purpose, code seal.Secret) error {
	_, err := s.tryHidden(ctx, poolID, subject, p, code)
	if touchErr := s.Codes.Touch(ctx, poolID, subject); touchErr != nil {
		return touchErr
	}
	if err == nil { // no code matches a decoy
		return ErrCodeMismatch
	}
	return err
}

// try is tryHidden or tryCode.
func (s *Service) try(ctx context.Context, hide bool, poolID, subject string, p Purpose, code seal.Secret) (Code, error) {
	if hide {
		return s.tryHidden(ctx, poolID, subject, p, code)
	}
	return s.tryCode(ctx, poolID, subject, p, code)
}

// outgoing is a code on its way: what is kept, what is sent, what the caller is told.
type outgoing struct {
	code     Code
	message  notify.Message
	Delivery Delivery
}

// compose makes a code for a user and the message that carries it. Never call it inside a transaction.
func (s *Service) compose(ctx context.Context, pool *userpool.Pool, client *userpool.Client, u *User, kind notify.Kind, p Purpose, attribute, value string) (*outgoing, error) {
	channel := channelOf(attribute)
	if err := s.Outbox.CanSend(channel); err != nil {
		return nil, err
	}
	c, code, err := s.newCode(pool.ID, u.Sub, p)
	if err != nil {
		return nil, err
	}
	c.Attribute, c.Value = attribute, value
	m := notify.Message{
		PoolID: pool.ID, PoolName: pool.Name, Sub: u.Sub, Kind: kind, Channel: channel, To: value, Username: u.Username, Code: code,
		Locale: u.Attributes["locale"], Expires: c.Expires, Texts: pool.Messages,
	}
	if p == ForSignUp && channel == notify.Email && pool.Messages.EmailOption == userpool.ConfirmWithLink && s.ConfirmURL != nil {
		if m.Link, err = s.ConfirmURL(ctx, pool, client, u.Username, code.Reveal()); err != nil {
			return nil, err
		}
	}
	return &outgoing{c, m, Delivery{attribute, string(channel), notify.Mask(channel, value)}}, nil
}

// forReader is the message in the language of the page that it was asked for on, where the user has no locale.
func (o *outgoing) forReader(c Caller) {
	if o.message.Locale == "" {
		o.message.Locale = c.Language
	}
}

// send keeps the code and hands over the message, inside the transaction that ctx carries.
func (s *Service) send(ctx context.Context, o *outgoing) error {
	if o == nil {
		return nil
	}
	if err := s.Codes.PutCode(ctx, o.code); err != nil {
		return err
	}
	return s.Outbox.Enqueue(ctx, o.message)
}

// pretend answers a login as if a code had been sent, and costs the same: a code that nothing matches is
// kept and a message that goes nowhere is written, so that no later answer tells either. note is the event
// of a user who exists and cannot have a code.
func (s *Service) pretend(ctx context.Context, pool *userpool.Pool, login, subject string, kind notify.Kind, p Purpose, order []string, note ...Event) (Delivery, error) {
	d := s.pretended(pool, login, order)
	channel := notify.Channel(d.Medium)
	if err := s.Outbox.CanSend(channel); err != nil {
		return Delivery{}, err
	}
	c, code, err := s.decoy(pool.ID, subject, p)
	if err != nil {
		return Delivery{}, err
	}
	m := notify.Message{PoolID: pool.ID, PoolName: pool.Name, Kind: kind, Channel: channel, To: d.Destination, Username: login, Code: code,
		Expires: c.Expires, Texts: pool.Messages, Decoy: true}
	if channel == notify.Email && isEmail(login) || channel == notify.SMS && isPhone(login) {
		m.To = login
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Codes.PutCode(ctx, c); err != nil {
			return err
		}
		if len(note) == 0 { // where a user's answer leaves an event
			if err := s.Codes.PutCode(ctx, c); err != nil {
				return err
			}
		}
		for _, e := range note {
			if err := s.Record(ctx, e); err != nil {
				return err
			}
		}
		return s.Outbox.Enqueue(ctx, m)
	})
	return d, hushed(err)
}

// decoy is a code that nothing matches.
func (s *Service) decoy(poolID, subject string, p Purpose) (Code, seal.Secret, error) {
	c, code, err := s.newCode(poolID, subject, p)
	c.MAC = s.codeMAC(poolID, subject, p, "decoy of "+code.Reveal()) // no code of six digits has this MAC
	return c, code, err
}

// hushed drops what only tells that an address gets much mail, where that would tell who has an account.
func hushed(err error) error {
	if errors.Is(err, notify.ErrTooMany) {
		return nil
	}
	return err
}
