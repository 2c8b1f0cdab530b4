package token_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"gatehouse/internal/directory"
	"gatehouse/internal/token"
)

func names(claims map[string]any) []string { return slices.Sorted(maps.Keys(claims)) }

func TestAPISignInHasCognitosClaims(t *testing.T) {
	k := newKit(t)
	one := 1
	k.groups = []directory.Group{{Name: "weak", RoleARN: "arn:b"}, {Name: "strong", Precedence: &one, RoleARN: "arn:a"}}
	got := k.issue(t, k.grant())
	access := part(t, got.Access, 1)
	if want := []string{"auth_time", "client_id", "cognito:groups", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "scope", "sub", "token_use", "username"}; !slices.Equal(names(access), want) {
		t.Fatalf("access claims %v", names(access))
	}
	if access["scope"] != token.ScopeAdmin || access["iss"] != base+"/"+k.pool.ID || access["client_id"] != "client1" {
		t.Fatalf("access %v", access)
	}
	id := part(t, got.ID, 1)
	if want := []string{"aud", "auth_time", "cognito:groups", "cognito:preferred_role", "cognito:roles", "cognito:username", "email", "email_verified", "event_id", "exp", "iat", "iss", "jti", "origin_jti", "sub", "token_use"}; !slices.Equal(names(id), want) {
		t.Fatalf("ID claims %v", names(id))
	}
	if id["email_verified"] != true || id["cognito:preferred_role"] != "arn:a" || id["token_use"] != "id" || id["aud"] != "client1" {
		t.Fatalf("ID %v", id)
	}
	if g := id["cognito:groups"].([]any); g[0] != "strong" {
		t.Fatalf("groups %v", g)
	}
	if id["exp"].(float64)-id["iat"].(float64) != 3600 || got.ExpiresIn != time.Hour {
		t.Fatal("default life is one hour")
	}
	if h := part(t, got.ID, 0); h["alg"] != "ES256" || len(h) != 2 || h["kid"] == part(t, got.Access, 0)["kid"] {
		t.Fatalf("header %v", h)
	}
}

func TestPreferredRoleIsOmittedWhenEqualGroupsDisagree(t *testing.T) {
	k := newKit(t)
	one := 1
	k.groups = []directory.Group{{Name: "a", Precedence: &one, RoleARN: "arn:a"}, {Name: "b", Precedence: &one, RoleARN: "arn:b"}}
	if id := part(t, k.issue(t, k.grant()).ID, 1); id["cognito:preferred_role"] != nil {
		t.Fatal("tied groups gave a preferred role")
	}
	k.groups[1].RoleARN = "arn:a"
	if id := part(t, k.issue(t, k.grant()).ID, 1); id["cognito:preferred_role"] != "arn:a" {
		t.Fatal("equal roles gave none")
	}
}

func TestOAuthTokensAreVersionTwoAndBound(t *testing.T) {
	k := newKit(t)
	g := k.grant()
	g.OAuth, g.Nonce, g.Scopes = true, "n-1", []string{"openid", "phone"}
	got := k.issue(t, g)
	if part(t, got.Access, 1)["version"] != 2.0 {
		t.Fatal("no version")
	}
	id := part(t, got.ID, 1)
	sum := sha256.Sum256([]byte(got.Access))
	if id["at_hash"] != base64.RawURLEncoding.EncodeToString(sum[:16]) || id["nonce"] != "n-1" {
		t.Fatalf("ID %v", id)
	}
	if id["email"] != nil {
		t.Fatal("scope phone let email out")
	}
	g.Scopes = []string{"orders/read"}
	if got := k.issue(t, g); got.ID != "" {
		t.Fatal("ID token without openid")
	}
}

func TestClientReadsOnlyItsAttributes(t *testing.T) {
	k := newKit(t)
	k.user.Attributes["custom:tier"] = "7"
	k.user.Attributes["address"] = "1 High Street"
	if id := part(t, k.issue(t, k.grant()).ID, 1); id["custom:tier"] != nil || id["address"].(map[string]any)["formatted"] != "1 High Street" {
		t.Fatalf("default list: %v", id)
	}
	k.client.ReadAttributes = []string{"custom:tier"}
	if id := part(t, k.issue(t, k.grant()).ID, 1); id["custom:tier"] != "7" || id["email"] != nil {
		t.Fatalf("own list: %v", id)
	}
}

func TestMachineTokenHasTenClaims(t *testing.T) {
	k := newKit(t)
	got, err := k.Machine(t.Context(), k.pool, k.client, []string{"orders/read"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sub", "token_use", "version"}
	if c := part(t, got.Access, 1); !slices.Equal(names(c), want) || c["sub"] != "client1" {
		t.Fatalf("claims %v", c)
	}
	if got.ID != "" || got.Refresh != "" {
		t.Fatal("a machine gets one token")
	}
	if _, err := k.VerifyAccess(t.Context(), got.Access); !errors.Is(err, token.ErrAccessInvalid) {
		t.Fatalf("a machine passed for a user: %v", err)
	}
}

func TestPublishedKeysVerifyBothAlgorithms(t *testing.T) {
	for _, alg := range []string{token.RS256, token.ES256} {
		t.Run(alg, func(t *testing.T) {
			k := newKit(t)
			k.pool.SigningAlgorithm = alg
			got := k.issue(t, k.grant())
			raw, err := k.JWKS(t.Context(), k.pool.ID)
			if err != nil {
				t.Fatal(err)
			}
			var set jose.JSONWebKeySet
			if err := json.Unmarshal(raw, &set); err != nil {
				t.Fatal(err)
			}
			if len(set.Keys) != 2 {
				t.Fatalf("%d keys", len(set.Keys))
			}
			for _, raw := range []string{got.Access, got.ID} {
				parsed, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
				if err != nil {
					t.Fatal(err)
				}
				var claims map[string]any
				if err := parsed.Claims(set, &claims); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestDisabledUserGetsNoTokens(t *testing.T) {
	k := newKit(t)
	k.user.Enabled = false
	if _, err := k.Issue(t.Context(), k.grant()); !errors.Is(err, token.ErrUserDisabled) {
		t.Fatal(err)
	}
}
