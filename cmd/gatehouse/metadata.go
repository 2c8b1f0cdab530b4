package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"gatehouse/handlers/metadata"
	"gatehouse/internal/config"
	"gatehouse/internal/workload"
	"gatehouse/web"
)

type metadataCommand struct {
	roleFlags `embed:""`

	Bind     []string `default:"127.0.0.1:1338" placeholder:"ADDRESS:PORT" help:"Where to serve: a loopback address, 169.254.169.254:80 or 169.254.170.23:80, as far as this machine has it (127.0.0.1:1338)."`
	HopLimit int      `name:"hop-limit" default:"1" placeholder:"N" help:"How many hops answers travel, from 1 to 64: 1 stays on this machine, containers with a network of their own need 2 (1)."`

	AuthorizationToken     string `name:"authorization-token" env:"AWS_CONTAINER_AUTHORIZATION_TOKEN" placeholder:"SECRET" help:"Serve container credentials at /v1/credentials to who sends this token, instead of instance metadata."`
	AuthorizationTokenFile string `name:"authorization-token-file" env:"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" placeholder:"PATH" help:"The same with a token in a file, read anew each time."`
}

// Run serves the credentials of a role until the first signal, and keeps them fresh.
func (c metadataCommand) Run(t *terminal, f *config.Flags) error {
	source, err := c.source(f)
	if err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	log := t.logger(&config.Config{LogFormat: f.LogFormat})
	k := &workload.Keeper{Source: source, Lifetime: c.Lifetime, Clock: time.Now, Random: mathrand.Float64, Log: log}
	handler, variable, path, err := c.handler(metadata.Options{Keeper: k, RoleARN: c.RoleARN, Region: f.Region, Clock: time.Now, Log: log})
	if err != nil {
		return err
	}
	listeners, err := c.listen(t.ctx)
	if err != nil {
		return err
	}
	defer closeAll(listeners)
	for _, l := range listeners {
		fmt.Fprintf(t.out, "export %s=http://%s%s\n", variable, l.Addr(), path)
	}
	return c.serve(t.ctx, handler, listeners, k, log)
}

func (c *metadataCommand) check() error {
	var problems config.Problems
	if c.HopLimit < 1 || c.HopLimit > 64 {
		problems = append(problems, "--hop-limit: must be from 1 to 64")
	}
	for _, b := range c.Bind {
		if host, _, err := net.SplitHostPort(b); err != nil || !metadata.Local(host) {
			problems = append(problems, "--bind: "+b+" is no address and port that only this machine reaches: loopback, 169.254.0.0/16 or fd00:ec2::/32")
		}
	}
	if c.AuthorizationToken != "" && c.AuthorizationTokenFile != "" {
		problems = append(problems, "--authorization-token and --authorization-token-file: give one of them")
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// handler is one or the other: instance metadata beside container credentials would hand out without the token. SDKs find
// it by the variable, which is its address with the path.
func (c *metadataCommand) handler(o metadata.Options) (h http.Handler, variable, path string, err error) {
	if c.AuthorizationToken == "" && c.AuthorizationTokenFile == "" {
		h, err = metadata.Instance(o, rand.Reader)
		return h, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "", err
	}
	return metadata.Container(o, c.token), "AWS_CONTAINER_CREDENTIALS_FULL_URI", metadata.ContainerPath, nil
}

func (c *metadataCommand) token() (string, error) {
	if c.AuthorizationTokenFile == "" {
		return c.AuthorizationToken, nil
	}
	b, err := os.ReadFile(c.AuthorizationTokenFile)
	return strings.TrimSpace(string(b)), err
}

func (c *metadataCommand) listen(ctx context.Context) (all []net.Listener, err error) {
	for _, b := range c.Bind {
		ls, err := listen(ctx, "--bind", b)
		if err != nil {
			closeAll(all)
			return nil, err
		}
		all = append(all, ls...)
	}
	return all, nil
}

func (c *metadataCommand) serve(ctx context.Context, h http.Handler, listeners []net.Listener, k *workload.Keeper, log *slog.Logger) error {
	srv := web.HTTP(h, log)
	srv.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		if err := limitHops(conn, c.HopLimit); err != nil {
			log.Error("limit hops", "error", err)
			conn.Close()
		}
		return ctx
	}
	ended := make(chan error, len(listeners)+1)
	for _, l := range listeners {
		go func() { ended <- srv.Serve(l) }()
	}
	go func() { ended <- k.Run(ctx) }()
	err := <-ended
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	return cmp.Or(err, ignoreCut(srv.Shutdown(closing)))
}

// ignoreCut lets a stop cut off callers that keep their connections.
func ignoreCut(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// limitHops bounds how far the answers of a connection travel, as EC2 bounds that to a PUT.
func limitHops(conn net.Conn, hops int) error {
	if a, ok := conn.LocalAddr().(*net.TCPAddr); ok && a.IP.To4() == nil {
		return ipv6.NewConn(conn).SetHopLimit(hops)
	}
	return ipv4.NewConn(conn).SetTTL(hops)
}
