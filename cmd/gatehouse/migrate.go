package main

import (
	"fmt"

	"gatehouse/internal/config"
)

type migrateCommand struct{}

// Run migrates and stops; serve does the same at its start.
func (migrateCommand) Run(t *terminal, f *config.Flags) error {
	cfg, err := f.Config()
	if err != nil {
		return err
	}
	db, err := openStore(t.ctx, cfg, t.logger(cfg))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = fmt.Fprintln(t.out, "The database schema is up to date.")
	return err
}
