package main

import (
	"crypto/rand"
	"time"

	"gatehouse/internal/config"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/store"
)

type rootCommand struct {
	Reset rootResetCommand `cmd:"" help:"Give the root user new credentials: those of the settings, or made ones."`
}

type rootResetCommand struct{}

// Run replaces root's password and access keys. Holding the database and the sealing keys is the proof.
func (rootResetCommand) Run(t *terminal, f *config.Flags) error {
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
	rotation, err := newRotation(cfg, db, log)
	if err != nil {
		return err
	}
	keys, err := rotation.Open(t.ctx)
	if err != nil {
		return err
	}
	root := &iam.Service{
		Store: store.NewIAM(db), Console: store.NewConsole(db), Tokens: store.NewConsole(db), Tx: db, Keys: keys, Hasher: seal.NewHasher(rand.Reader, seal.OWASP),
		Clock: time.Now, Rand: rand.Reader,
	}
	done, err := root.ResetRoot(t.ctx, rootSettings(cfg))
	if err != nil {
		return err
	}
	done.Created = true
	n := &notice{}
	(&app{Root: done}).sayRoot(n)
	return n.print(t, cfg.Data)
}
