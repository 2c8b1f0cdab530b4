package api

import (
	"gatehouse/internal/sts"
)

// sessionMay are the operations of STS that the credentials of GetSessionToken may call.
var sessionMay = set("AssumeRole GetCallerIdentity")

// withinSession refuses what temporary credentials of a user may not do whatever policies say: those of GetSessionToken
// call IAM only when a second factor was shown for them, and those of GetFederationToken never; of STS they may call next
// to nothing, so that nobody prolongs them (STS API Reference, GetSessionToken and GetFederationToken).
func withinSession(o *Operation, p Principal) error {
	if p.Session == nil || p.Session.Kind == sts.Role || p.Session.AssumedRoot || p.AccessKeyID == "" { // the console's sessions are no credentials
		return nil
	}
	federated := p.Session.Kind == sts.Federated
	switch {
	case o.Service == "iam" && (federated || p.Session.MFAAt.IsZero()):
		return sts.ErrInvalidToken
	case o.Service == "sts" && !sessionMay[o.Name], o.Service == "sts" && federated && o.Name != "GetCallerIdentity":
		return ErrAccessDenied.With("Cannot call %s with session credentials", o.Name)
	}
	return nil
}
