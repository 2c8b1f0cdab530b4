package authn_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/authn/srp"
	"gatehouse/internal/authn/srp/srptest"
	"gatehouse/internal/authn/totp"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const (
	goodPassword = "Passw0rd!x"
	poolID       = "eu-west-1_ABCdef123"
)

// people is a directory in memory that counts what costs time.
type people struct {
	mu          sync.Mutex
	users       map[string]*directory.User // by sub
	credentials map[string]*directory.Credential
	hasher      *seal.Hasher
	hashes      int // argon2id runs, for somebody or nobody
	refuse      error
	clock       func() time.Time
	during      func() // runs once, while a password is being judged
	broken      error  // answered in place of a judgement
}

func (p *people) Lookup(_ context.Context, _ *userpool.Pool, login string) (*directory.User, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, u := range p.users {
		if login == u.Username || login == u.Sub || login == u.Attributes["email"] {
			c := *u
			return &c, nil
		}
	}
	return nil, directory.ErrUserNotFound
}

func (p *people) User(_ context.Context, _, sub string) (*directory.User, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if u := p.users[sub]; u != nil {
		c := *u
		return &c, nil
	}
	return nil, directory.ErrUserNotFound
}

func (p *people) Credential(_ context.Context, _, sub string) (*directory.Credential, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.credentials[sub]; c != nil {
		cc := *c
		return &cc, nil
	}
	return &directory.Credential{}, nil
}

func (p *people) VerifyPassword(ctx context.Context, pool *userpool.Pool, u *directory.User, plain seal.Secret) (bool, error) {
	c, _ := p.Credential(ctx, pool.ID, u.Sub)
	p.mu.Lock()
	during, broken := p.during, p.broken
	p.during = nil
	p.mu.Unlock()
	if broken != nil {
		return false, broken
	}
	if during != nil {
		during()
	}
	if c.Hash == "" {
		return false, p.VerifyNobody(ctx, pool, plain)
	}
	p.mu.Lock()
	p.hashes++
	p.mu.Unlock()
	ok, _, err := p.hasher.Verify(ctx, c.Hash, plain)
	return ok, err
}

// judged is how many passwords were judged so far.
func (p *people) judged() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hashes
}

func (p *people) VerifyNobody(ctx context.Context, _ *userpool.Pool, plain seal.Secret) error {
	p.mu.Lock()
	p.hashes++
	p.mu.Unlock()
	return p.hasher.Spend(ctx, plain)
}

func (p *people) CompleteNewPassword(ctx context.Context, pool *userpool.Pool, _ *userpool.Client, u *directory.User, plain seal.Secret, attributes map[string]string) error {
	if p.refuse != nil {
		return p.refuse
	}
	p.setPassword(pool, u.Sub, plain.Reveal(), false, p.clock())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users[u.Sub].Status = directory.Confirmed
	for k, v := range attributes {
		p.users[u.Sub].Attributes[k] = v
	}
	return nil
}

func (p *people) SetMFA(_ context.Context, _, sub string, mfa directory.MFA) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users[sub].MFA = mfa
	return nil
}

// setPassword keeps both a hash and a verifier, so that every flow can be tried.
func (p *people) setPassword(pool *userpool.Pool, sub, plain string, temporary bool, at time.Time) {
	hash, err := p.hasher.Hash(context.Background(), seal.Secret(plain))
	if err != nil {
		panic(err)
	}
	salt := make([]byte, srp.SaltLength)
	rand.Read(salt)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users[sub].PasswordSet = at
	p.credentials[sub] = &directory.Credential{PoolID: pool.ID, Sub: sub, Hash: hash, Salt: salt, Temporary: temporary, Set: at,
		Verifier: srp.Verifier(pool.SRPName(), p.users[sub].Username, plain, salt)}
}

type events struct {
	mu   sync.Mutex
	list []authn.Event
}

func (e *events) RecordSignIn(_ context.Context, ev authn.Event) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, ev)
	return nil
}

// world is a service on a real database, with one pool, one client and ann.
type world struct {
	*authn.Service
	t      testing.TB
	people *people
	events *events
	pool   *userpool.Pool
	client *userpool.Client
	mu     sync.Mutex
	now    time.Time
	other  *authn.Service // the second node
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

const annSub = "0f000000-0000-4000-8000-000000000001"

func newWorld(t testing.TB, db *store.DB) *world {
	w := &world{t: t, now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), events: &events{}}
	w.pool = &userpool.Pool{ID: poolID, Settings: userpool.Settings{MFA: userpool.MFAOff, SoftwareTokenMFA: true}}
	w.client = w.newClient("client1")
	w.people = &people{users: map[string]*directory.User{}, credentials: map[string]*directory.Credential{}, clock: w.clock,
		hasher: seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1})}
	w.addUser(annSub, "ann")
	w.Service = &authn.Service{
		Directory: w.people, Challenges: store.NewChallenges(db), Lockouts: store.NewLockouts(db), Tokens: store.NewSoftwareTokens(db),
		Events: w.events, Tx: db, Keys: seal.TestKeyring(t), Halves: srp.NewHalves(rand.Reader, 0), Clock: w.clock, Rand: rand.Reader,
	}
	return w
}

