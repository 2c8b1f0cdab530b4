package token_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/token"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func (k *kit) refresh(t testing.TB, raw string) (*token.Tokens, error) {
	return k.Refresh(t.Context(), token.RefreshRequest{Pool: k.pool, Client: k.client, Token: raw})
}

func wants(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

func TestRefreshKeepsTheSessionAndWritesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := kitOver(t, db)
		first := k.issue(t, k.grant())
		k.advance(2 * time.Hour)
		again, err := k.refresh(t, first.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		if again.Refresh != "" {
			t.Fatal("a client that does not rotate got another refresh token")
		}
		a, b := part(t, first.ID, 1), part(t, again.ID, 1)
		if a["auth_time"] != b["auth_time"] || a["origin_jti"] != b["origin_jti"] || a["jti"] == b["jti"] || a["exp"] == b["exp"] {
			t.Fatalf("%v\n%v", a, b)
		}
	})
}

func TestRefreshIsBoundToItsClientAndEnds(t *testing.T) {
	k := newKit(t)
	tokens := k.issue(t, k.grant())
	other := k.addClient(k.pool, "client2")
	_, err := k.Refresh(t.Context(), token.RefreshRequest{Pool: k.pool, Client: other, Token: tokens.Refresh})
	wants(t, err, token.ErrRefreshInvalid)
	_, err = k.refresh(t, "nonsense")
	wants(t, err, token.ErrRefreshInvalid)
	_, err = k.refresh(t, tokens.Access)
	wants(t, err, token.ErrRefreshInvalid)
	if _, err := k.refresh(t, tokens.Refresh); err != nil {
		t.Fatalf("another client's attempt ended it: %v", err)
	}
	k.advance(30 * 24 * time.Hour)
	_, err = k.refresh(t, tokens.Refresh)
	wants(t, err, token.ErrRefreshExpired)
}

func TestRotationReuseRevokesTheFamily(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := kitOver(t, db)
		k.client.RotateRefreshTokens = true
		first := k.issue(t, k.grant())
		second, err := k.refresh(t, first.Refresh)
		if err != nil || second.Refresh == "" || second.Refresh == first.Refresh {
			t.Fatal(second, err)
		}
		_, err = k.refresh(t, first.Refresh)
		wants(t, err, token.ErrRefreshReused)
		_, err = k.refresh(t, second.Refresh)
		wants(t, err, token.ErrRefreshRevoked)
		_, err = k.VerifyAccess(t.Context(), second.Access)
		wants(t, err, token.ErrAccessRevoked)
	})
}

func TestRotationGraceGivesARetryAnotherChild(t *testing.T) {
	k := newKit(t)
	k.client.RotateRefreshTokens, k.client.RotationGrace = true, 10*time.Second
	first := k.issue(t, k.grant())
	second, err := k.refresh(t, first.Refresh)
	if err != nil {
		t.Fatal(err)
	}
	k.advance(9 * time.Second)
	third, err := k.refresh(t, first.Refresh)
	if err != nil || third.Refresh == second.Refresh {
		t.Fatal("retry within the grace period:", err)
	}
	if _, err := k.refresh(t, second.Refresh); err != nil {
		t.Fatal(err)
	}
	k.advance(2 * time.Second)
	_, err = k.refresh(t, first.Refresh)
	wants(t, err, token.ErrRefreshReused)
	_, err = k.refresh(t, third.Refresh)
	wants(t, err, token.ErrRefreshRevoked)
}

func TestRotationKeepsTheEndOfTheSession(t *testing.T) {
	k := newKit(t)
	k.client.RotateRefreshTokens, k.client.RefreshTokenValidity = true, 2*time.Hour
	tokens := k.issue(t, k.grant())
	for range 3 {
		k.advance(30 * time.Minute)
		var err error
		if tokens, err = k.refresh(t, tokens.Refresh); err != nil {
			t.Fatal(err)
		}
	}
	k.advance(30 * time.Minute)
	_, err := k.refresh(t, tokens.Refresh)
	wants(t, err, token.ErrRefreshExpired)
}

