package store_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/directory"
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
