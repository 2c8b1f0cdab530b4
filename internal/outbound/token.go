package outbound

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/cryptosigner"
	"github.com/google/uuid"
)

// maxPayload is how many bytes a token's payload may have.
const maxPayload = 8 << 10

// stsClaims is the claim that what STS says beyond OpenID Connect is under, as in AWS.
const stsClaims = "https://sts.amazonaws.com/"

// Want is what a token shall say.
type Want struct {
	AccountID string
	Subject   string // ARN of the user or role
	Audience  []string
	Alg       string
	Life      time.Duration
	Until     time.Time // of the credentials that ask; zero for long-term ones
	Region    string
	Tags      map[string]string // that the request brings
	// Principal is what is known of the caller beyond its ARN; all may be empty.
	PrincipalTags  map[string]string
	SessionName    string
	SourceIdentity string
}

// claims of what STS says.
type claims struct {
	Account        string            `json:"aws_account"`
	Region         string            `json:"source_region,omitempty"`
	Principal      string            `json:"principal_id"`
	PrincipalTags  map[string]string `json:"principal_tags,omitempty"`
	RequestTags    map[string]string `json:"request_tags,omitempty"`
	SessionName    string            `json:"session_name,omitempty"`
	SourceIdentity string            `json:"source_identity,omitempty"`
}

// Token signs a token of the account's issuer. It lives no longer than the credentials that ask for it: whoever holds a
// session for another minute gets no proof for an hour.
func (s *Service) Token(ctx context.Context, w Want) (token string, expires time.Time, err error) {
	i, err := s.Store.IssuerOf(ctx, w.AccountID)
	if errors.Is(err, ErrNotFound) || err == nil && !i.Enabled {
		err = ErrDisabled
	}
	if err != nil {
		return "", expires, err
	}
	now := s.Clock().UTC().Truncate(time.Second)
	expires = now.Add(w.Life)
	if !w.Until.IsZero() && expires.After(w.Until) {
		return "", expires, ErrEscalation
	}
	payload, err := s.payload(i, w, now, expires)
	if err != nil {
		return "", expires, err
	}
	token, err = s.sign(ctx, i, w.Alg, payload)
	return token, expires, err
}

func (s *Service) payload(i Issuer, w Want, now, expires time.Time) ([]byte, error) {
	id, err := uuid.NewRandomFromReader(s.Rand)
	if err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	var audience any = w.Audience
	if len(w.Audience) == 1 {
		audience = w.Audience[0]
	}
	payload, err := json.Marshal(map[string]any{
		"iss": s.URLOf(i), "sub": w.Subject, "aud": audience, "iat": now.Unix(), "exp": expires.Unix(), "jti": id.String(),
		stsClaims: claims{
			Account: w.AccountID, Region: w.Region, Principal: w.Subject, PrincipalTags: w.PrincipalTags, RequestTags: w.Tags,
			SessionName: w.SessionName, SourceIdentity: w.SourceIdentity,
		},
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("encode token: %w", err)
	case len(payload) > maxPayload:
		return nil, ErrPayloadSize.With("The token's payload has %d bytes; it may have %d.", len(payload), maxPayload)
	}
	return payload, nil
}

func (s *Service) sign(ctx context.Context, i Issuer, alg string, payload []byte) (string, error) {
	keys, err := s.Store.IssuerKeys(ctx, i.ID)
	if err != nil {
		return "", err
	}
	for _, k := range keys {
		if k.Alg != alg {
			continue
		}
		private, err := s.Private.Signer(k.KID, k.Private)
		if err != nil {
			return "", fmt.Errorf("open signing key %s: %w", k.KID, err)
		}
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(alg), Key: cryptosigner.Opaque(private)},
			(&jose.SignerOptions{}).WithType("JWT").WithHeader(jose.HeaderKey("kid"), k.KID))
		if err != nil {
			return "", fmt.Errorf("sign token: %w", err)
		}
		signed, err := signer.Sign(payload)
		if err != nil {
			return "", fmt.Errorf("sign token: %w", err)
		}
		return signed.CompactSerialize()
	}
	return "", fmt.Errorf("issuer %s has no key for %q", i.ID, alg)
}