func TestConcurrentRotationHasOneWinnerWithoutGrace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := kitOver(t, db)
		k.client.RotateRefreshTokens = true
		first := k.issue(t, k.grant())
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 8 {
			wg.Go(func() {
				_, err := k.refresh(t, first.Refresh)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case !errors.Is(err, token.ErrRefreshReused) && !errors.Is(err, token.ErrRefreshRevoked):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Fatalf("%d rotations won", won)
		}
	})
}

func TestRevokeEndsOneSessionOnly(t *testing.T) {
	k := newKit(t)
	mine, other := k.issue(t, k.grant()), k.issue(t, k.grant())
	second, err := k.refresh(t, mine.Refresh)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, k.Revoke(t.Context(), k.pool, k.client, mine.Access), token.ErrUnsupportedType)
	stranger := k.addClient(k.pool, "client2")
	if err := k.Revoke(t.Context(), k.pool, stranger, mine.Refresh); err != nil {
		t.Fatal(err)
	}
	if _, err := k.VerifyAccess(t.Context(), mine.Access); err != nil {
		t.Fatalf("another client revoked it: %v", err)
	}
	for range 2 { // the second time is no error
		if err := k.Revoke(t.Context(), k.pool, k.client, mine.Refresh); err != nil {
			t.Fatal(err)
		}
	}
	for _, raw := range []string{mine.Access, second.Access} {
		_, err = k.VerifyAccess(t.Context(), raw)
		wants(t, err, token.ErrAccessRevoked)
	}
	_, err = k.refresh(t, mine.Refresh)
	wants(t, err, token.ErrRefreshRevoked)
	if _, err := k.VerifyAccess(t.Context(), other.Access); err != nil {
		t.Fatal(err)
	}
	k.client.TokenRevocation = false
	wants(t, k.Revoke(t.Context(), k.pool, k.client, other.Refresh), token.ErrRevocationOff)
}

func TestGlobalSignOutRevokesEverythingBeforeIt(t *testing.T) {
	for _, revocation := range []bool{true, false} {
		k := newKit(t)
		k.client.TokenRevocation = revocation
		before := k.issue(t, k.grant())
		k.advance(10 * time.Millisecond)
		if err := k.SignOutUser(t.Context(), k.pool.ID, k.user.Sub); err != nil {
			t.Fatal(err)
		}
		k.advance(10 * time.Millisecond) // the same second: tokens carry seconds, families do not
		after := k.issue(t, k.grant())
		_, err := k.VerifyAccess(t.Context(), before.Access)
		wants(t, err, token.ErrAccessRevoked)
		_, err = k.refresh(t, before.Refresh)
		wants(t, err, token.ErrRefreshRevoked)
		if _, err := k.VerifyAccess(t.Context(), after.Access); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRefreshNarrowsScopesButNeverWidens(t *testing.T) {
	k := newKit(t)
	g := k.grant()
	g.OAuth, g.Scopes = true, []string{"openid", "email"}
	tokens := k.issue(t, g)
	r := token.RefreshRequest{Pool: k.pool, Client: k.client, Token: tokens.Refresh, Scopes: []string{"openid"}}
	got, err := k.Refresh(t.Context(), r)
	if err != nil || part(t, got.Access, 1)["scope"] != "openid" {
		t.Fatal(err)
	}
	r.Scopes = []string{"openid", "phone"}
	_, err = k.Refresh(t.Context(), r)
	wants(t, err, token.ErrScope)
}

func TestSweepDeletesOnlyWhatIsOver(t *testing.T) {
	k := newKit(t)
	k.client.RefreshTokenValidity = time.Hour
	tokens := k.issue(t, k.grant())
	k.advance(time.Hour + 24*time.Hour)
	if err := k.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := k.refresh(t, tokens.Refresh)
	wants(t, err, token.ErrRefreshExpired)
	k.advance(time.Hour)
	if err := k.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = k.refresh(t, tokens.Refresh)
	wants(t, err, token.ErrRefreshInvalid)
}
