// Package gatehouse is the operations of our own service, for what AWS has none: whatever the console shows
// or does can be scripted. It is spoken to in awsJson1.1 with the target prefix Gatehouse and signed for the
// service gatehouse; its inputs have no AWS model, so each operation checks its own.
package gatehouse

import (
	"context"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/audit"
	"gatehouse/internal/authorizer"
	"gatehouse/internal/installation"
	"gatehouse/internal/userpool"
)

// name is the service's endpoint name, which actions start with.
const name = "gatehouse"

// Service holds what the operations call. All fields are required.
type Service struct {
	Audit  audit.Store
	Pools  Pools
	Keys   Keys
	Outbox Outbox
	// ConfirmURL is what a mail with a link leads to, as directory.Service has it; "" for a pool that sends codes.
	ConfirmURL func(ctx context.Context, pool *userpool.Pool, client *userpool.Client, username, code string) (string, error)
	Backups    Backups
	Figures    Figures
	People     People
	// Jobs are acts on many users, and JobStore what is kept of them.
	Jobs     Jobs
	JobStore JobStore
	Views    Views

	Activity  Activity
	Branding  Branding
	Browsers  Browsers
	SignIns   SignIns
	Retention Retention
	Privacy   Privacy
	Passkeys  Passkeys

	Identities  Identities
	Permissions Permissions

	Facts    installation.Facts
	Database installation.Database
	Sealing  Sealing

	Authorizer *authorizer.Service
	Protected  *authorizer.Register

	Tx    Tx
	Clock func() time.Time

	registry *api.Registry // of all services, to tell which actions there are
}

// Register adds every operation.
func (s *Service) Register(r *api.Registry) {
	s.registry = r
	s.registerAudit(r)
	s.registerPools(r)
	s.registerCheckUp(r)
	s.registerSigningKeys(r)
	s.registerMessages(r)
	s.registerBackups(r)
	s.registerFigures(r)
	s.registerUsers(r)
	s.registerThemes(r)
	s.registerSessions(r)
	s.registerUserJobs(r)
	s.registerUserViews(r)
	s.registerInstallation(r)
	s.registerActivity(r)
	s.registerRetention(r)
	s.registerPrivacy(r)
	s.registerFind(r)
	s.registerPolicyCheck(r)
	s.registerExplain(r)
	s.registerEffective(r)
	s.registerWhoCan(r)
	s.registerPasskeys(r)
	s.registerAuthorize(r)
	s.registerProtected(r)
}
