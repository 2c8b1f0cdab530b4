package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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

func (a *App) page(c echo.Context) error {
	return web.Render(c, http.StatusOK, a.empty("").Show())
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

// callback redeems the code and shows what came.
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
	page, access, err := a.redeem(c.Request().Context(), q.Get("code"), waiting[1], waiting[2])
	if refused := (*oauth2.RetrieveError)(nil); errors.As(err, &refused) {
		return web.Render(c, http.StatusBadRequest, a.empty("The code was refused: "+refused.ErrorCode).Show())
	}
	if err != nil {
		return err
	}
	a.Cookies.Set(c.Response(), tokenCookie, access, a.Clock().Add(setUpTime))
	return web.Render(c, http.StatusOK, page.Show())
}

// redeem answers what to show, and the access token.
func (a *App) redeem(ctx context.Context, code, nonce, verifier string) (_ demo.AppPage, access string, err error) {
	ctx = oidc.ClientContext(ctx, a.HTTP)
	config, provider, err := a.config(ctx)
	if err != nil {
		return demo.AppPage{}, "", err
	}
	tokens, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return demo.AppPage{}, "", fmt.Errorf("redeem code: %w", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	idToken, err := provider.Verifier(&oidc.Config{ClientID: a.ClientID}).Verify(ctx, raw)
	if err != nil {
		return demo.AppPage{}, "", fmt.Errorf("verify ID token: %w", err)
	}
	if !seal.Equal(idToken.Nonce, nonce) {
		return demo.AppPage{}, "", errors.New("the ID token is for another sign-in")
	}
	var claims map[string]any
	if err := idToken.Claims(&claims); err != nil {
		return demo.AppPage{}, "", fmt.Errorf("read claims: %w", err)
	}
	p := demo.AppPage{Outbox: paths.Outbox, SignOut: a.logout(provider), SetUp: paths.DemoMFA, Name: idToken.Subject, Claims: listed(claims)}
	if email, ok := claims["email"].(string); ok {
		p.Name = email
	}
	p.Tokens = []demo.Claim{
		{Name: "ID token", Value: fmt.Sprintf("%d characters, verified against the issuer's keys", len(raw))},
		{Name: "access token", Value: "for calls in your name, until " + tokens.Expiry.Format("15:04")},
	}
	if tokens.RefreshToken != "" {
		p.Tokens = append(p.Tokens, demo.Claim{Name: "refresh token", Value: "for new tokens without a new sign-in"})
	}
	return p, tokens.AccessToken, nil
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

func (a *App) signedOut(c echo.Context) error {
	return web.SeeOther(c, paths.DemoApp)
}

func listed(claims map[string]any) []demo.Claim {
	var out []demo.Claim
	for name, v := range claims {
		text, ok := v.(string)
		if !ok {
			b, err := json.Marshal(v)
			if err != nil {
				continue
			}
			text = string(b)
		}
		out = append(out, demo.Claim{Name: name, Value: text})
	}
	slices.SortFunc(out, func(x, y demo.Claim) int { return strings.Compare(x.Name, y.Name) })
	return out
}
