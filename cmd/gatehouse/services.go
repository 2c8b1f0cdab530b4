package main

import (
	"context"
	"crypto/rand"
	"net/netip"
	"net/url"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/authn/passkey"
	"gatehouse/internal/authn/srp"
	"gatehouse/internal/branding"
	"gatehouse/internal/bulk"
	"gatehouse/internal/config"
	"gatehouse/internal/directory"
	"gatehouse/internal/figures"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/oauth"
	"gatehouse/internal/organization"
	"gatehouse/internal/outbound"
	"gatehouse/internal/privacy"
	"gatehouse/internal/retention"
	"gatehouse/internal/seal"
	"gatehouse/internal/session"
	"gatehouse/internal/sts"
	"gatehouse/internal/switchrole"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// srpHalves is how many first answers of SRP are kept ready.
const srpHalves = 64

// services wires the domain.
func (a *app) services() {
	now, random, public := time.Now, rand.Reader, a.Config.URL
	a.Hasher = seal.NewHasher(random, seal.OWASP)
	a.Hasher.CountLoopback = len(a.Config.TrustedProxies) > 0
	a.Audit = store.NewAudit(a.DB)
	pools, sessions, signing, families := store.NewUserPools(a.DB), store.NewSessions(a.DB), store.NewSigningKeys(a.DB), store.NewRefreshTokens(a.DB)
	softwareTokens, challenges, lockouts := store.NewSoftwareTokens(a.DB), store.NewChallenges(a.DB), store.NewLockouts(a.DB)
	grants, users, console := store.NewGrants(a.DB), store.NewUsers(a.DB), store.NewConsole(a.DB)
	accounts := store.NewIAM(a.DB)
	a.Identities = &identity.Service{
		Identities: accounts, Inline: accounts, Policies: accounts, Attachments: accounts, Members: accounts, AccessKeys: accounts, Accounts: accounts, Credentials: accounts, MFADevices: accounts, OIDCProviders: accounts, SAMLProviders: accounts,
		ServerCertificates: accounts, UserCredentials: accounts, RoleDeletions: accounts, CredentialReports: accounts, ServiceUses: accounts, AccessReports: accounts, Settings: accounts,
		Tx: a.DB, Keys: a.Keys, Clock: now, Rand: random,
	}
	organizations := store.NewOrganizations(a.DB)
	a.Organizations = &organization.Service{
		Organizations: organizations, Accounts: organizations, Units: organizations, Policies: organizations, Handshakes: organizations, Delegations: organizations, Requests: organizations, Reports: organizations,
		Identities: a.Identities, Tx: a.DB, Keys: a.Keys, Clock: now, Rand: random,
	}
	a.Outbound = &outbound.Service{Store: accounts, Private: seal.SoftwareKeys{Ring: a.Keys}, URL: public.String(), Clock: now, Rand: random}
	a.Uses = &identity.UseRecorder{Store: accounts, Clock: now}
	a.IAM = &iam.Service{
		Store: accounts, Console: console, Tokens: console, Attempts: lockouts, Networks: console, Profiles: accounts, Policies: accounts, MFA: accounts, Users: accounts, Passkeys: accounts, Party: passkeyParty(public), Audit: a.recorder(), Tx: a.DB, Keys: a.Keys,
		Hasher: a.Hasher, Clock: now, Rand: random,
	}
	a.Roles = &switchrole.Service{Store: console, Tx: a.DB, Clock: now}
	a.STS = &sts.Service{Keys: a.Keys, Roots: a.IAM, Clock: now, Rand: random}
	a.Pools = &userpool.Service{
		Pools: pools, Clients: store.NewUserPoolClients(a.DB), Domains: store.NewUserPoolDomains(a.DB), Servers: store.NewResourceServers(a.DB),
		Tx: a.DB, Seal: a.Keys, Clock: now, Rand: random,
		Purgers:  []userpool.Purger{grants, families, sessions, signing, challenges, lockouts, softwareTokens, store.NewOutbox(a.DB)},
		BaseHost: poolBaseHost(public.Hostname()), OtherHosts: a.Config.ExtraHosts,
	}
	styles := store.NewBrandingStyles(a.DB)
	a.Branding = &branding.Service{
		Store: store.NewThemes(a.DB), Styles: styles, Customizations: styles, Pools: a.Pools, Tx: a.DB, Clock: now, Rand: random,
	}
	a.Sessions = &session.Service{Store: sessions, Attempts: sessions, Clock: now, Rand: random}
	a.People = &directory.Service{
		Users: users, Searches: store.NewUserSearches(a.DB), Codes: store.NewUserCodes(a.DB), Groups: store.NewGroups(a.DB), Events: store.NewAuthEvents(a.DB),
		Counts: pools, Tx: a.DB, Keys: a.Keys, Hasher: a.Hasher, Verifier: srp.Verifier, Outbox: a.Outbox, ConfirmURL: a.confirmURL,
		Purgers: []directory.Purger{softwareTokens, sessions}, Clock: now, Rand: random,
	}
	a.Jobs = &bulk.Service{Store: store.NewUserJobs(a.DB), People: a.People, Pools: a.Pools, Clock: now, NewID: newID, Log: a.Log}
	a.Tokens = &token.Service{
		Keys:     &token.Keys{Store: signing, Private: seal.SoftwareKeys{Ring: a.Keys}, Clock: now, Rand: random},
		Families: families, Pools: a.Pools, People: a.People, URL: public.String(), Clock: now, Rand: random,
		Issued: a.Metrics.Token,
	}
	a.Pools.Keys = a.Tokens
	a.Figures = &figures.Service{Store: store.NewFigures(a.DB), Clock: now}
	a.Privacy = &privacy.Service{
		Store: store.NewPrivacy(a.DB), People: a.People, Outbox: a.Outbox, Tx: a.DB, Seal: a.Keys, Clock: now, NewID: newID, Holder: newID(), Wake: make(chan struct{}, 1),
	}
	a.Retention = &retention.Service{Store: store.NewRetention(a.DB), Clock: now}
	a.SignIn = &authn.Service{
		Directory: a.People, Challenges: challenges, Lockouts: lockouts, Tokens: softwareTokens,
		Events: signInEvents{a.People, a.Metrics, a.Figures}, Tx: a.DB, Keys: a.Keys, Halves: srp.NewHalves(random, srpHalves), Clock: now, Rand: random,
	}
	a.OAuth = &oauth.Service{
		Pools: a.Pools, People: a.People, Tokens: a.Tokens, Grants: grants, PoolOrigin: a.poolOrigin,
		PathPages: a.Config.PathPages || config.Loopback(public.Hostname()), Clock: now, Rand: random,
	}
}

// passkeyParty is whom passkeys of the console are for: the host of the installation, unless it is an IP address.
func passkeyParty(public *url.URL) passkey.Party {
	p := passkey.Party{Name: "Gatehouse", Origins: []string{public.Scheme + "://" + public.Host}}
	if _, err := netip.ParseAddr(public.Hostname()); err != nil {
		p.ID = public.Hostname()
	}
	return p
}

// confirmURL is the link of a mail that confirms a sign-up; "" for a pool without pages, which sends codes.
func (a *app) confirmURL(ctx context.Context, pool *userpool.Pool, client *userpool.Client, username, code string) (string, error) {
	base, err := a.OAuth.Pages(ctx, pool.ID)
	if err != nil || base == "" {
		return "", err
	}
	q := url.Values{"client_id": {client.ID}, "user_name": {username}, "confirmation_code": {code}}
	return base + paths.ConfirmUser + "?" + q.Encode(), nil
}

// pictureURL is where a pool's pages serve a picture.
func (a *app) pictureURL(ctx context.Context, poolID, picture string) (string, error) {
	base, err := a.OAuth.Pages(ctx, poolID)
	if err != nil || base == "" {
		return "", err
	}
	return base + paths.Link(paths.ThemePicture, picture), nil
}

// poolBaseHost is what prefix domains end with: the host of URL, or localhost where that is a loopback
// address, which no name can end with.
func poolBaseHost(host string) string {
	if config.Loopback(host) {
		return "localhost"
	}
	return host
}

// poolOrigin is where a domain's pages are.
func (a *app) poolOrigin(d userpool.Domain) string {
	hosts := web.Hosts{URL: a.Config.URL}
	return hosts.PoolOrigin(a.Pools.Host(d))
}

// signInEvents keeps sign-ins as auth events of the user and counts them.
type signInEvents struct {
	people  *directory.Service
	metrics *web.Metrics
	figures *figures.Service
}

// RecordSignIn implements authn.Events.
func (s signInEvents) RecordSignIn(ctx context.Context, e authn.Event) error {
	result := "failed"
	if e.Passed {
		result = "passed"
	}
	s.metrics.SignIn(result)
	s.figures.SignIn(e.PoolID, e.Passed)
	if e.Sub == "" {
		return nil // nobody has that name, so there is nobody to tell
	}
	return s.people.Record(ctx, directory.Event{
		PoolID: e.PoolID, Sub: e.Sub, ID: newID(), At: e.At, Kind: "SignIn", Passed: e.Passed, Reason: e.Reason,
		IP: e.Caller.IP, UserAgent: e.Caller.UserAgent, ClientID: e.ClientID,
	})
}

// gauges shows figures that are read when somebody asks for them.
func (a *app) gauges() {
	a.Metrics.Gauge("password_hashes_waiting", "Password hashes that wait or run.", func() float64 { return float64(a.Hasher.Waiting()) })
	a.Metrics.Gauge("database_connections_open", "Open database connections.", func() float64 { open, _ := a.DB.Connections(); return float64(open) })
	a.Metrics.Gauge("database_connections_used", "Database connections in use.", func() float64 { _, used := a.DB.Connections(); return float64(used) })
}
