package iam_test

import (
	"testing"
	"time"

	"gatehouse/internal/authn/totp"
	"gatehouse/internal/iam"
)

// kept is how many browsers of one principal are signed in at once, and how many sign-ins of one wait.
const kept = 20

// live tells which of these sessions are.
func live(t *testing.T, s *iam.Service, cookies []string) (live []bool) {
	t.Helper()
	for _, c := range cookies {
		v, err := s.ConsoleSession(ctx, c)
		live = append(live, err == nil && v.MFA != iam.MFAWanted)
	}
	return live
}

// allBut fails where another session than the first ones has ended.
func allBut(t *testing.T, s *iam.Service, ended int, cookies []string) {
	t.Helper()
	for i, is := range live(t, s, cookies) {
		if is != (i >= ended) {
			t.Errorf("session %d of %d lives: %v", i+1, len(cookies), is)
		}
	}
}

// Who comes from an identity provider comes in however many browsers they are signed in with: the oldest makes room.
func TestSessionBeyondThoseKeptByTemporaryCredentials(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, root := signIn(t, s)
		in := iam.Temporary{AccountID: root.AccountID, UserID: "AROADEPLOY:ann", Kind: "AssumedRole", ARN: "arn:aws:sts::111122223333:assumed-role/deploy/ann", Name: "deploy/ann", Session: `{"k":"AssumedRole"}`}
		in.Expires = c.now.Add(time.Hour)
		var cookies, coming []string
		for range kept + 2 {
			c.now = c.now.Add(time.Millisecond)
			cookie, _, err := enter(t, s, in)
			if err != nil {
				t.Fatalf("number %d: %v", len(cookies)+1, err)
			}
			cookies = append(cookies, cookie)
		}
		allBut(t, s, 2, cookies)
		for range kept + 2 { // at one moment
			handle, err := s.ComeTemporary(ctx, in, iam.Browser{})
			if err != nil {
				t.Fatal(err)
			}
			coming = append(coming, handle)
			if _, err := s.Coming(ctx, handle); err != nil {
				t.Errorf("number %d does not come: %v", len(coming), err)
			}
		}
		comes := 0
		for _, handle := range coming {
			if _, err := s.Coming(ctx, handle); err == nil {
				comes++
			}
		}
		if comes != kept {
			t.Error(comes, "come")
		}
		allBut(t, s, 2, cookies)
	})
}

// Attack: with somebody's password alone, end the sessions of their browsers, or keep them from a further one.
func TestAttackSessionsEndedWithAPasswordAlone(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, v := signIn(t, s)
		code := enable(t, s, v, c)
		if err := s.Console.DeleteConsoleSessionsOf(ctx, v.AccountID, v.UserID, ""); err != nil {
			t.Fatal(err)
		}
		var cookies []string
		answer := func(cookie string, v *iam.ConsoleSession) {
			t.Helper()
			c.now = c.now.Add(totp.Period)
			if err := s.AnswerMFA(ctx, v, iam.SecondFactor{Code: code()}); err != nil {
				t.Fatalf("number %d: %v", len(cookies)+1, err)
			}
			cookies = append(cookies, cookie)
		}
		for range kept {
			answer(signIn(t, s))
		}
		var cookie string
		for range kept + 5 {
			if cookie, v = signIn(t, s); v.MFA != iam.MFAWanted {
				t.Fatal(v.MFA)
			}
			if _, err := s.ConsoleSession(ctx, cookie); err != nil {
				t.Fatal("the last sign-in:", err)
			}
		}
		allBut(t, s, 0, cookies)
		answer(cookie, v)
		allBut(t, s, 1, cookies)
	})
}

func TestUsersSessionBeyondThoseKept(t *testing.T) {
	eachMembers(t, func(m *members) {
		var cookies []string
		for range kept + 1 { // by the clock of a node that is behind: whichever makes room, it is not the new one
			m.now = m.now.Add(-time.Millisecond)
			cookie, _ := m.enter()
			if cookies = append(cookies, cookie); m.over(cookie) {
				m.Errorf("number %d did not begin", len(cookies))
			}
		}
		n := 0
		for _, is := range live(m.T, m.Service, cookies) {
			if is {
				n++
			}
		}
		if n != kept {
			m.Error(n, "are kept")
		}
	})
}
