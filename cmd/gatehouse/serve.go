package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"gatehouse/internal/config"
	"gatehouse/web"
)

type serveCommand struct{}

// Run serves until the first signal, then drains.
func (serveCommand) Run(t *terminal, f *config.Flags) error {
	cfg, err := f.ServeConfig()
	if err != nil {
		return err
	}
	return serve(t, cfg)
}

// drainFor is how long readiness fails before the listener closes, so that load balancers notice; on
// loopback there is none.
const drainFor = 5 * time.Second

// finishFor is how long requests in flight may take to end.
const finishFor = 30 * time.Second

func serve(t *terminal, cfg *config.Config) error {
	log := t.logger(cfg)
	log.Debug("settings", "config", cfg)
	for _, name := range config.Unknown(os.Environ()) {
		log.Warn("unknown setting has no effect; `gatehouse serve --help` lists all", "variable", name)
	}
	listeners, err := listen(t.ctx, "GATEHOUSE_LISTEN", cfg.Listen)
	if err != nil {
		return err
	}
	defer closeAll(listeners)
	metrics, err := listenForMetrics(t.ctx, cfg)
	if err != nil {
		return err
	}
	defer closeAll(metrics)
	cfg.URL = baseURL(cfg, listeners[0])

	app, err := newApp(t.ctx, cfg, log)
	if err != nil {
		return err
	}
	defer app.Close()
	handler, stopTracing, err := traced(t.ctx, cfg, app.Web)
	if err != nil {
		return err
	}
	defer stopTracing()
	srv := web.HTTP(handler, log)
	if app.Certificate != nil {
		srv.TLSConfig = app.Certificate.Config()
	}
	defer serveMetrics(metrics, app.Web.Metrics, log).Close()

	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- serveOn(srv, l, app.Certificate != nil) }()
	}
	if err := app.announce(t); err != nil {
		return err
	}
	debug.FreeOSMemory() // starting takes more than running: migrations, the root password's hash
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-t.ctx.Done():
	}
	return drain(cfg, app.Web.Health, srv, log)
}

func serveOn(srv *http.Server, l net.Listener, encrypted bool) error {
	if encrypted {
		return srv.ServeTLS(l, "", "")
	}
	return srv.Serve(l)
}

// drain stops in the order that loses no request: readiness fails, the listener closes, what is in flight ends.
func drain(cfg *config.Config, health *web.Health, srv *http.Server, log *slog.Logger) error {
	health.Drain()
	wait := drainFor
	if host, _, err := net.SplitHostPort(cfg.Listen); err == nil && config.Loopback(host) {
		wait = 0
	}
	log.Info("draining", "wait", wait)
	time.Sleep(wait)
	ctx, cancel := context.WithTimeout(context.Background(), finishFor)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		srv.Close()
		return fmt.Errorf("drain: requests were cut off: %w", err)
	}
	log.Info("stopped")
	return nil
}

// listenForMetrics opens the address of /metrics, where one is set. It comes before newApp, as all that can fail
// does: a start that ends after newApp has made the root user and has told nobody the password.
func listenForMetrics(ctx context.Context, cfg *config.Config) ([]net.Listener, error) {
	if cfg.MetricsListen == "" {
		return nil, nil
	}
	return listen(ctx, "GATEHOUSE_METRICS_LISTEN", cfg.MetricsListen)
}

// serveMetrics serves /metrics on listeners of its own.
func serveMetrics(listeners []net.Listener, m *web.Metrics, log *slog.Logger) *http.Server {
	srv := web.HTTP(m.Handler(), log)
	for _, l := range listeners {
		go func() {
			if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				log.Error("metrics stopped", "error", err)
			}
		}()
	}
	return srv
}

func closeAll(ls []net.Listener) {
	for _, l := range ls {
		l.Close()
	}
}
