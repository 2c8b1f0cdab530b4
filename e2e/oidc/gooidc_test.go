package oidc_test

import (
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// TestGoOIDCSignsIn is the whole code flow with PKCE by go-oidc and x/oauth2: discovery, the login page,
// the exchange, verification by the published keys, userinfo, a refresh, and a second sign-in without a
// password.
func TestGoOIDCSignsIn(t *testing.T) {
	i := install(t)
	const callback = "https://app.example.com/callback"
	id, secret := i.app(true, callback, "https://app.example.com/")
	provider, err := oidc.NewProvider(t.Context(), i.issuer())
	if err != nil {
		t.Fatal(err)
	}
	conf := oauth2.Config{ClientID: id, ClientSecret: secret, Endpoint: provider.Endpoint(), RedirectURL: callback, Scopes: []string{"openid", "email"}}
	verifier := oauth2.GenerateVerifier()
	b := newBrowser(t, callback)
	at := b.signIn(conf.AuthCodeURL("st&=te", oauth2.S256ChallengeOption(verifier), oidc.Nonce("n-1")))
	q := at.Query()
	if !strings.HasPrefix(at.String(), callback) || q.Get("state") != "st&=te" || q.Get("iss") != i.issuer() || q.Get("code") == "" {
		t.Fatal(at)
	}
	if _, err := conf.Exchange(t.Context(), q.Get("code")); err == nil {
		t.Fatal("exchanged without the verifier")
	}
	tokens, err := conf.Exchange(t.Context(), q.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	idToken, err := provider.Verifier(&oidc.Config{ClientID: id}).Verify(t.Context(), tokens.Extra("id_token").(string))
	if err != nil {
		t.Fatal(err)
	}
	if idToken.Subject != i.sub || idToken.Nonce != "n-1" {
		t.Fatalf("%+v", idToken)
	}
	if err := idToken.VerifyAccessToken(tokens.AccessToken); err != nil {
		t.Fatal(err)
	}
	info, err := provider.UserInfo(t.Context(), oauth2.StaticTokenSource(tokens))
	if err != nil || info.Subject != i.sub || info.Email != "ann@example.com" || !info.EmailVerified {
		t.Fatalf("%+v %v", info, err)
	}
	old := *tokens
	old.Expiry = old.Expiry.AddDate(-1, 0, 0)
	fresh, err := conf.TokenSource(t.Context(), &old).Token()
	if err != nil || fresh.AccessToken == tokens.AccessToken || fresh.RefreshToken != tokens.RefreshToken {
		t.Fatal(err)
	}

	again, page := b.arrives(b.Get(conf.AuthCodeURL("again", oauth2.SetAuthURLParam("prompt", "none"))))
	if page != nil || again.Query().Get("code") == "" {
		t.Fatalf("the session did not serve: %v", again)
	}
	b.until = "https://app.example.com/"
	if at, _ := b.arrives(b.Get(i.issuer() + "/logout?client_id=" + id + "&logout_uri=https%3A%2F%2Fapp.example.com%2F")); at.String() != b.until {
		t.Fatalf("logout ended at %v", at)
	}
	silent, _ := b.arrives(b.Get(conf.AuthCodeURL("gone", oauth2.SetAuthURLParam("prompt", "none"))))
	if silent.Query().Get("error") != "login_required" {
		t.Fatalf("signed in after logout: %v", silent)
	}
}
