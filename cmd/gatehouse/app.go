package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/api"
	apists "gatehouse/internal/api/sts"
	"gatehouse/internal/audit"
	"gatehouse/internal/authn"
	"gatehouse/internal/authorizer"
	"gatehouse/internal/branding"
	"gatehouse/internal/bulk"
	"gatehouse/internal/config"
	"gatehouse/internal/directory"
	"gatehouse/internal/figures"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/notify"
	"gatehouse/internal/oauth"
	"gatehouse/internal/organization"
	"gatehouse/internal/outbound"
	"gatehouse/internal/privacy"
	"gatehouse/internal/retention"
	"gatehouse/internal/seal"
	"gatehouse/internal/session"
	"gatehouse/internal/sts"
	"gatehouse/internal/switchrole"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/templates/messages"
	"gatehouse/web"
)

// app is everything, wired. Building it in newApp and edges.go is the only place that knows every package.
type app struct {
	Config  *config.Config
	Log     *slog.Logger
	DB      *store.DB
	Keys    *seal.Keyring
	Hasher  *seal.Hasher
	Audit   *store.Audit
	Metrics *web.Metrics
	Outbox  *notify.Outbox

	IAM        *iam.Service
	STS        *sts.Service
	Roles      *switchrole.Service
	Identities *identity.Service
	Pools      *userpool.Service
	People     *directory.Service
	Tokens     *token.Service
	SignIn     *authn.Service
	OAuth      *oauth.Service
	Sessions   *session.Service
	Figures    *figures.Service
	Branding   *branding.Service
	Jobs       *bulk.Service
	Retention  *retention.Service
	Privacy    *privacy.Service
	Authorizer *authorizer.Service
	Protected  *authorizer.Register
	API        *api.API
	Web        *web.Server
	Words      *messages.Catalogue

	Organizations *organization.Service
	Uses          *identity.UseRecorder
	Outbound      *outbound.Service
	SAML          *apists.SAML // who comes with an assertion

	Root iam.Bootstrap // what this start made
	Demo *demoClients  // nil outside demo

	Certificate *web.Certificate // nil where the program serves no TLS

	stop context.CancelFunc
	work sync.WaitGroup
}

// newApp opens the database, brings it up to date and wires the services and the edges. Work in the
// background runs until Close.
func newApp(ctx context.Context, cfg *config.Config, log *slog.Logger) (_ *app, err error) {
	a := &app{Config: cfg, Log: log, Metrics: web.NewMetrics()}
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
	if a.Words, err = messages.Load(); err != nil {
		return nil, err
	}
	a.Outbox.Localize = a.Words.Mail
	if a.Certificate, err = newCertificate(cfg, log); err != nil {
		return nil, err
	}
	a.services()
	a.gauges()
	if a.Root, err = a.IAM.EnsureRoot(ctx, rootSettings(cfg)); err != nil {
		return nil, err
	}
	a.operations(running, rotation)
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

// background starts what runs beside the requests.
func (a *app) background(ctx context.Context, rotation *seal.Rotation) {
	a.goRun(ctx, "node heartbeat", rotation.Run)
	a.goRun(ctx, "outbox", (&notify.Worker{Outbox: a.Outbox, Log: a.Log}).Run)
	a.goRun(ctx, "signing keys", func(ctx context.Context) error {
		a.Tokens.Run(ctx, func(err error) { a.Log.Error("signing keys", "error", err) })
		return nil
	})
	a.goRun(ctx, "figures", func(ctx context.Context) error {
		a.Figures.Run(ctx, func(err error) { a.Log.Error("count sign-ins", "error", err) })
		return nil
	})
	a.goRun(ctx, "erasures", func(ctx context.Context) error {
		a.Privacy.Run(ctx, func(err error) { a.Log.Error("clean up after erasures", "error", err) })
		return nil
	})
	a.goRun(ctx, "retention", a.every(10*time.Minute, (&retention.Sweeper{Store: store.NewRetention(a.DB), Clock: time.Now, Holder: newID()}).Sweep))
	a.goRun(ctx, "SRP halves", func(ctx context.Context) error {
		a.SignIn.Halves.Run(ctx)
		return nil
	})
	a.goRun(ctx, "uses of services", a.every(2*time.Second, a.Uses.Flush))
	a.goRun(ctx, "forgotten uses of services", a.every(time.Hour, a.Uses.Forget))
	a.goRun(ctx, "acts on many users", a.Jobs.Run)
	a.goRun(ctx, "words of users", a.every(time.Minute, a.People.FillWords))
	a.goRun(ctx, "sweep", a.every(time.Minute, func(ctx context.Context) error {
		return errors.Join(a.Sessions.Sweep(ctx), a.SignIn.Sweep(ctx), a.OAuth.Sweep(ctx), a.People.Sweep(ctx), a.IAM.Sweep(ctx), a.Roles.Sweep(ctx), a.Figures.Sweep(ctx), a.Jobs.Sweep(ctx))
	}))
}

// goRun runs a task until ctx ends and logs its failure.
func (a *app) goRun(ctx context.Context, name string, task func(context.Context) error) {
	a.work.Go(func() {
		if err := task(ctx); err != nil && !errors.Is(err, context.Canceled) {
			a.Log.Error("background task failed", "task", name, "error", err)
		}
	})
}

// beside is goRun for services that start tasks of their own.
func (a *app) beside(ctx context.Context) func(string, func(context.Context) error) {
	return func(name string, task func(context.Context) error) { a.goRun(ctx, name, task) }
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
