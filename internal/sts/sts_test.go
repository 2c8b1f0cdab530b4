package sts_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
	"gatehouse/internal/seal"
	"gatehouse/internal/sts"
)

const account = "111122223333"

// clock is a time that tests turn.
type clock struct{ now time.Time }

// roots were all reset at a time.
type roots struct{ reset time.Time }

func (r *roots) RootStands(_ context.Context, _ string, since time.Time) error {
	if since.Before(r.reset) {
		return sts.ErrInvalidToken
	}
	return nil
}

func service(t *testing.T) (*sts.Service, *clock) {
	c := &clock{time.Date(2026, 11, 30, 12, 0, 0, 5e8, time.UTC)}
	return &sts.Service{Keys: seal.TestKeyring(t), Roots: &roots{}, Clock: func() time.Time { return c.now }, Rand: rand.Reader}, c
}

// Attack: go on with what was taken with root's credentials after they were reset.
func TestAttackSessionOfRootOutlivesItsReset(t *testing.T) {
	s, c := service(t)
	at := c.now.Truncate(time.Second)
	session := func(k sts.Kind, issuer string, assumed bool) *sts.Session {
		return &sts.Session{Kind: k, AccountID: account, IssuerID: issuer, IssuerARN: "arn:aws:iam::" + account + ":root", Name: "ann", IssuedAt: at, Expires: at.Add(time.Hour), AssumedRoot: assumed}
	}
	for name, v := range map[string]struct {
		*sts.Session
		ends bool
	}{
		"of root": {session(sts.Root, account, false), true}, "federated by root": {session(sts.Federated, account, false), true},
		"of the management account as root": {session(sts.Root, account, true), false}, "of a user": {session(sts.User, "AIDAANN", false), false},
	} {
		s.Roots = &roots{}
		made := issue(t, s, v.Session)
		if _, _, err := s.Open(context.Background(), made.AccessKeyID, made.Token); err != nil {
			t.Error(name, err)
		}
		s.Roots = &roots{reset: at.Add(time.Second)}
		if _, _, err := s.Open(context.Background(), made.AccessKeyID, made.Token); errors.Is(err, sts.ErrInvalidToken) != v.ends {
			t.Error(name, "after the reset:", err)
		}
	}
}

var deploy = identity.Identity{AccountID: account, ID: "AROADEPLOY", Kind: identity.Role, Name: "deploy", Path: "/team/", MaxSession: 2 * time.Hour}

