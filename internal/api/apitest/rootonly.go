// Package apitest is what tests of operations put at the gate.
package apitest

import (
	"context"

	"gatehouse/internal/api"
)

// RootOnly lets the root user of the account do everything and nobody else anything.
type RootOnly struct{}

// Authorize implements api.Authorizer.
func (RootOnly) Authorize(_ context.Context, p api.Principal, _ api.Question) error {
	if p.Kind == api.Root && p.AccountID != "" {
		return nil
	}
	return api.ErrAccessDenied
}
