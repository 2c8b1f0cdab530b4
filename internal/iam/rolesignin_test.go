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
		cookie, _, err := s.SignInTemporary(ctx, in, iam.Browser{IP: "192.0.2.1"})
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
		if _, v, err := s.SignInTemporary(ctx, in, iam.Browser{}); err != nil || v.Expires.Sub(v.Created) != iam.ConsoleLife {
			t.Error(v, err)
		}
	})
}
