package main

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"gatehouse/handlers/oidc"
	"gatehouse/internal/authn/srp"
	"gatehouse/internal/directory"
	"gatehouse/internal/oauth"
	"gatehouse/internal/seal"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/web"
)

// people wires what knows the people of pools: their accounts, sessions, tokens and the OAuth server.
func (a *app) people() {
	now, random := time.Now, rand.Reader
	a.Directory = &directory.Service{
		Users: store.NewUsers(a.DB), Codes: store.NewUserCodes(a.DB), Groups: store.NewGroups(a.DB), Events: store.NewAuthEvents(a.DB),
		Counts: a.Pools.Pools, Tx: a.DB, Keys: a.Keys, Hasher: a.Hasher, Verifier: srp.Verifier, Outbox: a.Outbox, Clock: now, Rand: random,
	}
	sessions, families, grants, keys := store.NewSessions(a.DB), store.NewRefreshTokens(a.DB), store.NewGrants(a.DB), store.NewSigningKeys(a.DB)
	a.Sessions = &session.Service{Store: sessions, Attempts: sessions, Clock: now, Rand: random}
	a.Tokens = &token.Service{
		Keys:     &token.Keys{Store: keys, Private: seal.SoftwareKeys{Ring: a.Keys}, Clock: now, Rand: random},
		Families: families, Pools: a.Pools, People: a.Directory, URL: a.Config.URL.String(), Clock: now, Rand: random,
	}
	a.Pools.Keys = a.Tokens
	a.Pools.Purgers = append(a.Pools.Purgers, sessions, families, grants, keys)
	a.Directory.Purgers = append(a.Directory.Purgers, sessions)
	a.OAuth = &oauth.Service{
		Pools: a.Pools, People: a.Directory, Tokens: a.Tokens, Grants: grants,
		PathPages:  web.IsLoopback(a.Config.URL.Hostname()),
		PoolOrigin: func(d userpool.Domain) string { return a.Web.Hosts.PoolOrigin(a.Pools.Host(d)) },
		Clock:      now, Rand: random,
	}
}

// tokenWork keeps keys ready and sweeps what expired.
func (a *app) tokenWork(ctx context.Context) {
	a.goRun(ctx, "token keeping", func(ctx context.Context) error {
		a.Tokens.Run(ctx, func(err error) { a.Log.Error("periodic task failed", "task", "token keeping", "error", err) })
		return nil
	})
	a.goRun(ctx, "sign-in sweep", a.every(time.Minute, func(ctx context.Context) error {
		return errors.Join(a.Sessions.Sweep(ctx), a.OAuth.Sweep(ctx))
	}))
}

// mountOIDC mounts the endpoints of relying parties.
func (a *app) mountOIDC(s *web.Server) {
	h := &oidc.Handlers{OAuth: a.OAuth, Sessions: a.Sessions, Site: s.SiteOf, Cookies: s.Cookies}
	if s.Errors == nil {
		s.Errors = map[web.Audience]web.ErrorRenderer{}
	}
	s.Errors[web.OIDC] = oidc.RenderError
	s.MountEndpoints(h.Endpoints)
	s.MountCrossSite(h.Browser)
}
