package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"

	"gatehouse/internal/config"
	"gatehouse/web/paths"
)

type healthCommand struct{}

// Run asks /healthz at the address that serve listens on. A certificate is not checked: it names the public
// host, and the question goes to this machine.
func (healthCommand) Run(t *terminal, f *config.Flags) error {
	host, port, err := net.SplitHostPort(f.Listen)
	if err != nil {
		return config.Problems{"GATEHOUSE_LISTEN: " + err.Error()}
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	scheme := "http"
	if f.TLSCert != "" {
		scheme = "https"
	}
	ctx, cancel := context.WithTimeout(t.ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, port)+paths.Health, nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("not healthy: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not healthy: %s", res.Status)
	}
	_, err = fmt.Fprintln(t.out, "healthy")
	return err
}
