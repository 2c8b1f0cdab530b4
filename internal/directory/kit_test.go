package directory_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/authn/srp"
	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// kit is the service on a real database. Only the mail is caught, the clock is held and hashes are counted.
type kit struct {
	*directory.Service
	t      *testing.T
	db     *store.DB
	pool   *userpool.Pool
	client *userpool.Client
	mail   *mailbox
	hashes *counter
	ring   *seal.Keyring

	written atomic.Int64 // rows of codes, attempts and events written

	mu  sync.Mutex
	now time.Time
}

// writes counts what an attacker could time besides hashes: the rows that a call writes.
type writes struct {
	directory.CodeStore
	n *atomic.Int64
}

func (w writes) PutCode(ctx context.Context, c directory.Code) error {
	w.n.Add(1)
	return w.CodeStore.PutCode(ctx, c)
}

func (w writes) TryCode(ctx context.Context, poolID, subject string, p directory.Purpose, now time.Time, max int) (directory.Code, error) {
	c, err := w.CodeStore.TryCode(ctx, poolID, subject, p, now, max)
	if err == nil { // else it finds nothing to write
		w.n.Add(1)
	}
	return c, err
}

func (w writes) CountAttempt(ctx context.Context, poolID, subject, act string, now time.Time, limit int) (bool, error) {
	w.n.Add(1)
	return w.CodeStore.CountAttempt(ctx, poolID, subject, act, now, limit)
}

func (w writes) Touch(ctx context.Context, poolID, subject string) error {
	w.n.Add(1)
	return w.CodeStore.Touch(ctx, poolID, subject)
}

type eventWrites struct {
	directory.EventStore
	n *atomic.Int64
}

func (w eventWrites) InsertEvent(ctx context.Context, e directory.Event) error {
	w.n.Add(1)
	return w.EventStore.InsertEvent(ctx, e)
}

type mailbox struct {
	mu   sync.Mutex
	sent []notify.Message
	none bool  // no transport
	full error // what Enqueue answers
}

func (m *mailbox) CanSend(notify.Channel) error {
	if m.none {
		return notify.ErrNoTransport
	}
	return nil
}

func (m *mailbox) Enqueue(_ context.Context, msg notify.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full != nil {
		return m.full
	}
	m.sent = append(m.sent, msg)
	return nil
}

// count is how many messages were written, those to nobody too.
func (m *mailbox) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.sent)
}

// last is the newest real message to an address.
func (m *mailbox) last(t *testing.T, to string) notify.Message {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, msg := range slices.Backward(m.sent) {
		if msg.To == to && !msg.Decoy {
			return msg
		}
	}
	t.Fatalf("no message to %s", to)
	return notify.Message{}
}

func (m *mailbox) code(t *testing.T, to string) seal.Secret { t.Helper(); return m.last(t, to).Code }

func (m *mailbox) real() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, msg := range m.sent {
		if !msg.Decoy {
			n++
		}
	}
	return n
}

// counter counts the work of passwords: what an attacker would time.
type counter struct {
	*seal.Hasher
	hashes, verifiers atomic.Int64
}

func (c *counter) Hash(ctx context.Context, p seal.Secret) (string, error) {
	c.hashes.Add(1)
	return c.Hasher.Hash(ctx, p)
}

func (c *counter) Verify(ctx context.Context, encoded string, p seal.Secret) (bool, bool, error) {
	c.hashes.Add(1)
	return c.Hasher.Verify(ctx, encoded, p)
}

func (c *counter) Spend(ctx context.Context, p seal.Secret) error {
	c.hashes.Add(1)
	return c.Hasher.Spend(ctx, p)
}

func (c *counter) verifier(pool, user, password string, salt []byte) []byte {
	c.verifiers.Add(1)
	return srp.Verifier(pool, user, password, salt)
}

// spent is how many hashes and verifiers fn costs.
func (c *counter) spent(fn func()) [2]int64 {
	h, v := c.hashes.Load(), c.verifiers.Load()
	fn()
	return [2]int64{c.hashes.Load() - h, c.verifiers.Load() - v}
}

func newKit(t *testing.T, settings ...func(*userpool.Pool)) *kit {
	return newKitOn(t, storetest.Open(t), settings...)
}

