package token

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// Inspection is what introspection tells of a token (RFC 7662 section 2.2). Inactive says nothing else.
type Inspection struct {
	Active    bool
	Type      string // Bearer for access tokens, refresh_token for refresh tokens
	Scopes    []string
	ClientID  string
	Username  string // "" for tokens of client_credentials
	Subject   string
	Issuer    string
	JTI       string
	Issued    time.Time
	Expires   time.Time
	TokenUse  string
	OriginJTI string
}

// Inspect tells about an access token of the pool, or a refresh token of this client.
func (s *Service) Inspect(ctx context.Context, pool *userpool.Pool, client *userpool.Client, raw string) (*Inspection, error) {
	var in *Inspection
	var err error
	if strings.Count(raw, ".") == 2 {
		in, err = s.inspectAccess(ctx, pool, raw)
	} else {
		in, err = s.inspectRefresh(ctx, pool, client, raw)
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return &Inspection{}, nil
	}
	return in, err
}

func (s *Service) inspectAccess(ctx context.Context, pool *userpool.Pool, raw string) (*Inspection, error) {
	p, poolID, err := s.verify(ctx, raw, UseAccess)
	if err != nil {
		return nil, err
	}
	if poolID != pool.ID {
		return nil, ErrAccessInvalid
	}
	if p.Username == "" { // client_credentials: the client must still be there
		_, _, err = s.client(ctx, poolID, p.ClientID)
	} else {
		_, err = s.live(ctx, p, poolID)
	}
	if err != nil {
		return nil, err
	}
	return &Inspection{
		Active: true, Type: "Bearer", Scopes: strings.Fields(p.Scope), ClientID: p.ClientID, Username: p.Username, Subject: p.Subject,
		Issuer: p.Issuer, JTI: p.JTI, Issued: time.Unix(p.IssuedAt, 0), Expires: time.Unix(p.Expires, 0), TokenUse: UseAccess,
		OriginJTI: p.OriginJTI,
	}, nil
}

func (s *Service) inspectRefresh(ctx context.Context, pool *userpool.Pool, client *userpool.Client, raw string) (*Inspection, error) {
	now := s.now()
	kept, f, err := s.refreshable(ctx, RefreshRequest{Pool: pool, Client: client}, seal.HashHandle(raw), now)
	if err != nil {
		return nil, err
	}
	if !kept.Rotated.IsZero() && !withinGrace(client, kept, now) {
		return nil, ErrRefreshReused // looking is no reuse: it revokes nothing
	}
	user, err := s.holder(ctx, f)
	if err != nil {
		return nil, err
	}
	return &Inspection{
		Active: true, Type: "refresh_token", Scopes: f.Scopes, ClientID: f.ClientID, Username: user.Username, Subject: f.Sub,
		Issuer: s.Issuer(pool.ID), Issued: kept.Created, Expires: f.Expires, TokenUse: "refresh", OriginJTI: f.ID,
	}, nil
}

// IDTokenHint verifies an ID token of the pool that comes back as a hint, expired or not
// (OpenID Connect RP-Initiated Logout section 2). ErrIDInvalid when it is none.
func (s *Service) IDTokenHint(ctx context.Context, poolID, raw string) (sub, clientID string, err error) {
	p, pool, err := s.verifySignature(ctx, raw, UseID)
	if errors.Is(err, ErrAccessInvalid) || err == nil && (pool != poolID || p.Use != UseID || p.Subject == "" || p.Audience == "") {
		return "", "", ErrIDInvalid
	}
	if err != nil {
		return "", "", fmt.Errorf("verify hint: %w", err)
	}
	return p.Subject, p.Audience, nil
}
