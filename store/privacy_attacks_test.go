package store_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/session"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// self makes somebody who chose everything, and nothing of whom stands anywhere but in the directory.
func (r *registry) self(name string, attributes map[string]string) *directory.User {
	r.t.Helper()
	u, err := r.people.Create(context.Background(), r.pool, directory.NewUser{Username: name, Action: "SUPPRESS", Attributes: attributes})
	if err != nil {
		r.t.Fatal(err)
	}
	return u
}

// erase erases somebody and cleans up.
func (r *registry) erase(name string) {
	r.t.Helper()
	if _, err := r.privacy.Erase(context.Background(), r.pool, name); err != nil {
		r.t.Fatal(err)
	}
	if err := r.privacy.CleanUp(context.Background()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *registry) exec(q string) {
	r.t.Helper()
	if _, err := r.db.Exec(context.Background(), q); err != nil {
		r.t.Fatal(err)
	}
}

// all are the texts that a query answers.
func (r *registry) all(q string) (out []string) {
	r.t.Helper()
	rows, err := r.db.Rows(context.Background(), q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			r.t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// Attack: whoever is called as a part of every authorize request ends everybody's sign-ins by being erased.
func TestAttackErasedWordEndsSignInsOfOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegistry(t, db)
		r.self("openid", map[string]string{"nickname": "client", "name": "https", "email": "o+d@example.org"})
		now := time.Now()
		for i, q := range []string{
			"login_hint=bob&scope=openid", "login_hint=openid2", "login_hint=client", "redirect_uri=https%3A%2F%2Fopenid&state=openid", "login_hint=OpenID", // others'; names are told by their case
			"login_hint=O%2Bd%40example.org", "login_hint=openid&scope=x", "username=openid", // the person's
		} {
			err := store.NewSessions(db).AddAttempt(context.Background(), session.AttemptRow{ID: fmt.Append(nil, i), Browser: []byte("b"), Session: []byte("s"),
				Realm: session.PoolRealm(r.pool.ID), Query: q, Created: now, Expires: now.Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
		}
		r.erase("openid")
		if left := r.all("SELECT query FROM sign_in_attempts ORDER BY id"); len(left) != 5 || !strings.Contains(left[2], "client") {
			t.Errorf("sign-ins left: %q", left)
		}
	})
}

// Attack: whoever is called as a state, a column or a part of a name takes administrators' views along.
func TestAttackErasedWordDeletesViewsOfOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegistry(t, db)
		r.self("confirmed", map[string]string{"nickname": "text", "name": "Ann Bo", "email": "a@example.org"})
		kept := []string{"status=CONFIRMED&sort=Email", "text=confirmed+people", "where=family_name%3DAnn+Bo", "text=Ann", "group=confirmed"}
		for i, q := range append(slices.Clone(kept), "text=ann+bo", "where=email%5E%3DA%40example.org", "attribute=name&op=%3D&value=Ann+Bo") {
			if _, err := url.ParseQuery(q); err != nil {
				t.Fatal(err)
			}
			r.exec(fmt.Sprintf(`INSERT INTO user_views (pool_id, principal_arn, name, query, saved) VALUES ('%s', 'root', 'text %d', '%s', 1)`, r.pool.ID, i, q))
		}
		r.erase("confirmed")
		if left := r.all("SELECT query FROM user_views ORDER BY name"); !slices.Equal(left, kept) {
			t.Errorf("views left: %q", left)
		}
	})
}

// Attack: whoever has a value that others have too, such as a team, takes along what administrators do by it.
func TestAttackSharedValueTakesViewsOfOthersAlong(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegistry(t, db)
		r.self("ann", map[string]string{"family_name": "North", "nickname": "Only", "zoneinfo": "x", "profile": "Shared", "email": "a@example.org"})
		r.self("bob", map[string]string{"family_name": "north", "nickname": "Other", "profile": "shared", "email": "b@example.org"})
		kept := []string{"where=family_name%3DNorth", "text=north", "where=profile%3Dshared", "where=nickname%3DOther"}
		for i, q := range append(slices.Clone(kept), "where=nickname%3Donly") {
			r.exec(fmt.Sprintf(`INSERT INTO user_views (pool_id, principal_arn, name, query, saved) VALUES ('%s', 'root', 'text %d', '%s', 1)`, r.pool.ID, i, q))
		}
		r.erase("ann")
		if left := r.all("SELECT query FROM user_views ORDER BY name"); !slices.Equal(left, kept) {
			t.Errorf("views left: %q", left)
		}
	})
}

// told sends a message to an address, for somebody or, sub "", as those are that tell for nobody.
func (r *registry) told(sub, to string) {
	r.t.Helper()
	if err := r.outbox.Enqueue(context.Background(), notify.Message{PoolID: r.pool.ID, Kind: notify.SignUp, Channel: notify.Email, To: to, Sub: sub, Code: "424242"}); err != nil {
		r.t.Fatal(err)
	}
}