// node is one of two nodes on the same database, by turns.
func (w *world) node(i int) *world {
	if i%2 == 0 {
		return w
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.other == nil {
		s := w.Service
		w.other = &authn.Service{
			Directory: s.Directory, Challenges: s.Challenges, Lockouts: s.Lockouts, Tokens: s.Tokens, Events: s.Events,
			Tx: s.Tx, Keys: s.Keys, Halves: s.Halves, Clock: s.Clock, Rand: s.Rand,
		}
	}
	return &world{Service: w.other, t: w.t, people: w.people, events: w.events, pool: w.pool, client: w.client, now: w.now}
}

// each runs a story on every engine.
func each(t *testing.T, story func(t *testing.T, w *world)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { story(t, newWorld(t, db)) })
}

func (w *world) newClient(id string) *userpool.Client {
	return &userpool.Client{ID: id, PoolID: poolID, ClientSettings: userpool.ClientSettings{
		AuthFlows:           []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"},
		AuthSessionValidity: 3 * time.Minute, PreventUserExistenceErrors: true,
	}}
}

func (w *world) addUser(sub, username string) {
	w.people.users[sub] = &directory.User{PoolID: poolID, Sub: sub, Username: username, Enabled: true, Status: directory.Confirmed,
		Attributes: map[string]string{"email": username + "@example.com"}}
	w.people.setPassword(w.pool, sub, goodPassword, false, w.now)
}

func (w *world) start(flow string, params ...string) (authn.Step, error) {
	return w.Start(context.Background(), authn.Attempt{Pool: w.pool, Client: w.client, Flow: flow, Params: pairs(params),
		Caller: authn.Caller{Admin: flow == "ADMIN_USER_PASSWORD_AUTH"}})
}

func (w *world) respond(challenge, session string, responses ...string) (authn.Step, error) {
	return w.respondAs(w.client, challenge, session, responses...)
}

func (w *world) respondAs(c *userpool.Client, challenge, session string, responses ...string) (authn.Step, error) {
	return w.Respond(context.Background(), authn.Answer{Pool: w.pool, Client: c, Challenge: challenge, Session: session, Responses: pairs(responses)})
}

func (w *world) password(login, password string) (authn.Step, error) {
	return w.start("USER_PASSWORD_AUTH", "USERNAME", login, "PASSWORD", password)
}

// srp signs in by USER_SRP_AUTH, both requests.
func (w *world) srp(login, password string) (authn.Step, error) {
	c := srptest.New(poolID)
	step, err := w.start("USER_SRP_AUTH", "USERNAME", login, "SRP_A", c.SRPA())
	if err != nil {
		return step, err
	}
	return w.claim(c.Claim(step.Params, password, w.clock()))
}

func (w *world) claim(responses map[string]string) (authn.Step, error) {
	return w.Respond(context.Background(), authn.Answer{Pool: w.pool, Client: w.client, Challenge: "PASSWORD_VERIFIER", Responses: responses})
}

// enrol gives a user a software token that is on.
func (w *world) enrol(sub string) []byte {
	w.t.Helper()
	secret, _ := totp.NewSecret(rand.Reader)
	sealed, err := w.Keys.Seal("software-token", []byte(poolID+"/"+sub), secret)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx := context.Background()
	if err := w.Tokens.ActivateSoftwareToken(ctx, authn.SoftwareToken{PoolID: poolID, Sub: sub, Secret: sealed, Name: "phone"}); err != nil {
		w.t.Fatal(err)
	}
	w.people.SetMFA(ctx, poolID, sub, directory.MFA{TOTP: true, Preferred: "SOFTWARE_TOKEN_MFA"})
	return secret
}

func (w *world) code(secret []byte) string { return totp.Code(secret, totp.Step(w.clock())) }

func wrongCode(secret []byte, now time.Time) string {
	for _, c := range []string{"000000", "111111", "222222", "333333"} {
		if _, ok := totp.Match(secret, c, now); !ok {
			return c
		}
	}
	panic("no wrong code")
}

func pairs(kv []string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return m
}

func mustDone(t testing.TB, step authn.Step, err error) *authn.Outcome {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if step.Done == nil {
		t.Fatalf("not done: %+v", step)
	}
	return step.Done
}

func mustAsk(t testing.TB, step authn.Step, err error, challenge string) authn.Step {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if step.Done != nil || step.Challenge != challenge {
		t.Fatalf("asked for %q (done %v), want %s", step.Challenge, step.Done != nil, challenge)
	}
	return step
}

func mustRefuse(t testing.TB, step authn.Step, err, want error) {
	t.Helper()
	if step.Done != nil {
		t.Fatal("signed in")
	}
	if !errors.Is(err, want) {
		t.Fatalf("answered %v, want %v", err, want)
	}
}
