package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"gatehouse/internal/config"
	"gatehouse/internal/directory"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/store"
)

// seedCommand fills an installation with made-up people, to see how it is with many.
type seedCommand struct {
	Users    int    `default:"1000" help:"How many users to make, all in one new pool."`
	Pools    int    `default:"0" help:"How many further pools to make, empty ones, 900 a region."`
	Name     string `default:"Seeded" help:"Name of the pools."`
	Password string `help:"Password of all the users; without one they have none."`
	Yes      bool   `help:"Do it although this is no demo."`
}

// Help is what gatehouse seed --help says below the flags.
func (seedCommand) Help() string {
	return `The users have made-up names, addresses at example.com and a custom attribute; some are disabled, unconfirmed, use an authenticator app that does not exist, or belong to groups. The same count makes the same people.

Seeding is for trying things out. It is refused unless the installation is a demo (GATEHOUSE_DEMO) or --yes is given. "gatehouse serve" must have run once and may be running. What it made is gone when the pools are deleted.`
}

var errNoDemo = errors.New("this installation is not a demo: seeding makes users that do not exist. Say --yes if you mean it")

// Run makes the pool with its users, then the empty pools.
func (c seedCommand) Run(t *terminal, f *config.Flags) error {
	if c.Users < 0 || c.Pools < 0 || c.Users > 10_000_000 || c.Pools > len(seedRegions)*seedPoolsARegion {
		return config.Problems{fmt.Sprintf("--users is 0 to 10000000, --pools 0 to %d", len(seedRegions)*seedPoolsARegion)}
	}
	cfg, err := f.Config()
	if err != nil {
		return err
	}
	if path, ok := strings.CutPrefix(cfg.Database, "sqlite:"); ok && path != ":memory:" {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("there is no installation at %s: run `gatehouse serve` once, or name its folder by --data", path)
		}
	}
	s, err := openSeed(t, cfg)
	if err != nil {
		return err
	}
	defer s.db.Close()
	if !c.Yes {
		if err := s.demo(t.ctx); err != nil {
			return err
		}
	}
	if c.Users > 0 {
		if err := s.crowd(t.ctx, c); err != nil {
			return err
		}
	}
	return s.emptyPools(t.ctx, c)
}

// seed is what seeding needs of the program.
type seed struct {
	db      *store.DB
	cfg     *config.Config
	account string
	pools   *userpool.Service
	people  *directory.Service
	hasher  *seal.Hasher
	out     io.Writer
}

func openSeed(t *terminal, cfg *config.Config) (*seed, error) {
	log := t.logger(cfg)
	db, err := store.Open(t.ctx, store.Options{DSN: cfg.Database, Log: log, CacheMiB: 512})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s, err := newSeed(t, cfg, db)
	if err != nil {
		db.Close()
	}
	return s, err
}

func newSeed(t *terminal, cfg *config.Config, db *store.DB) (*seed, error) {
	if err := db.Ready(t.ctx); err != nil {
		return nil, fmt.Errorf("the database is not set up (run `gatehouse serve` once): %w", err)
	}
	account, err := store.NewIAM(db).FirstAccount(t.ctx)
	if errors.Is(err, iam.ErrNotFound) {
		return nil, errors.New("there is no account yet: run `gatehouse serve` once")
	}
	if err != nil {
		return nil, err
	}
	rotation, err := newRotation(cfg, db, t.logger(cfg))
	if err != nil {
		return nil, err
	}
	keys, err := rotation.Open(t.ctx)
	if err != nil {
		return nil, err
	}
	now, pools := time.Now, store.NewUserPools(db)
	s := &seed{db: db, cfg: cfg, account: account.ID, hasher: seal.NewHasher(rand.Reader, seal.OWASP), out: t.out}
	s.pools = &userpool.Service{
		Pools: pools, Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db), Servers: store.NewResourceServers(db),
		Tx: db, Seal: keys, Clock: now, Rand: rand.Reader,
	}
	s.pools.Keys = &token.Service{Keys: &token.Keys{Store: store.NewSigningKeys(db), Private: seal.SoftwareKeys{Ring: keys}, Clock: now, Rand: rand.Reader}, Pools: s.pools, Clock: now, Rand: rand.Reader}
	s.people = &directory.Service{Groups: store.NewGroups(db), Tx: db, Clock: now}
	return s, nil
}

// demo is nil where the installation is one: it is said to be now, or made the demo pool when it started.
func (s *seed) demo(ctx context.Context) error {
	if s.cfg.Demo != config.DemoOff {
		return nil
	}
	_, err := store.NewInstallation(s.db).Value(ctx, demoFact)
	if errors.Is(err, store.ErrNotFound) {
		return errNoDemo
	}
	return err
}
