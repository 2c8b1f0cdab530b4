package iam_test

import (
	"errors"
	"testing"
	"time"

	"gatehouse/internal/iam"
)

// TestTemporarySessionEndsWithItsCredentials, and nobody proves a password at it.
func TestTemporarySessionEndsWithItsCredentials(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, root := signIn(t, s)
		in := iam.Temporary{AccountID: root.AccountID, UserID: "AROADEPLOY:ann", Kind: "AssumedRole", ARN: "arn:aws:sts::111122223333:assumed-role/deploy/ann", Name: "deploy/ann", Session: `{"k":"AssumedRole"}`}
		in.Expires = c.now.Add(30 * time.Minute)
		cookie, _, err := enter(t, s, in)
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.ConsoleSession(ctx, cookie)
		if err != nil || v.Temporary != in.Session || v.OfRoot() || v.UserID != in.UserID || v.ARN != in.ARN || v.Name != in.Name {
			t.Fatalf("%+v %v", v, err)
		}
		if err := s.Reauthenticate(ctx, v, "right password", iam.SecondFactor{}); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("proved a password:", err)
		}
		c.now = in.Expires
		if _, err := s.ConsoleSession(ctx, cookie); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("outlives its credentials:", err)
		}
		in.Expires = c.now.Add(36 * time.Hour)
		if _, v, err := enter(t, s, in); err != nil || v.Expires.Sub(v.Created) != iam.ConsoleLife {
			t.Error(v, err)
		}
	})
}

// enter signs somebody in by temporary credentials.
func enter(t *testing.T, s *iam.Service, in iam.Temporary) (string, *iam.ConsoleSession, error) {
	t.Helper()
	handle, err := s.ComeTemporary(ctx, in, iam.Browser{IP: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	return s.EnterTemporary(ctx, handle, iam.Browser{IP: "192.0.2.1"})
}

// Attack: take who comes for somebody who is signed in, come by a session, come twice, come late.
func TestAttackComingByTemporaryCredentials(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		session, root := signIn(t, s)
		in := iam.Temporary{AccountID: root.AccountID, UserID: "AROADEPLOY:ann", Kind: "AssumedRole", ARN: "arn:aws:sts::111122223333:assumed-role/deploy/ann", Name: "deploy/ann", Session: `{"k":"AssumedRole"}`}
		in.Expires = c.now.Add(time.Hour)
		come := func() string {
			handle, err := s.ComeTemporary(ctx, in, iam.Browser{Previous: session})
			if err != nil {
				t.Fatal(err)
			}
			return handle
		}
		refused := func(what, handle string) {
			t.Helper()
			if v, err := s.Coming(ctx, handle); !errors.Is(err, iam.ErrNoConsoleSession) {
				t.Errorf("%s comes: %+v %v", what, v, err)
			}
			if _, v, err := s.EnterTemporary(ctx, handle, iam.Browser{}); !errors.Is(err, iam.ErrNoConsoleSession) {
				t.Errorf("%s enters: %+v %v", what, v, err)
			}
		}
		handle := come()
		if v, err := s.Coming(ctx, handle); err != nil || v.Name != in.Name {
			t.Fatal(v, err)
		}
		if _, err := s.ConsoleSession(ctx, handle); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("signed in without having come in:", err)
		}
		refused("a session", session)
		refused("nobody", "")
		if _, err := s.ConsoleSession(ctx, session); err != nil {
			t.Error("the session is gone:", err)
		}
		came := c.now
		c.now = c.now.Add(iam.ConsoleComing - time.Second)
		cookie, v, err := s.EnterTemporary(ctx, handle, iam.Browser{Previous: session})
		if err != nil || !v.AuthTime.Equal(came) || cookie == handle {
			t.Fatalf("%+v %v", v, err)
		}
		if _, err := s.ConsoleSession(ctx, session); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("the session before goes on:", err)
		}
		refused("a spent handle", handle)
		late := come()
		c.now = c.now.Add(iam.ConsoleComing)
		refused("a late one", late)
	})
}
