package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/privacy"
	"gatehouse/internal/seal"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// registry is a pool with people in it, and what may be erased of them.
type registry struct {
	t       *testing.T
	db      *store.DB
	pool    *userpool.Pool
	people  *directory.Service
	outbox  *notify.Outbox
	privacy *privacy.Service
	store   *store.Privacy
	records *store.Audit
	n       int
}

func newRegistry(t *testing.T, db *store.DB) *registry {
	t.Helper()
	ring, pools := seal.TestKeyring(t), store.NewUserPools(db)
	r := &registry{t: t, db: db, store: store.NewPrivacy(db), records: store.NewAudit(db)}
	r.outbox = &notify.Outbox{Store: store.NewOutbox(db), Ring: ring, Rand: rand.Reader, Mail: &notify.SMTP{}, Texts: &notify.SMTP{}, Clock: time.Now}
	r.people = &directory.Service{Users: store.NewUsers(db), Searches: store.NewUserSearches(db), Codes: store.NewUserCodes(db), Groups: store.NewGroups(db), Events: store.NewAuthEvents(db), Counts: pools,
		Tx: db, Keys: ring, Hasher: seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}), Outbox: r.outbox,
		Purgers: []directory.Purger{store.NewSoftwareTokens(db), store.NewSessions(db)}, Clock: time.Now, Rand: rand.Reader}
	r.privacy = &privacy.Service{Store: r.store, People: r.people, Outbox: r.outbox, Tx: db, Seal: ring, Clock: time.Now,
		NewID: func() string { return uuid.Must(uuid.NewV7()).String() }, Holder: "one", Wake: make(chan struct{}, 1)}
	r.pool = insertPool(t, db, "r_people")
	return r
}

// person makes somebody who leaves traces everywhere.
func (r *registry) person(name string) *directory.User {
	r.t.Helper()
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			r.t.Helper()
			r.t.Fatal(err)
		}
	}
	u, err := r.people.Create(ctx, r.pool, directory.NewUser{Username: name, Action: "SUPPRESS", Attributes: map[string]string{
		"email": name + "@quokka.example", "phone_number": fmt.Sprintf("+4915555%07d", len(name)*1000+r.n), "family_name": "Numbat-" + name, "locale": "de"}})
	must(err)
	r.n++
	must(r.people.SetAttributes(ctx, r.pool, name, map[string]string{"nickname": "Bilby" + name}))
	for i := range 5 {
		must(r.people.Record(ctx, directory.Event{PoolID: r.pool.ID, Sub: u.Sub, Kind: "SignIn", Passed: i > 0, IP: "203.0.113.77", UserAgent: "Agent of " + name}))
	}
	must(r.outbox.Enqueue(ctx, notify.Message{PoolID: r.pool.ID, Kind: notify.SignUp, Channel: notify.Email, To: u.Attribute("email"), Sub: u.Sub, Code: "424242"}))
	now := time.Now()
	must(store.NewRefreshTokens(r.db).AddFamily(ctx, token.Family{PoolID: r.pool.ID, ID: uuid.NewString(), ClientID: "c", Sub: u.Sub, AuthTime: now, Created: now, Expires: now.Add(time.Hour)}, []byte(u.Sub), now))
	must(store.NewSessions(r.db).AddSession(ctx, []byte(u.Sub), session.Session{Realm: session.PoolRealm(r.pool.ID), PoolID: r.pool.ID, Sub: u.Sub, AuthTime: now, Created: now, Expires: now.Add(time.Hour), UserAgent: "Agent of " + name}, nil, 9))
	must(store.NewSessions(r.db).AddAttempt(ctx, session.AttemptRow{ID: []byte(u.Sub), Browser: []byte("b"), Session: []byte("s"), Realm: session.PoolRealm(r.pool.ID), Query: "login_hint=" + strings.ReplaceAll(u.Attribute("email"), "@", "%40"), Created: now, Expires: now.Add(time.Hour)}))
	r.acted(u)
	pool := "arn:aws:cognito-idp:us-east-1:111122223333:userpool/" + r.pool.ID
	for i, input := range []string{
		`{"userPoolId":"` + r.pool.ID + `","username":"` + name + `"}`, `{"userPoolId":"` + r.pool.ID + `","filter":"email = \"` + strings.ToUpper(u.Attribute("email")) + `\""}`,
		`{"filter":"family_name ^= \"` + u.Attribute("family_name") + `\""}`, `{"tags":{"` + u.Sub + `":"` + u.Attribute("phone_number") + `"}}`,
	} {
		rec := audit.Record{ID: uuid.Must(uuid.NewV7()).String(), AccountID: r.pool.AccountID, Time: now, Operation: "cognito-idp:AdminGetUser", Resource: pool, PrincipalARN: "arn:aws:iam::111122223333:root", Input: []byte(input)}
		if i == 3 {
			rec.Operation, rec.Resource = "iam:TagUser", "arn:aws:iam::111122223333:user/"+u.Sub
		}
		must(r.records.PutAuditRecord(ctx, rec))
	}
	return u
}

