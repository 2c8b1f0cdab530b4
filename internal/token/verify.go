package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/userpool"
)

const (
	maxToken  = 16 << 10
	clockSkew = time.Minute // how far ahead of ours the clock of another node may be
)

// payload is what verification reads of a token; everything else in it is for others.
type payload struct {
	Issuer    string `json:"iss"`
	Use       string `json:"token_use"`
	Subject   string `json:"sub"`
	ClientID  string `json:"client_id"`
	Audience  string `json:"aud"`
	Username  string `json:"username"`
	Scope     string `json:"scope"`
	JTI       string `json:"jti"`
	OriginJTI string `json:"origin_jti"`
	EventID   string `json:"event_id"`
	AuthTime  int64  `json:"auth_time"`
	IssuedAt  int64  `json:"iat"`
	NotBefore int64  `json:"nbf"`
	Expires   int64  `json:"exp"`
}

// VerifyAccess checks an access token of a user with everything that is known of it now: signature with
// our own key, use, pool, time, client, user, revocation. It answers ErrAccessInvalid, ErrAccessExpired,
// ErrAccessRevoked, ErrUserDisabled or ErrUserGone. Tokens of client_credentials have no user: invalid.
func (s *Service) VerifyAccess(ctx context.Context, raw string) (*Access, error) {
	p, poolID, err := s.verify(ctx, raw, UseAccess)
	if err != nil {
		return nil, err
	}
	if p.Username == "" || p.EventID == "" {
		return nil, ErrAccessInvalid
	}
	return s.live(ctx, p, poolID)
}

// Issues tells whether an issuer is one of the pools here.
func (s *Service) Issues(issuer string) bool { return strings.HasPrefix(issuer, s.URL+"/") }

// VerifyID checks the ID token of a user as VerifyAccess does an access token; its errors are the same.
func (s *Service) VerifyID(ctx context.Context, raw string) error {
	_, err := s.HolderOfID(ctx, raw)
	return err
}

// HolderOfID is VerifyID, and answers whose token it is.
func (s *Service) HolderOfID(ctx context.Context, raw string) (*Access, error) {
	p, poolID, err := s.verify(ctx, raw, UseID)
	if err != nil {
		return nil, err
	}
	p.ClientID = p.Audience
	return s.live(ctx, p, poolID)
}

// live reads the state of a token whose signature and times are right.
func (s *Service) live(ctx context.Context, p *payload, poolID string) (*Access, error) {
	pool, client, err := s.client(ctx, poolID, p.ClientID)
	if err != nil {
		return nil, err
	}
	f, err := s.Families.FamilyOf(ctx, poolID, p.OriginJTI, p.EventID)
	switch {
	case errors.Is(err, ErrNoRow):
		return nil, ErrAccessRevoked
	case err != nil:
		return nil, fmt.Errorf("read token family: %w", err)
	case f.Sub != p.Subject || f.ClientID != p.ClientID:
		return nil, ErrAccessInvalid
	case !f.Revoked.IsZero():
		return nil, ErrAccessRevoked
	}
	user, err := s.People.User(ctx, poolID, p.Subject)
	switch {
	case gone(err):
		return nil, ErrUserGone
	case err != nil:
		return nil, err
	case signedOut(user, f):
		return nil, ErrAccessRevoked
	case !user.Enabled:
		return nil, ErrUserDisabled
	}
	return &Access{
		Pool: pool, Client: client, User: user, Scopes: strings.Fields(p.Scope), AuthTime: time.Unix(p.AuthTime, 0).UTC(),
		Expires: time.Unix(p.Expires, 0).UTC(), JTI: p.JTI, OriginJTI: f.ID,
	}, nil
}

// client is the token's client, which still must be one of its pool.
func (s *Service) client(ctx context.Context, poolID, clientID string) (*userpool.Pool, *userpool.Client, error) {
	pool, client, err := s.Pools.Client(ctx, clientID)
	if gone(err) || err == nil && pool.ID != poolID {
		return nil, nil, ErrAccessInvalid
	}
	return pool, client, err
}

// verify checks what needs no database but the keys. Nothing in the token's header is followed: kid only
// chooses among the keys that the pool publishes, and the algorithm is the key's own (RFC 8725 section 3.1).
func (s *Service) verify(ctx context.Context, raw, use string) (*payload, string, error) {
	p, poolID, err := s.verifySignature(ctx, raw, use)
	if err != nil {
		return nil, "", err
	}
	now := s.Clock()
	switch {
	case p.Use != use || p.Subject == "" || p.JTI == "" || p.Expires == 0:
		return nil, "", ErrAccessInvalid
	case p.IssuedAt > now.Add(clockSkew).Unix() || p.NotBefore > now.Unix():
		return nil, "", ErrAccessInvalid
	case now.Unix() >= p.Expires:
		return nil, "", ErrAccessExpired
	}
	return p, poolID, nil
}

func (s *Service) verifySignature(ctx context.Context, raw, use string) (*payload, string, error) {
	if len(raw) > maxToken || strings.ContainsAny(raw, "\r\n") { // which encoding/base64 would skip
		return nil, "", ErrAccessInvalid
	}
	signed, sig64, ok := cutLast(raw)
	head64, body64, ok2 := strings.Cut(signed, ".")
	if !ok || !ok2 || strings.Contains(body64, ".") {
		return nil, "", ErrAccessInvalid
	}
	var head struct {
		KID  string          `json:"kid"`
		Alg  string          `json:"alg"`
		Crit json.RawMessage `json:"crit"`
	}
	p := new(payload)
	sig, err := b64.DecodeString(sig64)
	if err != nil || !decode(head64, &head) || !decode(body64, p) || head.Crit != nil {
		return nil, "", ErrAccessInvalid
	}
	poolID, ours := strings.CutPrefix(p.Issuer, s.URL+"/")
	if !ours || poolID == "" || head.KID == "" {
		return nil, "", ErrAccessInvalid
	}
	set, err := s.Keys.known(ctx, poolID)
	if err != nil {
		return nil, "", err
	}
	key := set.find(head.KID, use)
	if key == nil || head.Alg != key.Alg || !key.verify(signed, sig) {
		return nil, "", ErrAccessInvalid
	}
	return p, poolID, nil
}

func cutLast(raw string) (before, after string, ok bool) {
	i := strings.LastIndexByte(raw, '.')
	if i < 0 {
		return "", "", false
	}
	return raw[:i], raw[i+1:], true
}

func decode(part string, into any) bool {
	b, err := b64.DecodeString(part)
	return err == nil && json.Unmarshal(b, into) == nil
}

// gone tells whether an error says that a pool, client or user does not exist.
func gone(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && (f.Code == "ResourceNotFoundException" || f.Code == "UserNotFoundException")
}

// Has tells whether the token was granted a scope.
func (a *Access) Has(scope string) bool { return slices.Contains(a.Scopes, scope) }
