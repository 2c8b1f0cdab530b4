package iam

import (
	"context"
	"time"
)

// Temporary is who holds temporary credentials.
type Temporary struct {
	AccountID string
	UserID    string // aws:userid
	Kind      string // as aws:PrincipalType
	ARN       string // of the session
	Name      string // whom the console greets
	Session   string // as package sts writes it
	Expires   time.Time
}

// SignInTemporary begins a console session that ends with the credentials at the latest. Nobody can prove a password
// for it: when a fresh proof is wanted, its holder signs in anew. The answer is the cookie's value.
func (s *Service) SignInTemporary(ctx context.Context, in Temporary, from Browser) (cookie string, v *ConsoleSession, err error) {
	session := ConsoleSession{
		AccountID: in.AccountID, UserID: in.UserID, Kind: in.Kind, ARN: in.ARN, Name: in.Name, MFA: MFANone, Temporary: in.Session, Expires: in.Expires,
	}
	return s.startConsole(ctx, session, from, s.Tx.InTx)
}