// acted leaves what an administrator does about somebody: an act on many users, found by a search for them, and
// that search kept as a view.
func (r *registry) acted(u *directory.User) {
	r.t.Helper()
	job, text := uuid.NewString(), u.Attribute("family_name")
	for _, q := range []string{
		fmt.Sprintf(`INSERT INTO user_jobs (id, pool_id, act, group_name, search, state, who, request_id, created, finished, total, done, failed, position, holder, lease)
			VALUES ('%s', '%s', 'Disable', '', '{"Text":"%s"}', 'COMPLETED', '{}', 'r', 1, 2, 1, 1, 0, '', '', 0)`, job, r.pool.ID, text),
		fmt.Sprintf(`INSERT INTO user_job_users (job_id, n, sub, username, state, reason) VALUES ('%s', 0, '%s', '%s', 'DONE', '')`, job, u.Sub, u.Username),
		fmt.Sprintf(`INSERT INTO user_views (pool_id, principal_arn, name, query, saved) VALUES ('%s', 'root', 'view of %s', 'text=%s', 1)`, r.pool.ID, u.Username, text),
	} {
		if _, err := r.db.Exec(context.Background(), q); err != nil {
			r.t.Fatal(err)
		}
	}
}

// told are the values that nobody else has.
func told(u *directory.User) []string {
	return []string{u.Sub, u.Username, u.Attribute("email"), u.Attribute("phone_number"), u.Attribute("family_name"), "Bilby" + u.Username, "Agent of " + u.Username}
}

// files are those of the database: of PostgreSQL all of this database's, without the server's own log.
func files(t *testing.T, db *store.DB) []string {
	t.Helper()
	ctx := context.Background()
	var root, oid string
	if db.Engine() == "postgres" {
		if _, err := db.Exec(ctx, "SELECT 1"); err != nil {
			t.Fatal(err)
		}
		root = ask(t, db, "SHOW data_directory")
		oid = ask(t, db, "SELECT oid::text FROM pg_database WHERE datname = current_database()")
		found, err := filepath.Glob(filepath.Join(root, "base", oid, "*"))
		if err != nil || len(found) < 50 {
			t.Fatal(len(found), "files", err)
		}
		return found
	}
	path := ask(t, db, "SELECT file FROM pragma_database_list WHERE name = 'main'")
	found, err := filepath.Glob(path + "*")
	if err != nil || len(found) < 2 {
		t.Fatal(found, err)
	}
	return found
}

func ask(t *testing.T, db *store.DB, q string) (answer string) {
	t.Helper()
	rows, err := db.Rows(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&answer); err != nil {
			t.Fatal(err)
		}
	}
	return answer
}

// found are the values that stand somewhere in the files, in upper or lower case.
func found(t *testing.T, db *store.DB, values []string) (out []string) {
	t.Helper()
	for _, file := range files(t, db) {
		b, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.ToLower(b)
		for _, v := range values {
			if bytes.Contains(b, []byte(strings.ToLower(v))) {
				out = append(out, v+" in "+filepath.Base(file))
			}
		}
	}
	return out
}

