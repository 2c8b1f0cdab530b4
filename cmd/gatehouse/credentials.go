package main

import (
	"context"
	"time"

	"gatehouse/internal/config"
	"gatehouse/internal/workload"
)

type credentialsCommand struct {
	roleFlags `embed:""`
}

// Run prints the credentials of a role as a credential_process does. What goes wrong is said on stderr, and no secret is.
func (c credentialsCommand) Run(t *terminal, f *config.Flags) error {
	source, err := c.source(f)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(t.ctx, time.Minute)
	defer cancel()
	got, err := source(ctx)
	if err != nil {
		return err
	}
	return workload.Print(t.out, got, c.Lifetime, time.Now())
}
