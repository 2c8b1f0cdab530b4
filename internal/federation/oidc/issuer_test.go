package oidc

import (
	"crypto/rsa"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Checking a signature by a key of many thousand bits is work that strangers could ask for. go-jose reads none.
func TestAttackKeysWithoutEnd(t *testing.T) {
	key := func(id string, bits int) jose.JSONWebKey {
		return jose.JSONWebKey{Key: &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), bits-1, 1), E: 65537}, KeyID: id}
	}
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key("long", 16384)}})
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"issuer": s.URL, "jwks_uri": s.URL + "/keys"})
	}))
	defer s.Close()
	v := &Verifier{HTTP: s.Client(), Clock: time.Now}
	if keys, err := v.keysOf(s.URL).find(t.Context(), "long"); len(keys) != 0 {
		t.Error(keys, err)
	}
}
