package token_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"gatehouse/internal/seal"
	"gatehouse/internal/token"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// verifier is a relying party that keeps the key set for exactly as long as it may.
type verifier struct {
	k       *kit
	keys    jose.JSONWebKeySet
	fetched time.Time
}

func (v *verifier) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	if v.k.now.Sub(v.fetched) >= token.JWKSMaxAge {
		b, err := v.k.JWKS(ctx, v.k.pool.ID)
		if err != nil {
			return nil, err
		}
		v.keys = jose.JSONWebKeySet{}
		if err := json.Unmarshal(b, &v.keys); err != nil {
			return nil, err
		}
		v.fetched = v.k.now
	}
	sig, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.ES256, jose.RS256})
	if err != nil {
		return nil, err
	}
	return sig.Verify(v.keys)
}

// TestNoVerifierNoticesARotation walks two days in steps around a rotation: every token that is alive
// verifies at a go-oidc verifier that never fetches keys before its cache is stale.
func TestNoVerifierNoticesARotation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := kitOver(t, db)
		k.client.IDTokenValidity = 24 * time.Hour
		keys := &verifier{k: k}
		v := oidc.NewVerifier(base+"/"+k.pool.ID, keys, &oidc.Config{ClientID: "client1", Now: func() time.Time { return k.now },
			SupportedSigningAlgs: []string{"ES256"}})
		kids := map[any]bool{}
		var live []string
		for step := range 400 {
			if step == 20 || step == 21 || step == 200 {
				if err := k.RotateKeys(t.Context(), k.pool); err != nil {
					t.Fatal(err)
				}
			}
			if step%5 == 0 {
				raw := k.issue(t, k.grant()).ID
				kids[part(t, raw, 0)["kid"]] = true
				live = append(live, raw)
			}
			for _, raw := range live {
				if int64(part(t, raw, 1)["exp"].(float64)) <= k.now.Unix() {
					continue
				}
				if _, err := v.Verify(t.Context(), raw); err != nil {
					t.Fatalf("step %d: %v", step, err)
				}
			}
			if step%50 == 0 {
				if err := k.Keys.Maintain(t.Context(), k, 0); err != nil {
					t.Fatal(err)
				}
			}
			k.advance(7 * time.Minute)
		}
		if len(kids) != 3 {
			t.Fatalf("%d keys signed, want 3: two rotations, the double one counted once", len(kids))
		}
	})
}

func TestRetiredKeyLeavesTheSetAndTheDatabase(t *testing.T) {
	k := newKit(t)
	old := k.issue(t, k.grant())
	if err := k.RotateKeys(t.Context(), k.pool); err != nil {
		t.Fatal(err)
	}
	if part(t, k.issue(t, k.grant()).ID, 0)["kid"] != part(t, old.ID, 0)["kid"] {
		t.Fatal("the new key signs before verifiers can know it")
	}
	k.advance(26 * time.Hour)
	if err := k.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, err := k.Keys.Store.Keys(t.Context(), k.pool.ID)
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d keys are kept: %v", len(rows), err)
	}
}

func TestAlgorithmChangeRotatesToIt(t *testing.T) {
	k := newKit(t)
	k.issue(t, k.grant())
	k.pool.SigningAlgorithm = token.RS256
	if err := k.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if part(t, k.issue(t, k.grant()).ID, 0)["alg"] != "ES256" {
		t.Fatal("changed at once")
	}
	if algs, err := k.IDTokenAlgorithms(t.Context(), k.pool); err != nil || len(algs) != 2 {
		t.Fatalf("verifiers must take both while the algorithm changes: %v %v", algs, err)
	}
	k.advance(time.Hour)
	if part(t, k.issue(t, k.grant()).ID, 0)["alg"] != "RS256" {
		t.Fatal("did not change")
	}
}

func TestReserveMakesNewPoolsInstant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := kitOver(t, db)
		if err := k.Keys.FillReserve(t.Context()); err != nil {
			t.Fatal(err)
		}
		before, err := k.Keys.Store.CountReserve(t.Context(), token.RS256)
		if err != nil || before == 0 {
			t.Fatal(before, err)
		}
		pool := k.addPool("us-east-1_RESERVED1", token.RS256)
		if err := k.Prepare(t.Context(), pool); err != nil {
			t.Fatal(err)
		}
		after, err := k.Keys.Store.CountReserve(t.Context(), token.RS256)
		if err != nil || before-after != 2 {
			t.Fatalf("took %d of the reserve: %v", before-after, err)
		}
		g := k.grant()
		g.Pool, g.Client = pool, k.addClient(pool, "client5")
		k.issue(t, g)
	})
}

func TestPrivateKeysAreSealed(t *testing.T) {
	k := newKit(t)
	k.issue(t, k.grant())
	rows, err := k.Keys.Store.Keys(t.Context(), k.pool.ID)
	if err != nil {
		t.Fatal(err)
	}
	private := k.Keys.Private.(seal.SoftwareKeys)
	if _, err := private.Signer(rows[0].KID, rows[0].Private); err != nil {
		t.Fatal(err)
	}
	if _, err := private.Signer(rows[0].KID, rows[1].Private); err == nil {
		t.Fatal("a key opened in another's row")
	}
}

func TestNodesAgreeOnTheFirstKeys(t *testing.T) {
	db := storetest.Open(t)
	a, b := kitOver(t, db), kitOver(t, db)
	b.Keys.Private = a.Keys.Private
	var wg sync.WaitGroup
	for _, k := range []*kit{a, b, a, b} {
		wg.Go(func() {
			if err := k.Prepare(t.Context(), k.pool); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ja, err := a.JWKS(t.Context(), a.pool.ID)
	if err != nil {
		t.Fatal(err)
	}
	jb, err := b.JWKS(t.Context(), b.pool.ID)
	if err != nil || string(ja) != string(jb) {
		t.Fatalf("%s\n%s\n%v", ja, jb, err)
	}
}

// TestCachedVerifierOverHTTPSurvivesRotation uses go-oidc's own remote key set.
func TestCachedVerifierOverHTTPSurvivesRotation(t *testing.T) {
	k := newKit(t)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := k.JWKS(r.Context(), k.pool.ID)
		if err != nil {
			http.Error(w, "no", 500)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(b)
	}))
	defer srv.Close()
	v := oidc.NewVerifier(base+"/"+k.pool.ID, oidc.NewRemoteKeySet(t.Context(), srv.URL), &oidc.Config{ClientID: "client1",
		SupportedSigningAlgs: []string{"ES256"}, Now: func() time.Time { return k.now }})
	for step := range 12 {
		if step == 3 {
			if err := k.RotateKeys(t.Context(), k.pool); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := v.Verify(t.Context(), k.issue(t, k.grant()).ID); err != nil {
			t.Fatalf("step %d: %v", step, err)
		}
		k.advance(5 * time.Minute)
	}
}
