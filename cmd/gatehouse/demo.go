package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"gatehouse/internal/config"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/web/paths"
)

// demoFact names the fact that keeps which pool and clients the demo made.
const demoFact = "demo"

// demoFile is where the examples read the demo's addresses and clients.
const demoFile = "demo.json"

// demoIDs is that fact.
type demoIDs struct{ Pool, App, Web, SPA string }

// demoClients are the demo's pool and clients as they are now.
type demoClients struct {
	Pool          *userpool.Pool
	App, Web, SPA *userpool.Client
}

// ensureDemo makes the demo pool at the first start with demo on; one that was deleted since stays away.
func (a *app) ensureDemo(ctx context.Context) error {
	if a.Config.Demo == config.DemoOff {
		return nil
	}
	facts := store.NewInstallation(a.DB)
	text, err := facts.Value(ctx, demoFact)
	if errors.Is(err, store.ErrNotFound) {
		text, err = a.makeDemo(ctx, facts)
	}
	if err != nil {
		return fmt.Errorf("make demo: %w", err)
	}
	var ids demoIDs
	if err := json.Unmarshal([]byte(text), &ids); err != nil {
		return fmt.Errorf("read demo: %w", err)
	}
	d := &demoClients{}
	for _, c := range []struct {
		id string
		to **userpool.Client
	}{{ids.App, &d.App}, {ids.Web, &d.Web}, {ids.SPA, &d.SPA}} {
		if d.Pool, *c.to, err = a.Pools.Client(ctx, c.id); errors.Is(err, userpool.ErrNotFound) {
			a.Log.Warn("a part of the demo was deleted; start with an empty data folder to have it again", "client", c.id)
			return nil
		} else if err != nil {
			return fmt.Errorf("find demo: %w", err)
		}
	}
	if want := a.demoApp(); d.App.CallbackURLs[0] != want.Settings.CallbackURLs[0] { // GATEHOUSE_URL was changed
		if d.App, err = a.Pools.UpdateClient(ctx, d.Pool.ID, d.App.ID, "", want.Settings); err != nil {
			return fmt.Errorf("move demo app: %w", err)
		}
	}
	a.Demo = d
	return a.writeDemoFile()
}

// makeDemo makes pool, domain and clients, all or none.
func (a *app) makeDemo(ctx context.Context, facts *store.Installation) (text string, err error) {
	err = a.DB.InTx(ctx, func(ctx context.Context) error {
		settings := userpool.DefaultSettings()
		settings.UsernameAttributes, settings.AutoVerified = []string{"email"}, []string{"email"}
		settings.MFA, settings.SoftwareTokenMFA = userpool.MFAOptional, true
		pool, err := a.Pools.CreatePool(ctx, a.Root.AccountID, a.Config.Region, "Demo", settings)
		if err != nil {
			return err
		}
		if _, err := a.Pools.CreateDomain(ctx, userpool.Domain{Name: "demo", PoolID: pool.ID, ManagedLoginVersion: 2}); err != nil {
			return err
		}
		ids := demoIDs{Pool: pool.ID}
		for _, c := range []struct {
			to     *string
			client userpool.NewClient
		}{{&ids.App, a.demoApp()}, {&ids.Web, webExample()}, {&ids.SPA, spaExample()}} {
			made, err := a.Pools.CreateClient(ctx, pool.ID, c.client)
			if err != nil {
				return err
			}
			*c.to = made.ID
		}
		b, err := json.Marshal(ids)
		if err != nil {
			return err
		}
		text, err = facts.SetOnce(ctx, demoFact, string(b))
		return err
	})
	return text, err
}

// demoApp is the app at /dev/app.
func (a *app) demoApp() userpool.NewClient {
	origin := a.Config.URL.String()
	c := codeClient("Demo app", origin+paths.DemoCallback, origin+paths.DemoSignedOut)
	c.Settings.OAuthScopes = append(c.Settings.OAuthScopes, "aws.cognito.signin.user.admin") // people set their own second factor up
	return c
}

// webExample is examples/web-go.
func webExample() userpool.NewClient {
	return codeClient("Example: server-rendered app", "http://localhost:3000/callback", "http://localhost:3000/")
}

// spaExample is examples/spa-js, which signs in by SRP through the user-pool API.
func spaExample() userpool.NewClient {
	s := userpool.DefaultClientSettings()
	s.AuthFlows = []string{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	s.PreventUserExistenceErrors = true
	return userpool.NewClient{Name: "Example: page of plain JavaScript", Settings: s}
}

// codeClient is a confidential client of the code flow.
func codeClient(name, callback, logout string) userpool.NewClient {
	s := userpool.DefaultClientSettings()
	s.AuthFlows = []string{"ALLOW_REFRESH_TOKEN_AUTH"}
	s.PreventUserExistenceErrors = true
	s.CallbackURLs, s.LogoutURLs = []string{callback}, []string{logout}
	s.OAuthEnabled, s.OAuthFlows = true, []string{"code"}
	s.OAuthScopes = []string{"openid", "email", "profile"}
	s.IdentityProviders = []string{"COGNITO"}
	s.RefreshTokenValidity = 24 * time.Hour
	return userpool.NewClient{Name: name, GenerateSecret: true, Settings: s}
}

// writeDemoFile tells the examples where everything is.
func (a *app) writeDemoFile() error {
	d, web := a.Demo, a.Demo.Web
	secret := ""
	if len(web.Secrets) > 0 {
		secret = web.Secrets[0].Value
	}
	b, err := json.MarshalIndent(map[string]any{
		"endpoint": a.Config.URL.String(), "region": d.Pool.Region, "userPoolId": d.Pool.ID,
		"issuer": paths.Issuer(a.Config.URL.String(), d.Pool.ID),
		"web": map[string]string{"clientId": web.ID, "clientSecret": secret,
			"redirectUri": web.CallbackURLs[0], "logoutUri": web.LogoutURLs[0]},
		"spa": map[string]string{"clientId": d.SPA.ID},
	}, "", "  ")
	if err != nil {
		return err
	}
	file := filepath.Join(a.Config.Data, demoFile)
	if err := os.WriteFile(file, append(b, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}

// sayDemo tells where to try it out.
func (a *app) sayDemo(n *notice) {
	if a.Demo == nil {
		return
	}
	origin := a.Config.URL.String()
	n.line("Demo app", origin+paths.DemoApp)
	n.line("Demo sign-in", origin+paths.DemoSignIn)
	n.line("Sent messages", origin+paths.Outbox)
}
