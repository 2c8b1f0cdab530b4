package iam

import "context"

// RootFirst is what root has to do in the console before anything else: root is for emergencies.
type RootFirst string

// What root has to do first.
const (
	RootReady    RootFirst = ""
	RootNames    RootFirst = "administrator" // nobody else can sign in: make a user who administers from then on
	RootProtects RootFirst = "mfa"           // its password alone would open the console
	RootProves   RootFirst = "proof"         // it has a second factor that the session has not shown: a passkey of this session, or one of a moment ago
)

// RootFirst tells it of who sits at a session; RootReady for everybody but root.
func (s *Service) RootFirst(ctx context.Context, v *ConsoleSession) (RootFirst, error) {
	if !v.OfRoot() || v.Temporary != "" || v.MFA == MFAPassed {
		return RootReady, nil
	}
	others, err := s.HasLogins(ctx)
	switch {
	case err != nil:
		return "", err
	case !others:
		return RootNames, nil
	}
	state, err := s.wantedOf(ctx, User{AccountID: v.AccountID, ID: v.AccountID})
	switch {
	case err != nil:
		return "", err
	case state == MFANone:
		return RootProtects, nil
	}
	return RootProves, nil
}
