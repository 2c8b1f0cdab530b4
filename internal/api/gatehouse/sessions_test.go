package gatehouse_test

import (
	"crypto/rand"
	"testing"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/directory"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
	"gatehouse/store"
)

// sessionsKit is a kit whose users can be signed in.
type sessionsKit struct {
	*kit
	browsers *session.Service
	families store.RefreshTokens
}

func newSessionsKit(t *testing.T) *sessionsKit {
	k := &sessionsKit{kit: newKit(t)}
	rows := store.NewSessions(k.db)
	k.browsers = &session.Service{Store: rows, Attempts: rows, Clock: time.Now, Rand: rand.Reader}
	k.families = store.NewRefreshTokens(k.db)
	k.service.People, k.service.Browsers = k.people, k.browsers
	k.service.SignIns = &token.Service{Families: k.families, Pools: k.pools, People: k.people, Clock: time.Now, Rand: rand.Reader}
	return k
}

// browse signs a user's browser in and answers its cookie.
func (k *sessionsKit) browse(u *directory.User) string {
	k.t.Helper()
	cookie, _, err := k.browsers.Start(k.t.Context(), session.Session{Realm: session.PoolRealm(u.PoolID), Base: "b", PoolID: u.PoolID, Sub: u.Sub,
		Methods: []string{"pwd"}, IP: "203.0.113.9", UserAgent: "<b>Browser</b>"}, "")
	if err != nil {
		k.t.Fatal(err)
	}
	return cookie
}

// hold gives a user's app a refresh token.
func (k *sessionsKit) hold(u *directory.User, id string, at time.Time) {
	k.t.Helper()
	f := token.Family{PoolID: u.PoolID, ID: id, EventID: id, ClientID: "app", Sub: u.Sub, Scopes: []string{"openid"}, AuthTime: at, Created: at, Expires: at.Add(time.Hour)}
	if err := k.families.AddFamily(k.t.Context(), f, []byte("hash of "+id), at); err != nil {
		k.t.Fatal(err)
	}
}

func (k *sessionsKit) sessions(u *directory.User) []gatehouse.UserSession {
	k.t.Helper()
	out, err := api.Call[gatehouse.ListUserSessionsOutput](k.ctx, k.api, root(account), &gatehouse.ListUserSessionsInput{UserPoolId: &k.pool.ID, Username: &u.Username})
	if err != nil {
		k.t.Fatal(err)
	}
	return out.Sessions
}

func (k *sessionsKit) revoke(u *directory.User, id *string) error {
	_, err := api.Call[gatehouse.RevokeUserSessionsOutput](k.ctx, k.api, root(account), &gatehouse.RevokeUserSessionsInput{UserPoolId: &k.pool.ID, Username: &u.Sub, SessionId: id})
	return err
}

func TestSessionsOfAUserAreListedAndRevoked(t *testing.T) {
	k := newSessionsKit(t)
	ann, ben := k.user("ann", nil), k.user("ben", nil)
	cookie, other := k.browse(ann), k.browse(ann)
	k.hold(ann, "family-1", time.Now())
	k.hold(ann, "expired", time.Now().Add(-2*time.Hour))
	k.browse(ben)
	all := k.sessions(ann)
	if len(all) != 3 || *all[0].Type != "BROWSER" || *all[0].IpAddress != "203.0.113.9" || *all[2].Type != "TOKENS" || *all[2].ClientId != "app" {
		t.Fatalf("%+v", all)
	}
	// Of the two browsers, which began in one millisecond, the ids tell which is which.
	s, err := k.browsers.Current(t.Context(), cookie, session.PoolRealm(k.pool.ID), "b")
	if err != nil {
		t.Fatal(err)
	}
	id := s.PublicID()
	if err := k.revoke(ann, &id); err != nil {
		t.Fatal(err)
	}
	if _, err := k.browsers.Current(t.Context(), cookie, session.PoolRealm(k.pool.ID), "b"); err == nil {
		t.Error("the revoked browser is still signed in")
	}
	if _, err := k.browsers.Current(t.Context(), other, session.PoolRealm(k.pool.ID), "b"); err != nil {
		t.Error("the other browser was signed out:", err)
	}
	if err := k.revoke(ann, all[2].SessionId); err != nil {
		t.Fatal(err)
	}
	if left := k.sessions(ann); len(left) != 1 {
		t.Errorf("left: %+v", left)
	}
	k.hold(ann, "family-2", time.Now())
	if err := k.revoke(ann, nil); err != nil {
		t.Fatal(err)
	}
	if left := k.sessions(ann); len(left) != 0 {
		t.Errorf("after all were revoked: %+v", left)
	}
	if left := k.sessions(ben); len(left) != 1 {
		t.Errorf("ben: %+v", left)
	}
	if ops := k.audited(); ops[1] != "gatehouse:ListUserSessions" || ops[2] != "gatehouse:RevokeUserSessions" {
		t.Errorf("%v", ops[:4])
	}
}

func TestSessionsOlderThanThePasswordAreNotListed(t *testing.T) {
	k := newSessionsKit(t)
	ann := k.user("ann", nil)
	k.browse(ann)
	time.Sleep(2 * time.Millisecond)
	if err := k.people.SetPassword(t.Context(), k.pool, "ann", "Another-passw0rd!", true); err != nil {
		t.Fatal(err)
	}
	if all := k.sessions(ann); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}

func TestBrowsersOfAUserWhosePasswordWasResetAreNotListed(t *testing.T) {
	k := newSessionsKit(t)
	ann := k.user("ann", map[string]string{"email": "ann@example.com", "email_verified": "true"})
	if err := k.people.SetPassword(t.Context(), k.pool, "ann", "Another-passw0rd!", true); err != nil {
		t.Fatal(err)
	}
	k.browse(ann)
	k.hold(ann, "family-1", time.Now())
	if err := k.people.ResetPassword(t.Context(), k.pool, "ann"); err != nil {
		t.Fatal(err)
	}
	if all := k.sessions(ann); len(all) != 1 || *all[0].Type != "TOKENS" {
		t.Errorf("%+v", all)
	}
}

func TestAttackSessionsOfSomebodyElse(t *testing.T) {
	k := newSessionsKit(t)
	ann, ben := k.user("ann", nil), k.user("ben", nil)
	cookie := k.browse(ben)
	k.hold(ben, "family-of-ben", time.Now())
	for _, s := range k.sessions(ben) {
		if err := k.revoke(ann, s.SessionId); err == nil {
			t.Errorf("%s of ben was revoked as ann's", *s.Type)
		}
		if *s.SessionId == cookie {
			t.Error("a session's id is its cookie")
		}
	}
	if len(k.sessions(ben)) != 2 {
		t.Error("ben lost a session")
	}
	for _, other := range []api.Principal{root("999900001111")} {
		_, err := api.Call[gatehouse.ListUserSessionsOutput](k.ctx, k.api, other, &gatehouse.ListUserSessionsInput{UserPoolId: &k.pool.ID, Username: &ben.Username})
		if err == nil {
			t.Error("another account lists them")
		}
		_, err = api.Call[gatehouse.RevokeUserSessionsOutput](k.ctx, k.api, other, &gatehouse.RevokeUserSessionsInput{UserPoolId: &k.pool.ID, Username: &ben.Username})
		if err == nil {
			t.Error("another account ends them")
		}
	}
	empty := ""
	if err := k.revoke(ben, &empty); err == nil {
		t.Error("an empty id ends all")
	}
}
