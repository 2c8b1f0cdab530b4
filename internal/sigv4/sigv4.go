// Package sigv4 verifies AWS Signature Version 4 on requests, in the Authorization header or presigned in
// the query. It finds no credentials (the caller's Lookup does) and decides nothing about what the signer
// may do. Chunked and unsigned payloads, which only S3 takes, are refused, save where the body is elsewhere (detached.go).
package sigv4

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Windows in which a signature is good: AWS allows five minutes of clock skew, and a presigned request no
// more than fifteen whatever its X-Amz-Expires says (only S3 honours longer ones).
const (
	Skew         = 5 * time.Minute
	MaxPresigned = 15 * time.Minute
)

// Caller is who signed a request and where the credential is scoped.
type Caller[P any] struct {
	AccessKeyID string
	Region      string // any name
	Service     string // of VerifyDetached: the signing name
	Presigned   bool
	Principal   P
}

// Verifier checks signatures.
type Verifier[P any] struct {
	// Lookup finds the secret of an access key and whose it is. token is the session token that came with
	// it, "" for none; a key that needs one and a token that does not fit are ErrInvalidClientToken.
	Lookup func(ctx context.Context, accessKeyID, token string) (secret string, principal P, err error)
	Clock  func() time.Time
}

// Verify checks the signature of r, whose whole body is given, for a service by its signing name. The
// errors are those of this package, or Lookup's.
func (v *Verifier[P]) Verify(r *http.Request, body []byte, service string) (Caller[P], error) {
	c, err := v.Begin(r)
	if err != nil {
		return Caller[P]{}, err
	}
	return c.Verify(r, body, service)
}

// Claim is a signature that is well-formed, in time and of a known key, but not verified: it lets a large
// body be read, and nothing else.
type Claim[P any] struct {
	s      *signature
	secret string
	who    P
}

// AccessKeyID is the key that the signature claims to be of.
func (c Claim[P]) AccessKeyID() string { return c.s.accessKeyID }

// Begin checks all of a signature that needs no body.
func (v *Verifier[P]) Begin(r *http.Request) (Claim[P], error) {
	s, err := parse(r)
	if err != nil {
		return Claim[P]{}, err
	}
	if err := s.inTime(v.Clock().UTC()); err != nil {
		return Claim[P]{}, err
	}
	if err := s.covers(r.Header); err != nil {
		return Claim[P]{}, err
	}
	secret, who, err := v.Lookup(r.Context(), s.accessKeyID, s.token)
	if err != nil {
		return Claim[P]{}, err
	}
	return Claim[P]{s, secret, who}, nil
}

// Verify ends what Begin began, for the same request.
func (c Claim[P]) Verify(r *http.Request, body []byte, service string) (Caller[P], error) {
	if err := c.s.inScope(service); err != nil {
		return Caller[P]{}, err
	}
	hash := hexSHA256(body)
	if h := r.Header.Get("X-Amz-Content-Sha256"); h != "" && h != hash {
		return Caller[P]{}, ErrSignatureMismatch.With("The value of x-amz-content-sha256 is not the hash of the payload.")
	}
	want := c.s.sign(c.secret, canonical(r, c.s, hash))
	if subtle.ConstantTimeCompare([]byte(want), []byte(c.s.signature)) != 1 {
		return Caller[P]{}, ErrSignatureMismatch
	}
	return Caller[P]{AccessKeyID: c.s.accessKeyID, Region: c.s.region, Presigned: c.s.presigned, Principal: c.who}, nil
}

// inScope checks the credential's scope: date/region/service/aws4_request.
func (s *signature) inScope(service string) error {
	switch {
	case s.terminator != "aws4_request":
		return ErrSignatureMismatch.With("Credential should be scoped with a valid terminator: 'aws4_request'.")
	case s.service != service:
		return ErrSignatureMismatch.With("Credential should be scoped to correct service: '%s'.", service)
	case s.region == "":
		return ErrSignatureMismatch.With("Credential should be scoped to a valid region.")
	case s.day != s.date[:8]:
		return ErrSignatureMismatch.With("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP")
	}
	return nil
}

// inTime checks the clock. A presigned request gets no skew at its end: its expiry is the signer's word.
func (s *signature) inTime(now time.Time) error {
	if early := now.Add(Skew); s.at.After(early) {
		return ErrSignatureMismatch.With("Signature not yet current: %s is still later than %s (%s + 5 min.)", s.date, early.Format(basic), now.Format(basic))
	}
	if s.presigned {
		if end := s.at.Add(min(s.expires, s.maxPresigned())); !now.Before(end) {
			return ErrSignatureMismatch.With("Signature expired: %s is now earlier than %s", end.Format(basic), now.Format(basic))
		}
		return nil
	}
	if late := now.Add(-Skew); s.at.Before(late) {
		return ErrSignatureMismatch.With("Signature expired: %s is now earlier than %s (%s - 5 min.)", s.date, late.Format(basic), now.Format(basic))
	}
	return nil
}

// maxPresigned is how long a presigned request can be good for.
func (s *signature) maxPresigned() time.Duration {
	if s.service == s3 {
		return maxPresignedS3
	}
	return MaxPresigned
}

// covers checks that what can change the meaning of a request is signed: host and every x-amz- header.
func (s *signature) covers(h http.Header) error {
	if !slices.Contains(s.headers, "host") {
		return ErrSignatureMismatch.With("'Host' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for name := range h {
		low := strings.ToLower(name)
		if strings.HasPrefix(low, "x-amz-") && !slices.Contains(s.headers, low) {
			return ErrSignatureMismatch.With("'%s' must be a 'SignedHeader' in the AWS Authorization.", low)
		}
	}
	return nil
}

// sign is the signature of a canonical request.
func (s *signature) sign(secret, canonical string) string {
	key := mac([]byte("AWS4"+secret), s.day)
	for _, part := range []string{s.region, s.service, s.terminator} {
		key = mac(key, part)
	}
	scope := s.day + "/" + s.region + "/" + s.service + "/" + s.terminator
	return hex.EncodeToString(mac(key, algorithm+"\n"+s.date+"\n"+scope+"\n"+hexSHA256([]byte(canonical))))
}
