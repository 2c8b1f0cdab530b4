package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"gatehouse/internal/seal"
	"gatehouse/templates/demo"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// App is the demo app. It talks to Gatehouse by OpenID Connect alone, over HTTP in this process.
type App struct {
	Issuer       string
	Origin       string // of the installation
	ClientID     string
	ClientSecret seal.Secret
	HTTP         *http.Client
	Cookies      web.Cookies
	NewState     func() (string, error)
	Clock        func() time.Time
}

// config learns the endpoints from the issuer's discovery document, as any app does.
func (a *App) config(ctx context.Context) (*oauth2.Config, *oidc.Provider, error) {
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, a.HTTP), a.Issuer)
	if err != nil {
		return nil, nil, fmt.Errorf("discover: %w", err)
	}
	return &oauth2.Config{
		ClientID: a.ClientID, ClientSecret: a.ClientSecret.Reveal(), Endpoint: p.Endpoint(),
		RedirectURL: a.Origin + paths.DemoCallback, Scopes: []string{oidc.ScopeOpenID, "email", "profile", "aws.cognito.signin.user.admin"},
	}, p, nil
}

func (a *App) empty(problem string) demo.AppPage {
	return demo.AppPage{SignIn: paths.DemoSignIn, Outbox: paths.Outbox, Problem: problem}
}

// signIn sends the browser to the authorize endpoint with PKCE, state and nonce, which wait in a cookie.
func (a *App) signIn(c echo.Context) error {
	config, _, err := a.config(c.Request().Context())
	if err != nil {
		return err
	}
	state, err := a.NewState()
	if err != nil {
		return err
	}
	nonce, err := a.NewState()
	if err != nil {
		return err
	}
	verifier := oauth2.GenerateVerifier()
	a.Cookies.Set(c.Response(), "app", state+"."+nonce+"."+verifier, time.Time{})
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Redirect(http.StatusSeeOther, config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))
}

// callback redeems the code and leads to the page that shows what came, which can be loaded again.
func (a *App) callback(c echo.Context) error {
	waiting := strings.Split(a.Cookies.Value(c.Request(), "app"), ".")
	a.Cookies.Clear(c.Response(), "app")
	q := c.QueryParams()
	switch {
	case len(waiting) != 3 || !seal.Equal(waiting[0], q.Get("state")):
		return web.Render(c, http.StatusBadRequest, a.empty("This browser did not start that sign-in. Start again.").Show())
	case q.Get("error") != "":
		return web.Render(c, http.StatusOK, a.empty("Gatehouse answered: "+q.Get("error")+" "+q.Get("error_description")).Show())
	}
	tokens, err := a.redeem(c.Request().Context(), q.Get("code"), waiting[1], waiting[2])
	if refused := (*oauth2.RetrieveError)(nil); errors.As(err, &refused) {
		return web.Render(c, http.StatusBadRequest, a.empty("The code was refused: "+refused.ErrorCode).Show())
	}
	if err != nil {
		return err
	}
	a.remember(c, tokens)
	return web.SeeOther(c, paths.DemoApp)
}

// redeem answers the tokens of a code, once the ID token proved to be of this sign-in.
func (a *App) redeem(ctx context.Context, code, nonce, verifier string) (*oauth2.Token, error) {
	ctx = oidc.ClientContext(ctx, a.HTTP)
	config, provider, err := a.config(ctx)
	if err != nil {
		return nil, err
	}
	tokens, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, fmt.Errorf("redeem code: %w", err)
	}
	idToken, err := a.verify(ctx, provider, rawIDToken(tokens))
	if err != nil {
		return nil, fmt.Errorf("verify ID token: %w", err)
	}
	if !seal.Equal(idToken.Nonce, nonce) {
		return nil, errors.New("the ID token is for another sign-in")
	}
	return tokens, nil
}

func (a *App) verify(ctx context.Context, p *oidc.Provider, raw string) (*oidc.IDToken, error) {
	return p.Verifier(&oidc.Config{ClientID: a.ClientID}).Verify(ctx, raw)
}

func rawIDToken(t *oauth2.Token) string {
	raw, _ := t.Extra("id_token").(string)
	return raw
}

// logout ends the session at Gatehouse too and comes back (Cognito's parameters).
func (a *App) logout(p *oidc.Provider) string {
	var endpoints struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if p.Claims(&endpoints) != nil || endpoints.EndSession == "" {
		return paths.DemoApp
	}
	return endpoints.EndSession + "?" + url.Values{"client_id": {a.ClientID}, "logout_uri": {a.Origin + paths.DemoSignedOut}}.Encode()
}