// messages is how many an export of somebody has.
func (r *registry) messages(name string) int {
	r.t.Helper()
	x, err := r.privacy.Export(context.Background(), r.pool, name)
	if err != nil {
		r.t.Fatal(err)
	}
	return len(x.Messages)
}

// Attack: whoever gives somebody else's address as his own reads and deletes what that person was sent, and the
// traces of acts on that person.
func TestAttackAddressOfAnotherPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegistry(t, db)
		for what, verified := range map[string][2]string{"unverified": {"false", "false"}, "verified for the victim": {"true", "false"}, "verified for both": {"true", "true"}} {
			r.pool = insertPool(t, db, "r_"+strings.ReplaceAll(what, " ", "_"))
			victim := r.self("victim", map[string]string{"email": "v@example.org", "email_verified": verified[0], "phone_number": "+15555550100"})
			attacker := r.self("attacker", map[string]string{"email": "v@example.org", "email_verified": verified[1], "phone_number": "+15555550100"})
			r.told(victim.Sub, "v@example.org")
			r.told("", "v@example.org")
			r.told(attacker.Sub, "v@example.org")
			for _, input := range []string{`{"username":"v@example.org"}`, `{"filter":"email = \"v@example.org\""}`} {
				rec := audit.Record{ID: uuid.Must(uuid.NewV7()).String(), AccountID: r.pool.AccountID, Time: time.Now(), Operation: "cognito-idp:AdminDisableUser",
					Resource: "arn:aws:cognito-idp:us-east-1:111122223333:userpool/" + r.pool.ID, Input: []byte(input)}
				if err := r.records.PutAuditRecord(context.Background(), rec); err != nil {
					t.Fatal(err)
				}
			}
			if n := r.messages("attacker"); n != 1 {
				t.Errorf("%s: exported %d messages", what, n)
			}
			r.erase("attacker")
			if n := r.messages("victim"); n < 1 || len(r.all("SELECT id FROM outbox_message WHERE pool_id = '"+r.pool.ID+"'")) != 2 {
				t.Errorf("%s: %d messages of the victim are left", what, n)
			}
			if left := r.all("SELECT input FROM audit_record WHERE resource LIKE '%" + r.pool.ID + "' AND input LIKE '%v@example.org%'"); len(left) != 2 {
				t.Errorf("%s: records left: %q", what, left)
			}
		}
	})
}

// What was sent before messages told whom they are for is known by an address that is the person's, and nobody else's.
func TestMessagesOfNobodyAreOfWhomTheAddressIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegistry(t, db)
		r.self("sure", map[string]string{"email": "sure@example.org", "email_verified": "true"})
		r.self("unsure", map[string]string{"email": "unsure@example.org"})
		r.told("", "Sure@example.org")
		r.told("", "unsure@example.org")
		if sure, unsure := r.messages("sure"), r.messages("unsure"); sure != 1 || unsure != 0 {
			t.Errorf("%d messages to a verified address, %d to another", sure, unsure)
		}
		r.erase("sure")
		r.erase("unsure")
		if left := r.all("SELECT id FROM outbox_message"); len(left) != 1 {
			t.Errorf("%d messages are left", len(left))
		}
	})
}

// What somebody was looked for by is forgotten in jobs that are open too; one that has not gathered its users ends, for
// it cannot go on without.
func TestErasureForgetsSearchesOfOpenJobs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRegistry(t, db)
		r.self("ann", map[string]string{"name": "Ann Bo"})
		for _, state := range []string{"GATHERING", "WAITING", "RUNNING"} {
			for i, search := range []string{`{"Text":"ann bo"}`, `{"Attributes":[{"Name":"name","Prefix":true,"Value":"Ann Bo"}]}`, `{"Text":"ann bow"}`} {
				r.exec(fmt.Sprintf(`INSERT INTO user_jobs (id, pool_id, act, group_name, search, state, who, request_id, created, finished, total, done, failed, position, holder, lease)
					VALUES ('%s%d', '%s', 'Disable', '', '%s', '%s', '{}', 'r', 1, 0, 1, 0, 0, 'at ann', '', 0)`, state, i, r.pool.ID, search, state))
			}
		}
		r.erase("ann")
		want := []string{"GATHERING2 GATHERING", "RUNNING0 RUNNING", "RUNNING1 RUNNING", "RUNNING2 RUNNING", "WAITING0 WAITING", "WAITING1 WAITING", "WAITING2 WAITING"}
		if open := r.all("SELECT id || ' ' || state FROM user_jobs WHERE finished = 0 ORDER BY id"); !slices.Equal(open, want) {
			t.Errorf("open: %q", open)
		}
		if left := r.all("SELECT id FROM user_jobs WHERE search <> '' ORDER BY id"); !slices.Equal(left, []string{"GATHERING2", "RUNNING2", "WAITING2"}) {
			t.Errorf("searches left: %q", left)
		}
		if left := r.all("SELECT id FROM user_jobs WHERE state = 'STOPPED' AND position = '' ORDER BY id"); len(left) != 2 {
			t.Errorf("ended: %q", left)
		}
	})
}
