package outbound_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"gatehouse/internal/iam"
	"gatehouse/internal/outbound"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const account = "111122223333"

var ctx = context.Background()

func each(t *testing.T, test func(t *testing.T, s *outbound.Service)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Unix(1_700_000_000, 0)
		accounts := store.NewIAM(db)
		if err := accounts.CreateFirstAccount(ctx, iam.Account{ID: account}, iam.Root{AccountID: account, Email: "root@localhost"}); err != nil {
			t.Fatal(err)
		}
		test(t, &outbound.Service{Store: accounts, Private: seal.SoftwareKeys{Ring: seal.TestKeyring(t)}, URL: "https://id.example.org", Clock: func() time.Time { return now }, Rand: rand.Reader})
	})
}

func want(alg string) outbound.Want {
	return outbound.Want{AccountID: account, Subject: "arn:aws:iam::111122223333:role/r", Audience: []string{"https://api.example.org"}, Alg: alg, Life: time.Minute}
}

func is(t *testing.T, err, reason error) {
	t.Helper()
	if !errors.Is(err, reason) {
		t.Errorf("got %v, want %v", err, reason)
	}
}

func TestTokensAreVerifiedByPublishedKeys(t *testing.T) {
	each(t, func(t *testing.T, s *outbound.Service) {
		_, err := s.Issuer(ctx, account)
		is(t, err, outbound.ErrFeatureDisabled)
		_, _, err = s.Token(ctx, want(outbound.RS256))
		is(t, err, outbound.ErrDisabled)
		is(t, s.Disable(ctx, account), outbound.ErrFeatureDisabled)
		i, err := s.Enable(ctx, account)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Enable(ctx, account)
		is(t, err, outbound.ErrFeatureEnabled)
		var set jose.JSONWebKeySet
		body, err := s.JWKS(ctx, i.ID)
		if err != nil || json.Unmarshal(body, &set) != nil || len(set.Keys) != 2 || strings.Contains(string(body), `"d":`) {
			t.Fatalf("%s %v", body, err)
		}
		for _, alg := range []string{outbound.RS256, outbound.ES384} {
			w := want(alg)
			w.Tags, w.SessionName = map[string]string{"a": "b"}, "ci"
			token, expires, err := s.Token(ctx, w)
			if err != nil {
				t.Fatal(err)
			}
			signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
			if err != nil {
				t.Fatal(err)
			}
			payload, err := signed.Verify(set)
			if err != nil {
				t.Fatal(err)
			}
			var c map[string]any
			if err := json.Unmarshal(payload, &c); err != nil {
				t.Fatal(err)
			}
			said := c["https://sts.amazonaws.com/"].(map[string]any)
			if c["iss"] != "https://id.example.org/"+i.ID || c["sub"] != w.Subject || c["aud"] != "https://api.example.org" || c["exp"] != float64(expires.Unix()) ||
				said["aws_account"] != account || said["request_tags"].(map[string]any)["a"] != "b" || said["session_name"] != "ci" {
				t.Errorf("%s", payload)
			}
		}
		if err := s.Disable(ctx, account); err != nil {
			t.Error(err)
		}
		_, _, err = s.Token(ctx, want(outbound.RS256))
		is(t, err, outbound.ErrDisabled)
		if _, err := s.JWKS(ctx, i.ID); err != nil { // for tokens that live on
			t.Error(err)
		}
		again, err := s.Enable(ctx, account)
		if err != nil || again.ID != i.ID {
			t.Error(again, err)
		}
		_, err = s.JWKS(ctx, "account-of-nobody")
		is(t, err, outbound.ErrNotFound)
		_, err = s.Discovery(ctx, "account-of-nobody")
		is(t, err, outbound.ErrNotFound)
	})
}

// Attack: a session that is about to end asks for a proof that lives on; and one asks for a token of any size.
func TestAttackTokenBeyondItsCredentials(t *testing.T) {
	each(t, func(t *testing.T, s *outbound.Service) {
		if _, err := s.Enable(ctx, account); err != nil {
			t.Fatal(err)
		}
		w := want(outbound.ES384)
		w.Until = s.Clock().Add(59 * time.Second)
		_, _, err := s.Token(ctx, w)
		is(t, err, outbound.ErrEscalation)
		w.Until = s.Clock().Add(time.Minute)
		if _, _, err := s.Token(ctx, w); err != nil {
			t.Error(err)
		}
		w.Tags = map[string]string{"a": strings.Repeat("x", 9000)}
		_, _, err = s.Token(ctx, w)
		is(t, err, outbound.ErrPayloadSize)
	})
}
