package session

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// attemptLife bounds a hosted sign-in from page to page; the challenge's own session ends earlier.
const attemptLife = 15 * time.Minute

// ErrAttempt is answered for a form that belongs to no sign-in of this browser: gone, used, or another's.
var ErrAttempt = fault.New("NotAuthorizedException", "Invalid session for the user, session is expired.")

// Attempt is a hosted sign-in between two pages. It ties the challenge to the browser that began it: the
// handle in the form is worth nothing without that browser's cookie.
type Attempt struct {
	Realm, Base string
	Query       string // the validated authorize request
	Session     string // authn's challenge
	Created     time.Time
	Expires     time.Time
}

// AttemptRow is an attempt as it is kept.
type AttemptRow struct {
	ID, Browser []byte // hashes
	Realm, Base string
	Query       string
	Session     []byte // locked: only the handle, which is not kept, opens it
	Created     time.Time
	Expires     time.Time
}

// AttemptStore keeps attempts. Every method but AddAttempt finds a row by id, browser, realm and base
// together, unexpired, and answers ErrNoRow otherwise.
type AttemptStore interface {
	AddAttempt(ctx context.Context, r AttemptRow) error
	Attempt(ctx context.Context, key AttemptRow, now time.Time) (AttemptRow, error)
	// TakeAttempt deletes the row that it answers: one caller gets it.
	TakeAttempt(ctx context.Context, key AttemptRow, now time.Time) (AttemptRow, error)
	// SweepAttempts deletes a batch of what expired and tells how many went.
	SweepAttempts(ctx context.Context, now time.Time) (int64, error)
}

// Begin keeps a sign-in under way and answers the handle for its form. browserCookie is a random handle
// that only this browser holds.
func (v *Service) Begin(ctx context.Context, browserCookie, realm, base, query, authnSession string) (handle string, err error) {
	if browserCookie == "" {
		return "", ErrAttempt
	}
	if handle, err = seal.NewHandle(v.Rand); err != nil {
		return "", err
	}
	now := v.now()
	r := attemptKey(handle, browserCookie, realm, base)
	r.Query, r.Created, r.Expires = query, now, now.Add(attemptLife)
	if r.Session, err = lock(handle, authnSession); err != nil {
		return "", err
	}
	if err := v.Attempts.AddAttempt(ctx, r); err != nil {
		return "", fmt.Errorf("add attempt: %w", err)
	}
	return handle, nil
}

// Peek reads an attempt without using it up, to show its page again. ErrAttempt as Take.
func (v *Service) Peek(ctx context.Context, handle, browserCookie, realm, base string) (*Attempt, error) {
	r, err := v.Attempts.Attempt(ctx, attemptKey(handle, browserCookie, realm, base), v.Clock())
	return opened(handle, r, err)
}

// Take uses an attempt up: of two posts of one form, one gets it. ErrAttempt when the handle is unknown,
// used or expired, or belongs to another browser, realm or base.
func (v *Service) Take(ctx context.Context, handle, browserCookie, realm, base string) (*Attempt, error) {
	r, err := v.Attempts.TakeAttempt(ctx, attemptKey(handle, browserCookie, realm, base), v.Clock())
	return opened(handle, r, err)
}

// Rotate uses an attempt up and begins the next page's: the same request, authn's next session.
func (v *Service) Rotate(ctx context.Context, handle, browserCookie, realm, base, authnSession string) (next string, err error) {
	a, err := v.Take(ctx, handle, browserCookie, realm, base)
	if err != nil {
		return "", err
	}
	return v.Begin(ctx, browserCookie, realm, base, a.Query, authnSession)
}

func opened(handle string, r AttemptRow, err error) (*Attempt, error) {
	if errors.Is(err, ErrNoRow) {
		return nil, ErrAttempt
	}
	if err != nil {
		return nil, fmt.Errorf("read attempt: %w", err)
	}
	session, err := unlock(handle, r.Session)
	if err != nil {
		return nil, err
	}
	return &Attempt{Realm: r.Realm, Base: r.Base, Query: r.Query, Session: session, Created: r.Created, Expires: r.Expires}, nil
}

func attemptKey(handle, browserCookie, realm, base string) AttemptRow {
	return AttemptRow{ID: seal.HashHandle(handle), Browser: seal.HashHandle(browserCookie), Realm: realm, Base: base}
}

// lock encrypts authn's session under the handle, so that the database alone cannot answer a challenge. A
// handle is random and locks one value, which is what lets the nonce be fixed.
func lock(handle, plain string) ([]byte, error) {
	a, err := cipherOf(handle)
	if err != nil {
		return nil, err
	}
	return a.Seal(nil, make([]byte, a.NonceSize()), []byte(plain), nil), nil
}

func unlock(handle string, locked []byte) (string, error) {
	a, err := cipherOf(handle)
	if err != nil {
		return "", err
	}
	plain, err := a.Open(nil, make([]byte, a.NonceSize()), locked, nil)
	if err != nil {
		return "", fmt.Errorf("open attempt: %w", err)
	}
	return string(plain), nil
}

func cipherOf(handle string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(handle), nil, "gatehouse/sign-in-attempt", 32)
	if err != nil {
		return nil, fmt.Errorf("derive attempt key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make attempt cipher: %w", err)
	}
	return cipher.NewGCM(block)
}
