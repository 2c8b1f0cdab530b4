package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"gatehouse/internal/config"
	"gatehouse/internal/seal"
	"gatehouse/store"
)

type keysCommand struct {
	New    keysNewCommand    `cmd:"" help:"Print a new sealing key for GATEHOUSE_SECRET_KEYS."`
	Rotate keysRotateCommand `cmd:"" help:"Make the first key of the settings the active one and seal everything again."`
	Status keysStatusCommand `cmd:"" help:"List the sealing keys, and what is sealed with each."`
}

type keysNewCommand struct{}

// Run prints a key and keeps it nowhere.
func (keysNewCommand) Run(t *terminal) error {
	k, err := seal.NewKey(rand.Reader)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.out, k.Reveal())
	return err
}

type keysRotateCommand struct{}

// Run rotates while the service may run.
func (keysRotateCommand) Run(t *terminal, f *config.Flags) error {
	return withRotation(t, f, func(r *seal.Rotation) error {
		return r.Rotate(t.ctx, func(step seal.Step) { fmt.Fprintln(t.out, step) })
	})
}

type keysStatusCommand struct{}

// Run prints one line a key.
func (keysStatusCommand) Run(t *terminal, f *config.Flags) error {
	return withRotation(t, f, func(r *seal.Rotation) error {
		keys, err := r.Status(t.ctx)
		if err != nil {
			return err
		}
		out := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(out, "KEY\tACTIVE\tVALUES\tIN SETTINGS\tNODES")
		for _, k := range keys {
			fmt.Fprintf(out, "%s\t%t\t%d\t%t\t%s\n", k.ID, k.Active, k.Values, k.Held, strings.Join(k.Nodes, " "))
		}
		return out.Flush()
	})
}

func withRotation(t *terminal, f *config.Flags, do func(*seal.Rotation) error) error {
	cfg, err := f.Config()
	if err != nil {
		return err
	}
	log := t.logger(cfg)
	db, err := openStore(t.ctx, cfg, log)
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := newRotation(cfg, db, log)
	if err != nil {
		return err
	}
	return do(r)
}

// newRotation brings the sealing keys of the settings to the database.
func newRotation(cfg *config.Config, db *store.DB, log *slog.Logger) (*seal.Rotation, error) {
	keys, err := sealingKeys(cfg)
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("name this node: %w", err)
	}
	return &seal.Rotation{Store: store.NewKeys(db), Clock: time.Now, Rand: rand.Reader, Log: log, Keys: keys, Name: host}, nil
}

// sealingKeys are the keys of the settings; demo without any makes one in the data folder.
func sealingKeys(cfg *config.Config) ([]seal.Key, error) {
	if len(cfg.SealingKeys) > 0 {
		return cfg.SealingKeys, nil
	}
	return demoKeys(filepath.Join(cfg.Data, config.DemoKeyFile))
}

func demoKeys(file string) ([]seal.Key, error) {
	text, err := os.ReadFile(file)
	if err == nil {
		return seal.ParseKeys(string(text))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read demo key: %w", err)
	}
	k, err := seal.NewKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, []byte(k.Reveal()+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("keep demo key: %w", err)
	}
	return []seal.Key{k}, nil
}