func issue(t *testing.T, s *sts.Service, v *sts.Session) sts.Credentials {
	t.Helper()
	c, err := s.Issue(v, 0)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSessionIsInItsTokenAlone(t *testing.T) {
	s, c := service(t)
	v, err := s.RoleSession(&deploy, nil, sts.Want{Name: "ci", Tags: []identity.Tag{{Key: "team", Value: "blue"}}, SourceIdentity: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	made := issue(t, s, v)
	secret, got, err := s.Open(context.Background(), made.AccessKeyID, made.Token)
	if err != nil || secret != made.Secret || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", v) {
		t.Fatalf("%v %+v", err, got)
	}
	if got.ARN() != "arn:aws:sts::111122223333:assumed-role/deploy/ci" || got.UserID() != "AROADEPLOY:ci" || got.IssuerARN != "arn:aws:iam::111122223333:role/team/deploy" {
		t.Error(got.ARN(), got.UserID(), got.IssuerARN)
	}
	if id, ok := sts.AccountOfKey(made.AccessKeyID); !ok || id != account || len(made.AccessKeyID) != 20 {
		t.Error(made.AccessKeyID, "is of", id)
	}
	c.now = v.Expires
	if _, _, err := s.Open(context.Background(), made.AccessKeyID, made.Token); !errors.Is(err, sts.ErrExpiredToken) {
		t.Error("expired:", err)
	}
}

func TestAttackSessionTokens(t *testing.T) {
	s, _ := service(t)
	v, _ := s.RoleSession(&deploy, nil, sts.Want{Name: "ci"})
	a, b := issue(t, s, v), issue(t, s, v)
	changed := []byte(a.Token)
	changed[40]++
	other, _ := service(t)
	other.Keys = seal.TestKeyring(t)
	for name, try := range map[string][2]string{
		"the token of another key":     {a.AccessKeyID, b.Token},
		"a long-term key's id":         {"AKIA" + a.AccessKeyID[4:], a.Token},
		"a changed token":              {a.AccessKeyID, string(changed)},
		"a token cut short":            {a.AccessKeyID, a.Token[:len(a.Token)-4]},
		"a token with something after": {a.AccessKeyID, a.Token + "AAAA"},
		"a huge token":                 {a.AccessKeyID, strings.Repeat("A", 1<<20)},
		"nothing sealed":               {a.AccessKeyID, "e30="},
		"no token":                     {a.AccessKeyID, ""},
		"not Base64":                   {a.AccessKeyID, "%%%"},
	} {
		if _, _, err := s.Open(context.Background(), try[0], try[1]); !errors.Is(err, sts.ErrInvalidToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRoleSessionsKeepToTheirLengths(t *testing.T) {
	s, _ := service(t)
	role, user := &sts.Session{Kind: sts.Role}, &sts.Session{Kind: sts.User}
	for _, c := range []struct {
		by   *sts.Session
		want time.Duration
		is   time.Duration
		err  string
	}{
		{nil, 0, time.Hour, ""},
		{nil, 2 * time.Hour, 2 * time.Hour, ""},
		{nil, 2*time.Hour + time.Second, 0, "exceeds the MaxSessionDuration set for this role"},
		{role, 0, time.Hour, ""},
		{role, time.Hour, time.Hour, ""},
		{role, time.Hour + time.Second, 0, "exceeds the 1 hour session limit for roles assumed by role chaining"},
		{user, 2 * time.Hour, 2 * time.Hour, ""},
	} {
		v, err := s.RoleSession(&deploy, c.by, sts.Want{Name: "ci", Duration: c.want})
		switch {
		case c.err != "":
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v: %v", c, err)
			}
		case err != nil || v.Expires.Sub(v.IssuedAt) != c.is:
			t.Errorf("%v: %v %v", c, v, err)
		}
	}
	root, ann := sts.Issuer{AccountID: account, ID: account}, sts.Issuer{AccountID: account, ID: "AIDAANN"}
	if a, r := s.UserSession(ann, 36*time.Hour, time.Time{}), s.UserSession(root, 36*time.Hour, time.Time{}); a.Expires.Sub(a.IssuedAt) != 36*time.Hour || r.Expires.Sub(r.IssuedAt) != time.Hour || r.Kind != sts.Root {
		t.Error(a, r)
	}
}

func TestTransitiveTagsAndSourceIdentityStay(t *testing.T) {
	s, _ := service(t)
	tag := func(k, v string) identity.Tag { return identity.Tag{Key: k, Value: v} }
	first, err := s.RoleSession(&deploy, nil, sts.Want{Name: "a", Tags: []identity.Tag{tag("Team", "blue"), tag("x", "1")}, Transitive: []string{"team"}, SourceIdentity: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.RoleSession(&deploy, first, sts.Want{Name: "b", Tags: []identity.Tag{tag("x", "2")}})
	if err != nil {
		t.Fatal(err)
	}
	third, err := s.RoleSession(&deploy, second, sts.Want{Name: "c"})
	if err != nil || !slices.Equal(third.Tags, []identity.Tag{tag("Team", "blue")}) || third.SourceIdentity != "ann" {
		t.Fatalf("%+v %v", third, err)
	}
	for name, w := range map[string]sts.Want{
		"an inherited tag":        {Tags: []identity.Tag{tag("TEAM", "red")}},
		"another source identity": {SourceIdentity: "eve"},
		"a key twice":             {Tags: []identity.Tag{tag("k", "1"), tag("K", "2")}},
		"a reserved key":          {Tags: []identity.Tag{tag("AWS:k", "1")}},
		"transitive, not passed":  {Transitive: []string{"nothing"}},
	} {
		if v, err := s.RoleSession(&deploy, third, w); err == nil {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestSessionPoliciesAreBounded(t *testing.T) {
	s, _ := service(t)
	for name, c := range map[string]struct {
		w   sts.Want
		err error
	}{
		"no JSON":  {sts.Want{Policy: "{"}, policy.ErrMalformed},
		"too long": {sts.Want{Policy: `{"Version":"2012-10-17","Statement":[{"Sid":"` + strings.Repeat("a", 2048) + `","Effect":"Allow","Action":"*","Resource":"*"}]}`}, sts.ErrPackedTooLarge},
		"many":     {sts.Want{PolicyARNs: slices.Repeat([]string{"arn:aws:iam::111122223333:policy/" + strings.Repeat("a", 128)}, 14)}, sts.ErrPackedTooLarge},
	} {
		if _, err := s.RoleSession(&deploy, nil, c.w); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var tags []identity.Tag
	for i := range 50 {
		b := make([]byte, 90)
		rand.Read(b)
		tags = append(tags, identity.Tag{Key: fmt.Sprint("key", i), Value: fmt.Sprintf("%x", b)})
	}
	v, err := s.RoleSession(&deploy, nil, sts.Want{Tags: tags})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Packed(); !errors.Is(err, sts.ErrPackedTooLarge) || !strings.Contains(err.Error(), "% of allotted space") {
		t.Error(err)
	}
	v.Tags = v.Tags[:2]
	if n, err := v.Packed(); err != nil || n < 5 || n > 30 {
		t.Error(n, err)
	}
}

func TestTokensFillUpAsAsked(t *testing.T) {
	s, _ := service(t)
	v, _ := s.RoleSession(&deploy, nil, sts.Want{Name: "ci"})
	c, err := s.Issue(v, 4096)
	if err != nil || len(c.Token) < 4096 {
		t.Fatal(len(c.Token), err)
	}
	if _, got, err := s.Open(context.Background(), c.AccessKeyID, c.Token); err != nil || got.Name != "ci" {
		t.Error(got, err)
	}
}

func TestAuthorizationMessagesOpenForTheirAccountAlone(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := &sts.Service{Keys: seal.TestKeyring(t), Clock: func() time.Time { return now }, Rand: rand.Reader}
	encoded, err := s.EncodeMessage("111122223333", []byte(`{"allowed":false}`))
	if err != nil || encoded == "" {
		t.Fatal(encoded, err)
	}
	if got, err := s.DecodeMessage("111122223333", encoded); err != nil || got != `{"allowed":false}` {
		t.Error(got, err)
	}
	token, err := s.Issue(s.UserSession(sts.Issuer{AccountID: "111122223333", ID: "AIDA", ARN: "arn:aws:iam::111122223333:user/a"}, 0, time.Time{}), 0)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"empty": "", "text": "no message", "cut": encoded[:len(encoded)-1], "changed": "_" + encoded[1:], "session token": token.Token, "huge": strings.Repeat("A", sts.MaxMessage+1),
	} {
		if got, err := s.DecodeMessage("111122223333", bad); !errors.Is(err, sts.ErrInvalidMessage) {
			t.Error(name, got, err)
		}
	}
	if _, err := s.DecodeMessage("444455556666", encoded); !errors.Is(err, sts.ErrInvalidMessage) {
		t.Error("another account opens it:", err)
	}
	now = now.Add(7 * 24 * time.Hour)
	if _, err := s.DecodeMessage("111122223333", encoded); !errors.Is(err, sts.ErrInvalidMessage) {
		t.Error("an old one opens:", err)
	}
	if long, err := s.EncodeMessage("111122223333", []byte(`"`+strings.Repeat("x", sts.MaxMessage)+`"`)); err != nil || long != "" {
		t.Error(len(long), err)
	}
}