func newKitOn(t *testing.T, db *store.DB, settings ...func(*userpool.Pool)) *kit {
	t.Helper()
	k := &kit{t: t, db: db, mail: &mailbox{}, ring: seal.TestKeyring(t), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	k.hashes = &counter{Hasher: seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1})}
	pools := store.NewUserPools(db)
	k.Service = &directory.Service{
		Users: store.NewUsers(db), Searches: store.NewUserSearches(db), Codes: store.NewUserCodes(db), Groups: store.NewGroups(db), Events: store.NewAuthEvents(db),
		Counts: pools, Tx: db, Keys: k.ring, Hasher: k.hashes, Verifier: k.hashes.verifier, Outbox: k.mail,
		Clock: func() time.Time { k.mu.Lock(); defer k.mu.Unlock(); return k.now }, Rand: rand.Reader,
	}
	k.Codes, k.Events = writes{k.Codes, &k.written}, eventWrites{k.Events, &k.written}
	k.pool = k.newPool("us-east-1_Test00001", settings...)
	k.client = &userpool.Client{ID: "client1", PoolID: k.pool.ID}
	return k
}

func (k *kit) newPool(id string, settings ...func(*userpool.Pool)) *userpool.Pool {
	k.t.Helper()
	p := &userpool.Pool{ID: id, AccountID: "111122223333", Region: "us-east-1", Name: "test", Version: 1, Created: k.now, Modified: k.now,
		Settings: userpool.Settings{
			AutoVerified: []string{"email"}, Schema: userpool.StandardSchema(),
			Password: userpool.PasswordPolicy{MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true},
		}}
	for _, set := range settings {
		set(p)
	}
	if _, err := store.NewUserPools(k.db).InsertPool(context.Background(), p); err != nil {
		k.t.Fatal(err)
	}
	return p
}

func (k *kit) advance(d time.Duration) { k.mu.Lock(); k.now = k.now.Add(d); k.mu.Unlock() }

const goodPassword = seal.Secret("Passw0rd!x")

func byEmail(p *userpool.Pool)    { p.UsernameAttributes = []string{"email"} }
func emailAlias(p *userpool.Pool) { p.AliasAttributes = []string{"email", "preferred_username"} }
func allowSRP(p *userpool.Pool)   { p.SRPClients = 1 }

// hiding makes the client one that does not tell who exists.
func (k *kit) hiding() *kit { k.client.PreventUserExistenceErrors = true; return k }

func (k *kit) signUp(username string, attributes ...string) *directory.User {
	k.t.Helper()
	out, err := k.SignUp(context.Background(), k.pool, k.client, directory.SignUpRequest{Username: username, Password: goodPassword, Attributes: attrs(attributes...)})
	if err != nil {
		k.t.Fatal(err)
	}
	return out.User
}

// confirmed signs a user up and confirms by the code that was mailed.
func (k *kit) confirmed(username, email string) *directory.User {
	k.t.Helper()
	k.signUp(username, "email", email)
	u, err := k.confirm(username, k.mail.code(k.t, email))
	if err != nil {
		k.t.Fatal(err)
	}
	return u
}

func (k *kit) confirm(username string, code seal.Secret) (*directory.User, error) {
	return k.ConfirmSignUp(context.Background(), k.pool, k.client, directory.ConfirmRequest{Username: username, Code: code})
}

func (k *kit) user(sub string) *directory.User {
	k.t.Helper()
	u, err := k.User(context.Background(), k.pool.ID, sub)
	if err != nil {
		k.t.Fatal(err)
	}
	return u
}

func (k *kit) knows(u *directory.User, password seal.Secret) bool {
	k.t.Helper()
	ok, err := k.VerifyPassword(context.Background(), k.pool, u, password)
	if err != nil {
		k.t.Fatal(err)
	}
	return ok
}

func attrs(kv ...string) map[string]string {
	m := map[string]string{}
	for i := 0; i+1 < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return m
}

func wants(t *testing.T, err, reason error) {
	t.Helper()
	if !errors.Is(err, reason) {
		t.Errorf("got %v, want %v", err, reason)
	}
}

// says checks the message to the letter.
func says(t *testing.T, err error, code, message string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Error() != code+": "+message {
		t.Errorf("got  %v\nwant %s: %s", err, code, message)
	}
}

func wrong(code seal.Secret) seal.Secret {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}
