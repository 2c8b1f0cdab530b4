package organization

import (
	"context"
	"strings"
	"time"
)

// Action is what a handshake is about.
type Action string

// Actions of handshakes.
const (
	Invite             Action = "INVITE"
	EnableAllFeatures  Action = "ENABLE_ALL_FEATURES"  // of the management account
	ApproveAllFeatures Action = "APPROVE_ALL_FEATURES" // of an invited member
)

// State is how far a handshake is.
type State string

// States of handshakes.
const (
	Requested State = "REQUESTED" // waits for others
	Open      State = "OPEN"      // waits for its recipient
	Canceled  State = "CANCELED"
	Accepted  State = "ACCEPTED"
	Declined  State = "DECLINED"
	Expired   State = "EXPIRED"
)

func (st State) pending() bool { return st == Requested || st == Open }

const (
	inviteLasts   = 15 * 24 * time.Hour
	featuresLasts = 90 * 24 * time.Hour
	remembered    = 30 * 24 * time.Hour // after it expired
)

// Handshake is an agreement between an organization and an account that takes two to make.
type Handshake struct {
	ID             string // h-
	OrganizationID string
	ManagementID   string // of the organization
	Action         Action
	State          State
	// AccountID is the recipient; empty for an invitation by the address of a root user, which is Email then.
	AccountID string
	Email     string
	Notes     string
	ParentID  string // of an ApproveAllFeatures: the handshake that waits for it
	Tags      []Tag  // that the account gets
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Organization is as much of the handshake's as ARNs need.
func (h *Handshake) Organization() *Organization {
	return &Organization{ID: h.OrganizationID, ManagementID: h.ManagementID}
}

// HandshakeFilter says which handshakes to list: those of an organization, or to a recipient.
type HandshakeFilter struct {
	OrganizationID   string
	AccountID, Email string
	Action           Action // empty is any
	ParentID         string // empty is any
	Since            time.Time
}

// InviteAccount asks an account, by its id or its root user's address, to join. Nobody learns whether there is such an
// account: whoever has it finds the invitation.
func (s *Service) InviteAccount(ctx context.Context, o *Organization, accountID, email, notes string, tags []Tag) (Handshake, error) {
	switch {
	case accountID != "" && !IsAccount(accountID):
		return Handshake{}, errTarget
	case accountID == "" && !strings.Contains(strings.Trim(email, "@"), "@"):
		return Handshake{}, errTargetEmail
	}
	tags, err := mergeTags(nil, tags)
	if err != nil {
		return Handshake{}, err
	}
	h, err := s.newHandshake(o, Invite, inviteLasts)
	if err != nil {
		return h, err
	}
	h.AccountID, h.Email, h.Notes, h.Tags = accountID, strings.ToLower(email), notes, tags
	err = s.write(ctx, o, func(ctx context.Context) error {
		if err := s.invitable(ctx, o, h); err != nil {
			return err
		}
		if err := s.Handshakes.DeleteHandshakesBefore(ctx, o.ID, s.now().Add(-remembered)); err != nil {
			return err
		}
		return s.Handshakes.InsertHandshake(ctx, h)
	})
	return h, err
}

func (s *Service) newHandshake(o *Organization, a Action, lasts time.Duration) (Handshake, error) {
	id, err := s.newID("h-", 16)
	now := s.now()
	return Handshake{ID: id, OrganizationID: o.ID, ManagementID: o.ManagementID, Action: a, State: Open, CreatedAt: now, ExpiresAt: now.Add(lasts)}, err
}

// invitable refuses an invitation that could not be accepted.
func (s *Service) invitable(ctx context.Context, o *Organization, h Handshake) error {
	n, err := s.Accounts.CountAccounts(ctx, o.ID)
	switch {
	case err != nil:
		return err
	case n >= maxAccounts:
		return handshakeViolates("ACCOUNT_NUMBER_LIMIT_EXCEEDED", "An organization has at most %d accounts.", maxAccounts)
	}
	members, err := s.Accounts.ListAccounts(ctx, o.ID, "", "", maxAccounts+1)
	if err != nil {
		return err
	}
	for _, a := range members {
		if a.ID == h.AccountID || h.Email != "" && a.Email == h.Email {
			return handshakeViolates("ALREADY_IN_AN_ORGANIZATION", "The account is already a member of the organization.")
		}
	}
	have, err := s.openHandshakes(ctx, o)
	if err != nil {
		return err
	}
	for _, other := range have {
		switch {
		case other.Action == EnableAllFeatures:
			return handshakeViolates("INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES", "You can't invite accounts while all features are being enabled.")
		case other.Action == Invite && other.AccountID == h.AccountID && other.Email == h.Email:
			return ErrDuplicateHandshake
		}
	}
	if len(have) >= maxOpenHandshakes {
		return handshakeViolates("HANDSHAKE_RATE_LIMIT_EXCEEDED", "At most %d invitations can be open.", maxOpenHandshakes)
	}
	return nil
}

const maxOpenHandshakes = 1000

// openHandshakes are those that wait for somebody.
func (s *Service) openHandshakes(ctx context.Context, o *Organization) ([]Handshake, error) {
	all, err := s.Handshakes.ListHandshakes(ctx, HandshakeFilter{OrganizationID: o.ID, Since: s.now()}, "", 4*maxOpenHandshakes)
	var open []Handshake
	for _, h := range all {
		if h.State.pending() {
			open = append(open, h)
		}
	}
	return open, err
}

// HandshakeFor is a handshake that an account is a party of: its recipient, or the management account of its organization.
func (s *Service) HandshakeFor(ctx context.Context, accountID, id string) (Handshake, error) {
	h, err := s.Handshakes.Handshake(ctx, id)
	if err != nil {
		return h, none(err, ErrHandshakeNotFound)
	}
	to, err := s.recipient(ctx, h, accountID)
	switch {
	case err != nil:
		return Handshake{}, err
	case !to && h.ManagementID != accountID:
		return Handshake{}, ErrHandshakeNotFound
	}
	return s.current(h), nil
}

// current shows a handshake that nobody answered in time as expired.
func (s *Service) current(h Handshake) Handshake {
	if h.State.pending() && !s.now().Before(h.ExpiresAt) {
		h.State = Expired
	}
	return h
}

// recipient tells whether a handshake is to an account.
func (s *Service) recipient(ctx context.Context, h Handshake, accountID string) (bool, error) {
	if h.Email == "" {
		return h.AccountID == accountID, nil
	}
	a, err := s.Accounts.Account(ctx, accountID)
	return err == nil && a.Email == h.Email, err
}

// ListHandshakesTo answers a page of the handshakes to an account.
func (s *Service) ListHandshakesTo(ctx context.Context, accountID string, f HandshakeFilter, at Place) (Page[Handshake], error) {
	a, err := s.Accounts.Account(ctx, accountID)
	if err != nil {
		return Page[Handshake]{}, err
	}
	f.AccountID, f.Email = a.ID, a.Email
	return s.listHandshakes(ctx, "handshakes/"+accountID, f, at)
}

// ListHandshakesOf answers a page of the handshakes of an organization.
func (s *Service) ListHandshakesOf(ctx context.Context, o *Organization, f HandshakeFilter, at Place) (Page[Handshake], error) {
	f.OrganizationID = o.ID
	return s.listHandshakes(ctx, "handshakes/"+o.ID, f, at)
}

func (s *Service) listHandshakes(ctx context.Context, list string, f HandshakeFilter, at Place) (Page[Handshake], error) {
	f.Since = s.now().Add(-remembered)
	p, err := page(s, list+"/"+string(f.Action)+"/"+f.ParentID, at, func(after string, limit int) ([]Handshake, error) {
		return s.Handshakes.ListHandshakes(ctx, f, after, limit)
	}, func(h Handshake) string { return h.ID })
	for i := range p.Items {
		p.Items[i] = s.current(p.Items[i])
	}
	return p, err
}
