// Package workload is what runs beside a workload rather than in the service: it holds the temporary credentials of one
// role, renews them before they expire, and tells them in the form that SDKs run a process for. Where they come from is a
// Source, whose kinds are in cmd/gatehouse; handlers/metadata serves them over HTTP.
package workload

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"gatehouse/internal/seal"
)

// Credentials are those of a session of a role.
type Credentials struct {
	AccessKeyID string
	Secret      seal.Secret
	Token       seal.Secret
	Issued      time.Time // by the clock of this machine
	Expires     time.Time
	RoleARN     string
	RoleID      string // AROA…
}

// Source gets new credentials by a proof that it has: an access key, a token, a certificate.
type Source func(ctx context.Context) (Credentials, error)

// Why there are no credentials to tell.
var (
	ErrNotYet  = errors.New("no credentials were had yet")
	ErrExpired = errors.New("the credentials expired, and newer ones could not be had")
)

// within is the credentials as callers are told them who shall ask again after a lifetime; 0 leaves them as they are.
func (c Credentials) within(lifetime time.Duration, now time.Time) Credentials {
	if end := now.Add(lifetime); lifetime > 0 && end.Before(c.Expires) {
		c.Expires = end
	}
	return c
}

// Print writes credentials as SDKs take them from a credential_process: Version 1, times in RFC 3339.
func Print(w io.Writer, c Credentials, lifetime time.Duration, now time.Time) error {
	c = c.within(lifetime, now)
	return json.NewEncoder(w).Encode(struct {
		Version                                                int
		AccessKeyId, SecretAccessKey, SessionToken, Expiration string
	}{1, c.AccessKeyID, c.Secret.Reveal(), c.Token.Reveal(), c.Expires.UTC().Format(time.RFC3339)})
}
