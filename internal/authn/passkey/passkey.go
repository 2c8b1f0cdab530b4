// Package passkey is the two ceremonies of WebAuthn (https://www.w3.org/TR/webauthn-3/): a passkey is registered, and proves
// who is there. It is pure: no I/O, no HTTP, no clock. Who begins a ceremony keeps its State for one Finish, deletes it
// before that, and forgets it after Life; who finishes one keeps the Credential that it answers. It knows neither users nor sessions.
package passkey

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"gatehouse/internal/fault"
)

// Life is how long the State of a ceremony is good for.
const Life = 5 * time.Minute

var (
	// ErrRefused is an answer of a browser that proves nothing: another origin or challenge, somebody else's passkey, a
	// signature that is wrong.
	ErrRefused = fault.Status(401, "AuthenticationFailure", "The passkey could not be verified.")
	// ErrCloned is a passkey whose signature counter went backwards: there is a copy of it (section 6.1.1).
	ErrCloned = fault.Status(401, "AuthenticationFailure", "The passkey seems to have been copied.")
)

// Party is whom passkeys are for (the relying party).
type Party struct {
	ID      string   // the host that passkeys belong to
	Name    string   // as authenticators show it
	Origins []string // of the pages that may ask
}

// Owner is whose passkeys are meant. ID is no name and no address: authenticators keep it (section 14.6.1).
type Owner struct {
	ID   []byte
	Name string
}

// Credential is a registered passkey.
type Credential struct {
	ID        []byte
	SignCount uint32 // 0 where the authenticator does not count
	Record    []byte // what a later ceremony needs, as JSON; holds no secret
}

// Begun is a ceremony that goes on in a browser.
type Begun struct {
	Options []byte // JSON, for parseCreationOptionsFromJSON or parseRequestOptionsFromJSON
	State   []byte // for Finish
}

// BeginRegistration asks for a passkey that is none of those that the owner has.
func (p Party) BeginRegistration(o Owner, have []Credential) (Begun, error) {
	w, u, err := p.open(o, have)
	if err != nil {
		return Begun{}, err
	}
	options, state, err := w.BeginRegistration(u,
		webauthn.WithExclusions(webauthn.Credentials(u.credentials).CredentialDescriptors()),
		webauthn.WithResidentKeyRequirement(protocol.ResidentKeyRequirementPreferred),
		webauthn.WithConveyancePreference(protocol.PreferNoAttestation))
	if err != nil {
		return Begun{}, fmt.Errorf("begin registration: %w", err)
	}
	return begun(options.Response, state)
}

// FinishRegistration answers the passkey that a browser's answer registers, or ErrRefused.
func (p Party) FinishRegistration(o Owner, state, answer []byte) (Credential, error) {
	w, u, err := p.open(o, nil)
	if err != nil {
		return Credential{}, err
	}
	session, err := stateOf(state)
	if err != nil {
		return Credential{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Credential{}, ErrRefused
	}
	c, err := w.CreateCredential(u, session, parsed)
	if err != nil {
		return Credential{}, ErrRefused
	}
	return kept(c)
}

// BeginAuthentication asks for one of the owner's passkeys.
func (p Party) BeginAuthentication(o Owner, have []Credential) (Begun, error) {
	w, u, err := p.open(o, have)
	if err != nil {
		return Begun{}, err
	}
	options, state, err := w.BeginLogin(u)
	if err != nil {
		return Begun{}, fmt.Errorf("begin authentication: %w", err)
	}
	return begun(options.Response, state)
}

// FinishAuthentication answers the passkey that proved who is there, with its counter as it is now: keep it before anything
// is granted, and only if the counter that is kept is lower, or both are 0. ErrRefused, ErrCloned.
func (p Party) FinishAuthentication(o Owner, have []Credential, state, answer []byte) (Credential, error) {
	w, u, err := p.open(o, have)
	if err != nil {
		return Credential{}, err
	}
	session, err := stateOf(state)
	if err != nil {
		return Credential{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Credential{}, ErrRefused
	}
	c, err := w.ValidateLogin(u, session, parsed)
	switch {
	case err != nil:
		return Credential{}, ErrRefused
	case c.Authenticator.CloneWarning:
		return Credential{}, ErrCloned
	}
	return kept(c)
}

func (p Party) open(o Owner, have []Credential) (*webauthn.WebAuthn, *owner, error) {
	w, err := webauthn.New(&webauthn.Config{RPID: p.ID, RPDisplayName: p.Name, RPOrigins: p.Origins})
	if err != nil {
		return nil, nil, fmt.Errorf("set up relying party %s: %w", p.ID, err)
	}
	u := &owner{Owner: o}
	for _, c := range have {
		var r webauthn.Credential
		if err := json.Unmarshal(c.Record, &r); err != nil {
			return nil, nil, fmt.Errorf("read passkey: %w", err)
		}
		if !bytes.Equal(r.ID, c.ID) {
			return nil, nil, fmt.Errorf("read passkey: its record is of another one")
		}
		u.credentials = append(u.credentials, r)
	}
	return w, u, nil
}

// owner implements webauthn.User.
type owner struct {
	Owner
	credentials []webauthn.Credential
}

func (o *owner) WebAuthnID() []byte                         { return o.ID }
func (o *owner) WebAuthnName() string                       { return o.Name }
func (o *owner) WebAuthnDisplayName() string                { return o.Name }
func (o *owner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

func begun(options any, session *webauthn.SessionData) (Begun, error) {
	o, err := json.Marshal(options)
	if err != nil {
		return Begun{}, fmt.Errorf("write options: %w", err)
	}
	s, err := json.Marshal(session)
	if err != nil {
		return Begun{}, fmt.Errorf("write state: %w", err)
	}
	return Begun{Options: o, State: s}, nil
}

func stateOf(state []byte) (s webauthn.SessionData, err error) {
	if err := json.Unmarshal(state, &s); err != nil {
		return s, fmt.Errorf("read state: %w", err)
	}
	return s, nil
}

func kept(c *webauthn.Credential) (Credential, error) {
	c.Attestation = webauthn.CredentialAttestation{} // nobody verifies it later
	record, err := json.Marshal(c)
	if err != nil {
		return Credential{}, fmt.Errorf("write passkey: %w", err)
	}
	return Credential{ID: c.ID, SignCount: c.Authenticator.SignCount, Record: record}, nil
}
