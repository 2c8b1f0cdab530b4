package organization

import (
	"context"
	"time"
)

// join puts an account into an organization, at its ParentID, with the policies that everything there has.
func (s *Service) join(ctx context.Context, o *Organization, a Account) error {
	if err := s.Accounts.Place(ctx, a); err != nil {
		return err
	}
	if err := s.attachDefaults(ctx, o, a.ID); err != nil {
		return err
	}
	return s.Organizations.NextPolicyVersion(ctx, a.ID)
}

// closedStays is how long a closed account keeps its place: AWS takes it out by itself then.
const closedStays = 90 * 24 * time.Hour

// Remove takes a member account out of an organization. It goes on by itself, with all that it has.
func (s *Service) Remove(ctx context.Context, o *Organization, id string) error {
	return s.change(ctx, o, func(ctx context.Context) error {
		a, err := s.Account(ctx, o, id)
		switch {
		case err != nil:
			return err
		case o.Manages(id):
			return ErrMasterCannotLeave
		case a.Closed() && s.now().Sub(a.ClosedAt) < closedStays:
			return violates("ACCOUNT_CANNOT_LEAVE_ORGANIZATION", "A closed account can't leave its organization for 90 days.")
		}
		delegates, err := s.Delegations.ListDelegates(ctx, o.ID)
		if err != nil {
			return err
		}
		for _, d := range delegates {
			if d.AccountID == id {
				return violates("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG", "The account is a delegated administrator of %s: deregister it first.", d.Principal)
			}
		}
		if err := s.Policies.DetachAll(ctx, o.ID, id, ""); err != nil {
			return err
		}
		if err := s.forgetApproval(ctx, o, id); err != nil {
			return err
		}
		return s.Accounts.Remove(ctx, o.ID, id)
	})
}

// Move moves an account to another parent.
func (s *Service) Move(ctx context.Context, o *Organization, id, from, to string) error {
	return s.change(ctx, o, func(ctx context.Context) error {
		a, err := s.Account(ctx, o, id)
		if err != nil {
			return err
		}
		if err := s.parent(ctx, o, from, ErrSourceNotFound); err != nil {
			return err
		}
		if err := s.parent(ctx, o, to, ErrDestinationNotFound); err != nil {
			return err
		}
		switch {
		case a.ParentID == to:
			return ErrDuplicateAccount
		case a.ParentID != from:
			return ErrSourceNotFound
		}
		a.ParentID = to
		return s.Accounts.Place(ctx, a)
	})
}

// parent tells whether a root or unit is there; reason says that it is not.
func (s *Service) parent(ctx context.Context, o *Organization, id string, reason error) error {
	if id == o.RootID {
		return nil
	}
	if !IsUnit(id) {
		return reason
	}
	_, err := s.Units.Unit(ctx, o.ID, id)
	return none(err, reason)
}

// forgetApproval waits no more for an account that leaves to approve all features.
func (s *Service) forgetApproval(ctx context.Context, o *Organization, accountID string) error {
	open, err := s.openHandshakes(ctx, o)
	if err != nil {
		return err
	}
	for _, h := range open {
		if h.Action != ApproveAllFeatures || h.AccountID != accountID {
			continue
		}
		if err := s.approved(ctx, o, h); err != nil {
			return err
		}
		return s.Handshakes.SetHandshakeState(ctx, h.ID, h.State, Canceled)
	}
	return nil
}
