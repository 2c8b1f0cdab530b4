package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/a-h/templ"

	"gatehouse/handlers/aws"
	"gatehouse/handlers/console"
	"gatehouse/handlers/demo"
	"gatehouse/handlers/forward"
	"gatehouse/handlers/hosted"
	"gatehouse/handlers/oidc"
	"gatehouse/internal/api"
	"gatehouse/internal/api/cognitoidp"
	"gatehouse/internal/api/gatehouse"
	apiiam "gatehouse/internal/api/iam"
	"gatehouse/internal/api/organizations"
	apianywhere "gatehouse/internal/api/rolesanywhere"
	apists "gatehouse/internal/api/sts"
	"gatehouse/internal/audit"
	"gatehouse/internal/authorizer"
	"gatehouse/internal/config"
	"gatehouse/internal/directory"
	"gatehouse/internal/egress"
	oidcfed "gatehouse/internal/federation/oidc"
	"gatehouse/internal/federation/saml"
	"gatehouse/internal/permission"
	"gatehouse/internal/rolesanywhere"
	"gatehouse/internal/savedview"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/static"
	"gatehouse/store"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// operations registers every operation behind the one gate. What they start runs until running ends.
func (a *app) operations(running context.Context, rotation *seal.Rotation) {
	permissions := &permission.Service{Store: store.NewIAM(a.DB)}
	a.API = &api.API{
		Registry: api.NewRegistry(), Authorizer: api.Policies{Permissions: permissions, Clock: time.Now},
		Audit: a.recorder(), Log: a.Log, Uses: a.Uses,
	}
	gate := cognitoidp.Gate{Pools: a.Pools, Tokens: a.Tokens, SignIn: a.SignIn}
	a.Authorizer = &authorizer.Service{
		Permissions: permissions, Identities: a.Identities, Keys: a.IAM, Sessions: a.STS, Tokens: a.Tokens, Groups: a.People, Uses: a.Uses, Clock: time.Now,
	}
	a.Protected = &authorizer.Register{Store: store.NewProtectedServices(a.DB), Clock: time.Now, Rand: rand.Reader}
	a.Jobs.Same = gatehouse.SameStarter
	a.Jobs.Act = gatehouse.UserActs{API: a.API, People: a.People, Credentials: a.IAM}.Act
	a.API.Clients, a.API.Tokens, a.API.Sessions = gate, gate, gate
	(&cognitoidp.Service{Pools: a.Pools, People: a.People, SignIn: a.SignIn, Tokens: a.Tokens, Branding: a.Branding, PictureURL: a.pictureURL}).Register(a.API.Registry)
	a.SAML = &apists.SAML{Providers: a.Identities, Validator: &saml.Validator{Clock: time.Now}, Assertions: store.NewAssertions(a.DB), URL: a.Config.URL.String()}
	tokens := &apists.Service{
		Sessions: a.STS, Identities: a.Identities, Keys: a.IAM, Policies: permissions, MFA: a.IAM, Organizations: a.Organizations, Providers: a.Identities,
		Tokens: &oidcfed.Verifier{HTTP: egress.Dialer{Allow: a.Config.EgressAllow}.Client(10 * time.Second), Own: a.Tokens, Clock: time.Now}, Clock: time.Now,
		SAML:     a.SAML,
		Outbound: a.Outbound, Holders: a.Identities,
	}
	tokens.Register(a.API.Registry)
	(&apianywhere.Service{
		Anywhere: &rolesanywhere.Service{Store: store.NewRolesAnywhere(a.DB), Tx: a.DB, Clock: time.Now, Rand: rand.Reader}, Roles: tokens, Clock: time.Now,
	}).Register(a.API.Registry)
	(&apiiam.Service{Identities: a.Identities, Logins: a.IAM, Permissions: store.NewIAM(a.DB), Outbound: a.Outbound}).Register(a.API.Registry)
	(&organizations.Service{Organizations: a.Organizations, Policies: permissions}).Register(a.API.Registry)
	(&gatehouse.Service{
		Views:      &savedview.Service{Store: store.NewUserViews(a.DB), Clock: time.Now},
		ConfirmURL: a.confirmURL,
		Tx:         a.DB,
		Clock:      time.Now,
		Audit:      a.Audit,
		Pools:      a.Pools,
		Keys:       a.Tokens,
		Outbox:     a.Outbox,
		Backups:    a.backups(running),
		Figures:    a.Figures,
		People:     a.People,
		Jobs:       a.Jobs,
		JobStore:   a.Jobs.Store,
		Branding:   a.Branding,
		Browsers:   a.Sessions,
		SignIns:    a.Tokens,
		Activity:   &directory.Activity{Store: store.NewAuthEvents(a.DB), People: a.People},
		Privacy:    a.Privacy,
		Passkeys:   a.IAM,
		Retention:  a.Retention,
		Identities: a.Identities, Permissions: permissions,
		Facts:      a.facts(),
		Database:   a.DB,
		Authorizer: a.Authorizer,
		Protected:  a.Protected,
		Sealing:    &seal.Background{Rotation: rotation, Go: a.beside(running)},
	}).Register(a.API.Registry)
}

