package oidc

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"
)

const (
	keep       = time.Hour        // how long keys are believed without asking again
	again      = 10 * time.Second // how soon an issuer is asked again about a key that it did not have, or after a failure
	maxAnswer  = 1 << 20
	maxIssuers = 1000
	maxTried   = 10 // keys of an issuer that a token without a key id is checked by
)

// issuer is the keys of one issuer. It asks the issuer at most once in a while, whatever tokens are brought.
type issuer struct {
	v    *Verifier
	name string

	asking singleflight.Group
	mu     sync.Mutex
	keys   jose.JSONWebKeySet
	asked  time.Time
	failed error
}

func (v *Verifier) keysOf(name string) *issuer {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.issuers == nil || len(v.issuers) >= maxIssuers && v.issuers[name] == nil {
		v.issuers = map[string]*issuer{}
	}
	i := v.issuers[name]
	if i == nil {
		i = &issuer{v: v, name: name}
		v.issuers[name] = i
	}
	return i
}

// verify checks a signature. A key is for the one algorithm that it names, or for those of its type.
func (i *issuer) verify(ctx context.Context, raw string) ([]byte, error) {
	sig, err := jose.ParseSignedCompact(raw, algorithms)
	if err != nil || len(sig.Signatures) != 1 {
		return nil, ErrInvalidToken
	}
	head := sig.Signatures[0].Header
	keys, err := i.find(ctx, head.KeyID)
	if err != nil {
		return nil, err
	}
	for _, k := range keys[:min(len(keys), maxTried)] {
		if k.Use == "enc" || k.Algorithm != "" && k.Algorithm != head.Algorithm || !k.IsPublic() {
			continue
		}
		if payload, err := sig.Verify(k); err == nil {
			return payload, nil
		}
	}
	return nil, ErrInvalidToken.With("Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements")
}

// find answers the keys that a token may be signed by: that of its id, or all when it names none.
func (i *issuer) find(ctx context.Context, kid string) ([]jose.JSONWebKey, error) {
	now := i.v.Clock()
	found, asked, failed := i.known(kid)
	switch {
	case len(found) > 0 && now.Sub(asked) < keep:
		return found, nil
	case now.Sub(asked) < again:
		return found, failed
	}
	_, _, _ = i.asking.Do("", func() (any, error) { // one asks, who needs the answer waits
		keys, err := i.fetch(ctx)
		i.mu.Lock()
		defer i.mu.Unlock()
		i.asked, i.failed = now, err
		if err == nil {
			i.keys = keys
		}
		return nil, nil
	})
	found, _, failed = i.known(kid)
	if len(found) > 0 { // of before, where the issuer does not answer now
		failed = nil
	}
	return found, failed
}

// known are the keys of an id, or all for none, when the issuer was asked last and how that failed.
func (i *issuer) known(kid string) ([]jose.JSONWebKey, time.Time, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if kid == "" {
		return i.keys.Keys, i.asked, i.failed
	}
	return i.keys.Key(kid), i.asked, i.failed
}

// fetch reads the issuer's metadata, which must be of the issuer itself, and the keys that it names.
func (i *issuer) fetch(ctx context.Context) (set jose.JSONWebKeySet, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second) // others wait for this answer
	defer cancel()
	var metadata struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := i.get(ctx, strings.TrimSuffix(i.name, "/")+"/.well-known/openid-configuration", &metadata); err != nil {
		return set, err
	}
	if metadata.Issuer != i.name {
		return set, ErrCommunication.With("The metadata of %s is of another issuer.", i.name)
	}
	if strings.HasPrefix(i.name, "https://") && !strings.HasPrefix(metadata.Keys, "https://") {
		return set, ErrCommunication.With("The keys of %s are not at an https address.", i.name)
	}
	return set, i.get(ctx, metadata.Keys, &set)
}

func (i *issuer) get(ctx context.Context, url string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return ErrCommunication
	}
	res, err := i.v.HTTP.Do(r)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCommunication, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(body, into) != nil {
		return fmt.Errorf("%w: %s answered %s", ErrCommunication, url, res.Status)
	}
	return nil
}

func decodeSegment(s string) ([]byte, error) { return base64.RawURLEncoding.Strict().DecodeString(s) }
