package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/api"
	"gatehouse/internal/audit"
	"gatehouse/internal/config"
	"gatehouse/internal/iam"
	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/session"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/web"
)

// app is everything, wired. Building it in newApp and edges.go is the only place that knows every package.
type app struct {
	Config *config.Config
	Log    *slog.Logger
	DB     *store.DB
	Keys   *seal.Keyring
	Hasher *seal.Hasher
	Audit  *store.Audit
	Outbox *notify.Outbox

	IAM      *iam.Service
	Pools    *userpool.Service
	Sessions *session.Service
	API      *api.API
	Web      *web.Server

	Root iam.Bootstrap // what this start made
	Demo *demoClients  // nil outside demo

	stop context.CancelFunc
	work sync.WaitGroup
}

// newApp opens the database, brings it up to date and wires the services and the edges. Work in the
// background runs until Close.
func newApp(ctx context.Context, cfg *config.Config, log *slog.Logger) (_ *app, err error) {
	a := &app{Config: cfg, Log: log}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	if a.DB, err = openStore(ctx, cfg, log); err != nil {
		stop()
		return nil, err
	}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	rotation, err := newRotation(cfg, a.DB, log)
	if err != nil {
		return nil, err
	}
	if a.Keys, err = rotation.Open(ctx); err != nil {
		return nil, err
	}
	if a.Outbox, err = newOutbox(cfg, a.DB, a.Keys, log); err != nil {
		return nil, err
	}
	a.services()
	if a.Root, err = a.IAM.EnsureRoot(ctx, rootSettings(cfg)); err != nil {
		return nil, err
	}
	a.operations()
	if err = a.API.Validate(); err != nil {
		return nil, err
	}
	if err = a.ensureDemo(ctx); err != nil {
		return nil, err
	}
	a.edges()
	a.background(running, rotation)
	return a, nil
}

// services wires the domain.
func (a *app) services() {
	now, random := time.Now, rand.Reader
	a.Hasher = seal.NewHasher(random, seal.OWASP)
	a.Audit = store.NewAudit(a.DB)
	a.IAM = &iam.Service{Store: store.NewIAM(a.DB), Tx: a.DB, Keys: a.Keys, Hasher: a.Hasher, Clock: now, Rand: random}
	a.Pools = &userpool.Service{
		Pools: store.NewUserPools(a.DB), Clients: store.NewUserPoolClients(a.DB), Domains: store.NewUserPoolDomains(a.DB),
		Servers: store.NewResourceServers(a.DB), Tx: a.DB, Seal: a.Keys, Clock: now, Rand: random,
		BaseHost: poolBaseHost(a.Config.URL.Hostname()), OtherHosts: a.Config.ExtraHosts,
	}
	sessions := store.NewSessions(a.DB)
	a.Sessions = &session.Service{Store: sessions, Attempts: sessions, Clock: now, Rand: random}
}

// background starts what runs beside the requests.
func (a *app) background(ctx context.Context, rotation *seal.Rotation) {
	a.goRun(ctx, "node heartbeat", rotation.Run)
	a.goRun(ctx, "outbox", (&notify.Worker{Outbox: a.Outbox, Log: a.Log}).Run)
	a.goRun(ctx, "session sweep", a.every(time.Minute, a.Sessions.Sweep))
}

// goRun runs a task until ctx ends and logs its failure.
func (a *app) goRun(ctx context.Context, name string, task func(context.Context) error) {
	a.work.Go(func() {
		if err := task(ctx); err != nil && !errors.Is(err, context.Canceled) {
			a.Log.Error("background task failed", "task", name, "error", err)
		}
	})
}

// every repeats a task; an error ends only that turn.
func (a *app) every(interval time.Duration, task func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
			if err := task(ctx); err != nil && ctx.Err() == nil {
				a.Log.Error("periodic task failed", "error", err)
			}
		}
	}
}

// Close ends the work in the background and releases what newApp opened.
func (a *app) Close() {
	a.stop()
	a.work.Wait()
	a.DB.Close()
}

// openStore opens and migrates the database, and makes the data folder first.
func openStore(ctx context.Context, cfg *config.Config, log *slog.Logger) (*store.DB, error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	db, err := store.Open(ctx, store.Options{DSN: cfg.Database, Log: log})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := db.Migrate(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// newID is an id that sorts by time.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (a *app) recorder() *audit.Recorder {
	return &audit.Recorder{Store: a.Audit, Clock: time.Now, NewID: newID}
}

// poolBaseHost is what prefix domains end with: the host of URL, or localhost where that is a loopback
// address, which no name can end with.
func poolBaseHost(host string) string {
	if config.Loopback(host) {
		return "localhost"
	}
	return host
}
