package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"time"

	"gatehouse/internal/config"
	"gatehouse/static"
	"gatehouse/store"
	"gatehouse/web"
)

// app is everything, wired. newApp is the only place that knows every package.
type app struct {
	Config    *config.Config
	Log       *slog.Logger
	DB        *store.DB
	AccountID string
	Web       *web.Server
}

// newApp opens the database, brings it up to date and wires the services and the edges.
func newApp(ctx context.Context, cfg *config.Config, log *slog.Logger) (_ *app, err error) {
	a := &app{Config: cfg, Log: log}
	if a.DB, err = openStore(ctx, cfg, log); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			a.DB.Close()
		}
	}()
	if a.AccountID, err = accountID(ctx, store.NewInstallation(a.DB), cfg.AccountID); err != nil {
		return nil, err
	}
	if _, err = sealingKeys(cfg); err != nil {
		return nil, err
	}
	a.Web = a.server()
	return a, nil
}

// Close releases what newApp opened.
func (a *app) Close() { a.DB.Close() }

// openStore opens and migrates the database, and makes the data folder first.
func openStore(ctx context.Context, cfg *config.Config, log *slog.Logger) (*store.DB, error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	db, err := store.Open(ctx, store.Options{DSN: cfg.Database, Log: log})
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// accountID is the installation's account: made or taken from the settings at first start, and for ever.
func accountID(ctx context.Context, facts *store.Installation, wanted string) (string, error) {
	offer := wanted
	if offer == "" {
		n, err := rand.Int(rand.Reader, big.NewInt(900_000_000_000))
		if err != nil {
			return "", fmt.Errorf("make account id: %w", err)
		}
		offer = n.Add(n, big.NewInt(100_000_000_000)).String()
	}
	kept, err := facts.SetOnce(ctx, "account_id", offer)
	if err != nil {
		return "", err
	}
	if wanted != "" && kept != wanted {
		return "", config.Problems{fmt.Sprintf("GATEHOUSE_ACCOUNT_ID: this database belongs to account %s, not %s", kept, wanted)}
	}
	return kept, nil
}

// server is the HTTP server with every handler mounted.
func (a *app) server() *web.Server {
	s := &web.Server{
		Hosts:     web.Hosts{URL: a.Config.URL, Extra: a.Config.ExtraHosts, Clock: time.Now},
		Proxies:   a.Config.TrustedProxies,
		Log:       a.Log,
		Metrics:   web.NewMetrics(),
		Health:    &web.Health{Checks: map[string]func(context.Context) error{"database": a.DB.Ping}},
		Clock:     time.Now,
		PathPages: a.Config.PathPages,
		Limits:    &web.Limiter{Rate: 10, Burst: 200, Max: 65536, Clock: time.Now},
	}
	s.Init()
	s.MountStatic(static.Handler())
	return s
}
