package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"gatehouse/templates/demo"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// The app's session is its tokens in two cookies, out of reach of scripts, for as long as they are good. An app that
// has a database would keep them there.
const (
	tokenCookie   = "token"
	idTokenCookie = "idtoken"
)

func (a *App) remember(c echo.Context, t *oauth2.Token) {
	a.Cookies.Set(c.Response(), tokenCookie, t.AccessToken, t.Expiry)
	a.Cookies.Set(c.Response(), idTokenCookie, rawIDToken(t), t.Expiry)
}

// signedOut is where Gatehouse leads back to once its own session is over.
func (a *App) signedOut(c echo.Context) error {
	a.Cookies.Clear(c.Response(), tokenCookie)
	a.Cookies.Clear(c.Response(), idTokenCookie)
	return web.SeeOther(c, paths.DemoApp+"?notice=signed-out")
}

// notices are what the page may say above everything, by name in its address.
var notices = map[string]string{
	"signed-out": "You are signed out.",
	"mfa":        "From now on signing in asks for a code of your authenticator app. Sign out and in again to see it.",
}

// page shows the tokens of who is signed in, or offers to sign in.
func (a *App) page(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	p := a.empty("")
	if raw := a.Cookies.Value(c.Request(), idTokenCookie); raw != "" {
		ctx := oidc.ClientContext(c.Request().Context(), a.HTTP)
		_, provider, err := a.config(ctx)
		if err != nil {
			return err
		}
		if idToken, err := a.verify(ctx, provider, raw); err == nil { // one that is over, or of an earlier installation, signs nobody in
			if p, err = a.show(provider, idToken, raw, a.Cookies.Value(c.Request(), tokenCookie)); err != nil {
				return err
			}
		}
	}
	p.Done = notices[c.QueryParam("notice")]
	return web.Render(c, http.StatusOK, p.Show())
}

func (a *App) show(provider *oidc.Provider, idToken *oidc.IDToken, raw, access string) (demo.AppPage, error) {
	var claims map[string]any
	if err := idToken.Claims(&claims); err != nil {
		return demo.AppPage{}, fmt.Errorf("read claims: %w", err)
	}
	p := demo.AppPage{
		Outbox: paths.Outbox, SignOut: a.logout(provider), SetUp: paths.DemoMFA, Name: idToken.Subject, Claims: listed(claims),
		IDToken: raw, AccessToken: access,
		Curl: fmt.Sprintf("curl -H 'Authorization: Bearer %s' %s", access, provider.UserInfoEndpoint()),
	}
	if email, ok := claims["email"].(string); ok {
		p.Name = email
	}
	return p, nil
}

func listed(claims map[string]any) []demo.Claim {
	var out []demo.Claim
	for name, v := range claims {
		out = append(out, demo.Claim{Name: name, Value: claimText(name, v)})
	}
	slices.SortFunc(out, func(x, y demo.Claim) int { return strings.Compare(x.Name, y.Name) })
	return out
}

// claimText is a claim for people: times are said in words too.
func claimText(name string, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		switch name {
		case "iat", "exp", "nbf", "auth_time", "updated_at":
			return fmt.Sprintf("%.0f (%s)", v, time.Unix(int64(v), 0).UTC().Format("2 January 2006, 15:04:05 UTC"))
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
