// Package oidc is the edge of relying parties: discovery, the key set, authorize, token, userinfo, revoke,
// introspect and logout of every pool. It parses and answers; every rule is in package oauth. The pages on
// which a person signs in are package hosted's.
package oidc

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/oauth"
	"gatehouse/internal/session"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// Handlers serve the OAuth and OpenID Connect endpoints. All fields are required.
type Handlers struct {
	OAuth    *oauth.Service
	Sessions Sessions
	Site     func(echo.Context) web.Site
	Cookies  func(realm string) web.Cookies
	Accounts Accounts
}

// Accounts are the accounts that issue tokens, at the same paths as pools: *outbound.Service.
type Accounts interface {
	Discovery(ctx context.Context, issuerID string) ([]byte, error)
	JWKS(ctx context.Context, issuerID string) ([]byte, error)
}

// Sessions is *session.Service.
type Sessions interface {
	Current(ctx context.Context, cookie, realm, base string) (*session.Session, error)
	End(ctx context.Context, cookie, realm string) error
}

// Endpoints registers what clients call (web.Server.MountEndpoints).
func (h *Handlers) Endpoints(r web.Routes) {
	r.GET(paths.Discovery, h.discovery)
	r.GET(paths.JWKS, h.jwks)
	r.POST(paths.Introspect, h.introspect)
	r.POST(paths.Revoke, h.revoke)
	r.POST(paths.Token, h.token)
	r.GET(paths.UserInfo, h.userInfo)
	r.POST(paths.UserInfo, h.userInfo)
}

// Browser registers where relying parties send a browser (web.Server.MountCrossSite).
func (h *Handlers) Browser(r web.Routes) {
	r.GET(paths.Authorize2, h.authorize)
	r.POST(paths.Authorize2, h.authorize)
	r.GET(paths.Logout, h.logout)
	r.POST(paths.Logout, h.logout)
	r.GET(paths.Authorize, h.authorize)
	r.POST(paths.Authorize, h.authorize)
}

// redirect answers 302 as RFC 6749 writes it, or 303 after a POST, which must not be repeated there.
func redirect(c echo.Context, location string) error {
	noStore(c)
	if c.Request().Method == http.MethodPost {
		return c.Redirect(http.StatusSeeOther, location)
	}
	return c.Redirect(http.StatusFound, location)
}

func noStore(c echo.Context) {
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
}
