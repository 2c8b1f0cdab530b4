package saml

import (
	"time"

	crewjam "github.com/crewjam/saml"
)

const bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"

// read takes what callers need out of an assertion that crewjam verified, and holds what it leaves open.
func read(a *crewjam.Assertion, now time.Time) (*Assertion, error) {
	confirmations := a.Subject.SubjectConfirmations
	switch {
	case a.ID == "":
		return nil, ErrInvalid.With("The assertion has no ID.")
	case len(confirmations) != 1 || confirmations[0].Method != bearer:
		return nil, ErrInvalid.With("The assertion must have exactly one SubjectConfirmation, which is a bearer's.")
	case a.Subject.NameID == nil || a.Subject.NameID.Value == "":
		return nil, ErrInvalid.With("The subject of the assertion has no NameID.")
	}
	out := &Assertion{
		ID: a.ID, Issuer: a.Issuer.Value, Subject: a.Subject.NameID.Value, SubjectFormat: a.Subject.NameID.Format,
		Recipient: confirmations[0].SubjectConfirmationData.Recipient, Attributes: attributes(a), SessionEnd: sessionEnd(a),
		UsableUntil: a.IssueInstant.Add(MaxAge + rememberLonger).UTC(),
	}
	if !out.SessionEnd.IsZero() && !now.Before(out.SessionEnd) {
		return nil, ErrExpired.With("The session at the identity provider has ended.")
	}
	return out, nil
}

func attributes(a *crewjam.Assertion) map[string][]string {
	out := map[string][]string{}
	for _, statement := range a.AttributeStatements {
		for _, attribute := range statement.Attributes {
			for _, v := range attribute.Values {
				switch {
				case v.NameID != nil:
					out[attribute.Name] = append(out[attribute.Name], v.NameID.Value)
				case !v.Nil:
					out[attribute.Name] = append(out[attribute.Name], v.Value)
				}
			}
		}
	}
	return out
}

// sessionEnd is the earliest that a statement has.
func sessionEnd(a *crewjam.Assertion) (end time.Time) {
	for _, s := range a.AuthnStatements {
		if s.SessionNotOnOrAfter != nil && (end.IsZero() || s.SessionNotOnOrAfter.Before(end)) {
			end = s.SessionNotOnOrAfter.UTC()
		}
	}
	return end
}
