package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"gatehouse/internal/backup"
	"gatehouse/internal/config"
	"gatehouse/store"
)

type backupCommand struct {
	File string `arg:"" help:"File to write, which must not be there yet; - writes to standard output."`
}

// Run makes a backup while the service may run. It does not touch the schema: that is the service's.
func (c backupCommand) Run(t *terminal, f *config.Flags) error {
	db, err := openAsIs(t, f)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.File == "-" {
		return db.Backup(t.ctx, t.out, version, time.Now())
	}
	if err := backup.WriteFile(t.ctx, db, c.File, version, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "The backup is in %s. Keep it and the sealing keys in different places.\n", c.File)
	return err
}

type restoreCommand struct {
	File         string `arg:"" help:"File that backup wrote; - reads standard input."`
	KeepSessions bool   `help:"Leave people signed in and access keys working, when an installation only moves: what was revoked or deleted after the backup was made lives again."`
}

// Help is what gatehouse restore --help says below the flags.
func (restoreCommand) Help() string {
	return `Refresh tokens, sessions and codes of the backup end, mails that waited to be sent are not sent, and access keys are made inactive, for some may have been revoked, used or deleted since. The access key of GATEHOUSE_ROOT_ACCESS_KEY_ID goes on working; without it "gatehouse root reset --access-key" makes one. Root's password is the backup's.`
}

// Run fills an empty database from a backup.
func (c restoreCommand) Run(t *terminal, f *config.Flags) error {
	var from io.Reader = os.Stdin
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer file.Close()
		from = file
	}
	cfg, err := f.Config()
	if err != nil {
		return err
	}
	db, err := openAsIs(t, f)
	if err != nil {
		return err
	}
	defer db.Close()
	ending := store.Ending{At: time.Now(), AccessKey: cfg.RootAccessKeyID}
	if c.KeepSessions {
		ending = store.Ending{}
	}
	h, err := db.Restore(t.ctx, from, ending)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Restored the backup of %s, made by version %s from %s.\n", h.Created.Format(time.RFC3339), h.Program, h.Engine)
	if c.KeepSessions {
		fmt.Fprintln(t.out, "Sessions, tokens and access keys of the backup are kept: whoever was signed in then is signed in, also who was signed out since.")
	} else {
		fmt.Fprintln(t.out, "All refresh tokens are revoked, all sessions and codes have ended, and mails that waited are not sent: people and administrators sign in again.")
	}
	if err := sayInactive(t, db); err != nil {
		return err
	}
	return sayKey(t, db)
}

// sayInactive tells that access keys do not work, and what root does then.
func sayInactive(t *terminal, db *store.DB) error {
	n, err := db.InactiveAccessKeys(t.ctx)
	if n > 0 {
		fmt.Fprintf(t.out, "Inactive access keys: %d. Root signs in to the console by password; `gatehouse root reset --access-key` gives root new credentials.\n", n)
	}
	return err
}

// sayKey tells which sealing key the restored values need.
func sayKey(t *terminal, db *store.DB) error {
	keys, err := store.NewKeys(db).ListSealingKeys(t.ctx)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if k.Active {
			fmt.Fprintf(t.out, "Its secrets are sealed with key %s: `gatehouse serve` needs it in GATEHOUSE_SECRET_KEYS. (A demo has its key in %s of its data folder; GATEHOUSE_SECRET_KEYS_FILE takes that file.)\n", k.ID, config.DemoKeyFile)
		}
	}
	return nil
}

// openAsIs opens the database of the settings without migrating it.
func openAsIs(t *terminal, f *config.Flags) (*store.DB, error) {
	cfg, err := f.Config()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(t.ctx, store.Options{DSN: cfg.Database, Log: t.logger(cfg)})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return db, nil
}

// backups are those that are started while the service runs, in the data folder.
func (a *app) backups(ctx context.Context) *backup.Service {
	return &backup.Service{
		Source: a.DB, Dir: filepath.Join(a.Config.Data, "backups"), Program: version, Clock: time.Now,
		Go: a.beside(ctx),
	}
}
