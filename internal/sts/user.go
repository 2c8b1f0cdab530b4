package sts

import "time"

// Issuer is a user, or the root user, who signs with a long-term key.
type Issuer struct {
	AccountID, ID, ARN string // ID is the account's for root
}

// UserSession is what GetSessionToken answers: the user's own permissions, for a while. mfaAt is when a second factor
// was shown for it, zero for never. 0 asks for twelve hours, or one for root.
func (s *Service) UserSession(by Issuer, want time.Duration, mfaAt time.Time) *Session {
	now := s.now()
	v := &Session{
		Kind: User, AccountID: by.AccountID, IssuerID: by.ID, IssuerARN: by.ARN,
		IssuedAt: now, Expires: now.Add(userLength(by, want)), MFAAt: mfaAt,
	}
	if v.OfRoot() {
		v.Kind = Root
	}
	return v
}

// FederatedSession is what GetFederationToken answers: somebody whom the user vouches for, who may what both the user and
// the session policies allow. Errors as RoleSession.
func (s *Service) FederatedSession(by Issuer, w Want) (*Session, error) {
	now := s.now()
	v := &Session{
		Kind: Federated, AccountID: by.AccountID, IssuerID: by.ID, IssuerARN: by.ARN, Name: w.Name,
		IssuedAt: now, Expires: now.Add(userLength(by, w.Duration)),
	}
	return v, w.limits(v)
}

// maxAssumedRoot is how long somebody may act as the root user of another account.
const maxAssumedRoot = 15 * time.Minute

// RootSession is what AssumeRoot answers: the root user of an account, for what a policy of AWS lets one do for a task.
// nil asks for fifteen minutes; longer is ErrValidation.
func (s *Service) RootSession(accountID, rootARN, task string, want *time.Duration, by *Session) (*Session, error) {
	length := maxAssumedRoot
	if want != nil {
		length = *want
	}
	if length > maxAssumedRoot {
		return nil, ErrValidation.With("The requested DurationSeconds exceeds the 900 seconds that sessions of root may last.")
	}
	now := s.now()
	v := &Session{
		Kind: Root, AccountID: accountID, IssuerID: accountID, IssuerARN: rootARN, IssuedAt: now, Expires: now.Add(length),
		PolicyARNs: []string{task}, AssumedRoot: true,
	}
	return v, v.inherit(by)
}

// userLength cuts what root asks for, as AWS does.
func userLength(by Issuer, want time.Duration) time.Duration {
	if want == 0 {
		want = defaultUser
	}
	if by.ID == by.AccountID {
		return min(want, maxOfRoot)
	}
	return want
}
