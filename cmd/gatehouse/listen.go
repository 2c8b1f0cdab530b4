package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"gatehouse/internal/config"
	"gatehouse/web"
)

// listen opens every address that the value of a setting means. localhost means 127.0.0.1 and [::1], on one port;
// a machine without IPv6 has the first only.
func listen(ctx context.Context, setting, address string) ([]net.Listener, error) {
	var lc net.ListenConfig
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	if host != "localhost" {
		l, err := lc.Listen(ctx, "tcp", address)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", setting, err)
		}
		return []net.Listener{l}, nil
	}
	for try := 0; ; try++ {
		four, err := lc.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", setting, err)
		}
		six, err := lc.Listen(ctx, "tcp6", net.JoinHostPort("::1", portOf(four)))
		switch {
		case err == nil:
			return []net.Listener{four, six}, nil
		case errors.Is(err, syscall.EADDRINUSE):
			four.Close()
			if port != "0" || try == 10 {
				return nil, fmt.Errorf("%s: %w", setting, err)
			}
		default:
			return []net.Listener{four}, nil
		}
	}
}

func portOf(l net.Listener) string { return strconv.Itoa(l.Addr().(*net.TCPAddr).Port) }

// baseURL is GATEHOUSE_URL, or where this machine reaches what we listen on.
func baseURL(cfg *config.Config, l net.Listener) *url.URL {
	if cfg.URL != nil {
		return cfg.URL
	}
	scheme, host := "http", "localhost"
	if cfg.TLSCert != "" {
		scheme = "https"
	}
	if h, _, err := net.SplitHostPort(cfg.Listen); err == nil && config.Loopback(h) {
		host = h
	}
	return &url.URL{Scheme: scheme, Host: net.JoinHostPort(host, portOf(l))}
}

// newCertificate is the certificate of the settings, loaded; nil without one.
func newCertificate(cfg *config.Config, log *slog.Logger) (*web.Certificate, error) {
	if cfg.TLSCert == "" {
		return nil, nil
	}
	c := &web.Certificate{CertFile: cfg.TLSCert, KeyFile: cfg.TLSKey, Log: log, Clock: time.Now}
	return c, c.Load()
}