// edges makes the server and mounts every handler.
func (a *app) edges() {
	s := &web.Server{
		Hosts:     web.Hosts{URL: a.Config.URL, Extra: a.Config.ExtraHosts, PoolByHost: a.poolByHost, Clock: time.Now},
		Proxies:   a.Config.TrustedProxies,
		Log:       a.Log,
		Metrics:   a.Metrics,
		Health:    &web.Health{Checks: map[string]func(context.Context) error{"database": a.DB.Ready}},
		Clock:     time.Now,
		PathPages: a.Config.PathPages,
	}
	if !config.Loopback(a.Config.URL.Hostname()) { // on a laptop every client is one address
		s.Limits = &web.Limiter{Rate: 10, Burst: 200, Max: 65536, Clock: time.Now}
		s.Calls = &web.Limiter{Rate: 120, Burst: 1200, Max: 65536, Clock: time.Now} // Cognito's default quota of sign-ins
	}
	a.Web = s.Init()
	people := a.pages(s)
	admins := a.console(s)
	admins.Preview = func(ctx context.Context, p console.Preview) (templ.Component, error) {
		return people.Preview(ctx, hosted.Preview(p))
	}
	s.Errors = map[web.Audience]web.ErrorRenderer{web.OIDC: oidc.RenderError, web.Hosted: people.RenderError, web.Console: admins.RenderError}
	s.MountConsole(admins.Mount)
	s.MountConsoleUploads(admins.MountUploads)
	s.MountConsoleDocuments(admins.MountDocuments)
	s.MountConsoleCrossSite(admins.MountCrossSite)
	s.MountPages(people.Mount)
	relying := &oidc.Handlers{OAuth: a.OAuth, Sessions: a.Sessions, Site: s.SiteOf, Cookies: s.Cookies, Accounts: a.Outbound}
	s.MountCrossSite(relying.Browser)
	s.MountEndpoints(relying.Endpoints)
	s.MountStatic(static.Handler())
	if a.Config.Demo != config.DemoOff {
		a.mountDemo(s)
	}
	s.MountForwardAuth(&forward.Handler{Services: a.Protected, Authorizer: a.Authorizer, Fail: web.NoteError})
	s.MountAWS(aws.New(aws.Options{
		API: a.API, Operations: a.API.Registry.Operations(), Credentials: aws.Credentials(a.IAM, a.STS), Clock: time.Now,
		KeyUsed: func(ctx context.Context, p api.Principal, service, region string) error {
			if p.Session != nil && p.Kind != api.Root {
				return nil
			}
			if p.Kind == api.Root {
				r := audit.Record{AccountID: p.AccountID, Region: region, PrincipalKind: string(p.Kind), PrincipalARN: p.ARN, AccessKeyID: p.AccessKeyID}
				at := web.From(ctx)
				r.IP, r.RequestID = at.Client().String(), at.ID()
				if err := a.IAM.RootKeyUsed(ctx, r, service, ""); err != nil {
					return err
				}
			}
			if p.Session != nil {
				return nil
			}
			return a.Identities.UseAccessKey(ctx, p.AccountID, p.AccessKeyID, service, region, p.KeyUsed)
		},
		Note:      func(r *http.Request, operation string) { web.From(r.Context()).Operation = operation },
		Allow:     s.Allows,
		RequestID: func(r *http.Request) string { return web.From(r.Context()).ID() },
		ClientIP:  func(r *http.Request) netip.Addr { return web.From(r.Context()).Client() },
		Secure:    func(r *http.Request) bool { return web.From(r.Context()).Scheme == "https" },
		Log:       a.Log,
	}))
}

// pages are the hosted pages of every pool.
func (a *app) pages(s *web.Server) *hosted.Handlers {
	return &hosted.Handlers{
		Site: s.SiteOf, Pools: a.Pools, OAuth: a.OAuth, SignIn: a.SignIn, Accounts: a.People, Sessions: a.Sessions, Looks: a.Branding,
		Cookies: s.Cookies, Messages: a.Words, Clock: time.Now, Rand: rand.Reader, Demo: a.Config.Demo != config.DemoOff, Exposed: a.Config.Demo == config.DemoAnywhere,
	}
}

// console is the pages of administrators.
func (a *app) console(s *web.Server) *console.Handlers {
	return &console.Handlers{
		API: a.API, IAM: a.IAM, Accounts: a.IAM, Roles: a.Roles, Sessions: a.STS, SAML: a.SAML, Cookies: s.Cookies(console.Realm), Messages: a.Words, Region: a.Config.Region, Version: version,
		URL: a.Config.URL.String(), Own: &http.Client{Transport: demo.InProcess{Handler: s}},
		DomainURL: func(name string, custom bool) string {
			return a.poolOrigin(userpool.Domain{Name: name, Custom: custom})
		},
		PathPages: a.OAuth.PathPages, Clock: time.Now, Rand: rand.Reader, Exposed: a.Config.Demo == config.DemoAnywhere,
	}
}

// mountDemo mounts what only a demo has.
func (a *app) mountDemo(s *web.Server) {
	h := &demo.Handlers{Outbox: a.Outbox, Clock: time.Now, Region: a.Config.Region, App: &demo.App{
		Origin: a.Config.URL.String(), HTTP: &http.Client{Transport: demo.InProcess{Handler: s}},
		Cookies: s.Cookies("demo"), Clock: time.Now, NewState: func() (string, error) { return seal.NewHandle(rand.Reader) },
	}}
	if d := a.Demo; d != nil {
		h.App.Issuer, h.App.ClientID = paths.Issuer(a.Config.URL.String(), d.Pool.ID), d.App.ID
		h.App.ClientSecret = seal.Secret(d.App.Secrets[0].Value)
	}
	s.MountConsole(h.Mount)
}

// poolByHost answers web's question in the words of userpool.
func (a *app) poolByHost(ctx context.Context, host string) (string, error) {
	pool, _, err := a.Pools.DomainByHost(ctx, host)
	if errors.Is(err, userpool.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return pool.ID, nil
}
