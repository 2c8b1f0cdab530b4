package sts

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"gatehouse/internal/seal"
)

// tokenPurpose is what session tokens are sealed for; the id of the access key binds each to its key.
const tokenPurpose = "session-token"

// maxToken bounds what is opened: far more than what Issue makes.
const maxToken = 32 << 10

// Credentials are temporary ones.
type Credentials struct {
	AccessKeyID string // ASIA…
	Secret      seal.Secret
	Token       string
	Expires     time.Time
}

// sealed is the plaintext of a token.
type sealed struct {
	Secret string `json:"x"`
	Session
	Padding string `json:"z,omitempty"`
}

// MaxPadded is the most that Issue fills a token up to.
const MaxPadded = 4096

// Issue makes the credentials of a session, whose IssuedAt and Expires are set. Their token is of at least so many bytes.
func (s *Service) Issue(v *Session, atLeast int) (Credentials, error) {
	id, err := newKeyID(s.Rand, v.AccountID)
	if err != nil {
		return Credentials{}, err
	}
	b := make([]byte, 30)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return Credentials{}, fmt.Errorf("read randomness: %w", err)
	}
	secret := base64.StdEncoding.EncodeToString(b)
	token, err := s.seal(id, sealed{Secret: secret, Session: *v})
	if short := min(atLeast, MaxPadded) - len(token); err == nil && short > 0 {
		token, err = s.seal(id, sealed{secret, *v, strings.Repeat("z", short)})
	}
	return Credentials{AccessKeyID: id, Secret: seal.Secret(secret), Token: token, Expires: v.Expires}, err
}

func (s *Service) seal(id string, v sealed) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write session: %w", err)
	}
	box, err := s.Keys.Seal(tokenPurpose, []byte(id), plain)
	if err != nil {
		return "", fmt.Errorf("seal session token: %w", err)
	}
	return base64.StdEncoding.EncodeToString(box), nil
}

// Open answers the secret of a temporary key and its session. A token that was not made for this very key is
// ErrInvalidToken, as is one whose sealing key the settings no longer have; one whose time is over ErrExpiredToken. What was
// taken with root's credentials ends when they are reset.
func (s *Service) Open(ctx context.Context, accessKeyID, token string) (seal.Secret, *Session, error) {
	if !strings.HasPrefix(accessKeyID, temporaryPrefix) || len(token) > maxToken {
		return "", nil, ErrInvalidToken
	}
	box, err := base64.StdEncoding.Strict().DecodeString(token)
	if err != nil {
		return "", nil, ErrInvalidToken
	}
	plain, err := s.Keys.Open(tokenPurpose, []byte(accessKeyID), box)
	if err != nil {
		return "", nil, ErrInvalidToken
	}
	var v sealed
	if err := json.Unmarshal(plain, &v); err != nil {
		return "", nil, fmt.Errorf("read session: %w", err)
	}
	if !s.Clock().Before(v.Expires) {
		return "", nil, ErrExpiredToken
	}
	if v.OfRoot() && !v.AssumedRoot {
		if err := s.Roots.RootStands(ctx, v.AccountID, v.IssuedAt); err != nil {
			return "", nil, err
		}
	}
	return seal.Secret(v.Secret), &v.Session, nil
}
