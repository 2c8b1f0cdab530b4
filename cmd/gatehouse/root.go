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

type rootResetCommand struct {
	AccessKey bool `help:"Make an access key too, where the settings name none. It is shown once; earlier ones stop working in any case."`
}

// Run replaces root's password and access keys. Holding the database and the sealing keys is the proof.
func (c rootResetCommand) Run(t *terminal, f *config.Flags) error {
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
	console := store.NewConsole(db)
	accounts := store.NewIAM(db)
	root := &iam.Service{
		Store: accounts, Console: console, Tokens: console, Attempts: store.NewLockouts(db), Networks: console, Passkeys: accounts, Tx: db, Keys: keys,
		Hasher: seal.NewHasher(rand.Reader, seal.OWASP), Clock: time.Now, Rand: rand.Reader,
	}
	in := rootSettings(cfg)
	in.MakeAccessKey = in.MakeAccessKey || c.AccessKey
	done, err := root.ResetRoot(t.ctx, in)
	if err != nil {
		return err
	}
	if err := forgetSecrets(cfg.Data); err != nil {
		return err
	}
	done.Created = true
	a := &app{Root: done}
	n := &notice{about: a.aboutRoot()}
	a.sayRoot(n)
	return n.print(t, cfg.Data)
}