// After an erasure none of the person's values stands in the database's files: not in a row, not in a freed page,
// not in a log, not in an index, not in the planner's samples. Those of others stay.
func TestErasedPersonIsInNoFileOfTheDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, r := context.Background(), newRegistry(t, db)
		for i := range 40 { // pages split and fill around those who will go
			r.person(fmt.Sprint("neighbour", i))
		}
		ann, bob := r.person("wallaby"), r.person("bandicoot")
		for i := range 40 {
			r.person(fmt.Sprint("later", i))
			if i%2 == 0 {
				if err := r.people.Delete(ctx, r.pool, fmt.Sprint("neighbour", i)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if db.Engine() == "postgres" {
			if _, err := db.Exec(ctx, "ANALYZE"); err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(ctx, "CHECKPOINT"); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(found(t, db, told(ann))); n < len(told(ann)) {
			t.Fatalf("the search finds only %d of somebody who is there", n)
		}
		e, err := r.privacy.Erase(ctx, r.pool, "wallaby")
		if err != nil {
			t.Fatal(err)
		}
		if err := r.privacy.CleanUp(ctx); err != nil {
			t.Fatal(err)
		}
		if db.Engine() == "postgres" {
			if _, err := db.Exec(ctx, "CHECKPOINT"); err != nil {
				t.Fatal(err)
			}
		}
		if left := found(t, db, told(ann)); len(left) > 0 {
			t.Errorf("left: %q", left)
		}
		if _, err := r.people.Lookup(ctx, r.pool, bob.Username); err != nil {
			t.Error(err)
		}
		if n := len(found(t, db, told(bob))); db.Engine() == "sqlite" && n < len(told(bob)) {
			t.Errorf("%d values of somebody else are left", n)
		}
		done, err := r.privacy.List(ctx, r.pool.ID, "", 10)
		if err != nil || len(done) != 1 || done[0].ID != e.ID || done[0].State != privacy.Completed || done[0].Rewritten != 4 || done[0].Sealed != nil || len(done[0].Residue) != 0 {
			t.Errorf("%+v %v", done, err)
		}
		r.keptRecords(e)
	})
}

// keptRecords fails unless the acts on the person are still told, without the person.
func (r *registry) keptRecords(e privacy.Erasure) {
	r.t.Helper()
	page, err := r.records.ListAuditRecords(context.Background(), audit.Query{AccountID: r.pool.AccountID, Text: "erased-" + e.ID[:13]})
	if err != nil || len(page.Records) != 4 {
		r.t.Fatalf("%d records with the pseudonym: %v", len(page.Records), err)
	}
	for _, rec := range page.Records {
		if rec.PrincipalARN != "arn:aws:iam::111122223333:root" || rec.Operation == "" || rec.Time.IsZero() {
			r.t.Errorf("of the act is left %+v", rec)
		}
	}
}

func TestErasureGoesOnWhereItWasInterrupted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, r := context.Background(), newRegistry(t, db)
		u := r.person("wallaby")
		if _, err := r.privacy.Erase(ctx, r.pool, "wallaby"); err != nil {
			t.Fatal(err)
		}
		if ok, err := r.store.TakeLease(ctx, "erasure", "other", time.Now(), time.Now().Add(time.Minute)); err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := r.privacy.CleanUp(ctx); err != nil {
			t.Fatal(err)
		}
		if all, _ := r.privacy.List(ctx, r.pool.ID, "", 10); all[0].State != privacy.Running || all[0].Sealed == nil {
			t.Error("cleaned up beside another node")
		}
		r.privacy.Clock = func() time.Time { return time.Now().Add(2 * time.Minute) }
		if err := r.privacy.CleanUp(ctx); err != nil {
			t.Fatal(err)
		}
		if all, _ := r.privacy.List(ctx, r.pool.ID, "", 10); all[0].State != privacy.Completed {
			t.Error("not cleaned up after the other node died")
		}
		if _, err := r.privacy.Erase(ctx, r.pool, u.Sub); !errors.Is(err, directory.ErrUserNotFound) {
			t.Error("erased twice:", err)
		}
	})
}

// A table that is too large is not rewritten while people sign in, and is named.
func TestErasureTellsWhatIsTooLargeToRewrite(t *testing.T) {
	if testing.Short() {
		t.Skip("PostgreSQL")
	}
	r := newRegistry(t, storetest.OpenPostgres(t))
	r.person("wallaby")
	r.store.Largest = 1
	if _, err := r.privacy.Erase(context.Background(), r.pool, "wallaby"); err != nil {
		t.Fatal(err)
	}
	if err := r.privacy.CleanUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	all, err := r.privacy.List(context.Background(), r.pool.ID, "", 10)
	if err != nil || !strings.Contains(strings.Join(all[0].Residue, " "), "users") || !strings.Contains(strings.Join(all[0].Residue, " "), "pg_statistic") {
		t.Errorf("%+v %v", all, err)
	}
}

func TestExportHoldsAllThatIsKeptAndNobodyElses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, r := context.Background(), newRegistry(t, db)
		u := r.person("wallaby")
		r.person("bandicoot")
		x, err := r.privacy.Export(ctx, r.pool, "wallaby")
		if err != nil || x.User.Sub != u.Sub || len(x.Events) != 5 || len(x.Messages) != 1 || len(x.Sessions) != 1 || len(x.Families) != 1 || len(x.Records) != 4 || x.Cut != nil {
			t.Errorf("%+v %v", x, err)
		}
		for _, e := range x.Events {
			if e.Sub != u.Sub {
				t.Errorf("%+v", e)
			}
		}
		for _, rec := range x.Records {
			if strings.Contains(string(rec.Input), "bandicoot") {
				t.Errorf("%+v", rec)
			}
		}
	})
}

// A table that somebody holds is not waited for without end: sign-ins go first, and the table is named.
func TestErasureDoesNotWaitForATableInUse(t *testing.T) {
	if testing.Short() {
		t.Skip("PostgreSQL")
	}
	db := storetest.OpenPostgres(t)
	r, ctx := newRegistry(t, db), context.Background()
	r.person("wallaby")
	if _, err := r.privacy.Erase(ctx, r.pool, "wallaby"); err != nil {
		t.Fatal(err)
	}
	held, done := make(chan struct{}), make(chan struct{})
	go db.InTx(ctx, func(ctx context.Context) error {
		db.Exec(ctx, "LOCK TABLE user_codes IN ACCESS SHARE MODE")
		close(held)
		<-done
		return nil
	})
	<-held
	err := r.privacy.CleanUp(ctx)
	close(done)
	all, lerr := r.privacy.List(ctx, r.pool.ID, "", 1)
	if err != nil || lerr != nil || all[0].State != privacy.Completed || strings.Join(all[0].Residue, " ") != "user_codes" {
		t.Errorf("%+v %v %v", all, err, lerr)
	}
}
