package organization

import (
	"context"
	"errors"
)

// Of is the organization that an account is in; ErrNotInUse for none.
func (s *Service) Of(ctx context.Context, accountID string) (Organization, error) {
	o, err := s.Organizations.OrganizationOf(ctx, accountID)
	return o, none(err, ErrNotInUse)
}

// Create makes an organization, whose management account is the caller's.
func (s *Service) Create(ctx context.Context, accountID string, allFeatures bool) (Organization, error) {
	id, err := s.newID("o-", 10)
	if err != nil {
		return Organization{}, err
	}
	root, err := s.newID("r-", 8)
	if err != nil {
		return Organization{}, err
	}
	o := Organization{ID: id, ManagementID: accountID, RootID: root, AllFeatures: allFeatures, CreatedAt: s.now()}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		a, err := s.Accounts.Account(ctx, accountID)
		switch {
		case err != nil:
			return err
		case a.OrganizationID != "":
			return ErrAlreadyIn
		}
		if err := s.Organizations.InsertOrganization(ctx, o); err != nil {
			return err
		}
		a.OrganizationID, a.ParentID, a.Method, a.JoinedAt = o.ID, o.RootID, Invited, o.CreatedAt
		if err := s.Accounts.Place(ctx, a); err != nil {
			return err
		}
		return s.Organizations.NextPolicyVersion(ctx, accountID)
	})
	if errors.Is(err, ErrExists) {
		err = ErrAlreadyIn
	}
	return o, err
}

// Delete deletes an organization that has no account but its management account. Its policies and units go with it.
func (s *Service) Delete(ctx context.Context, o *Organization) error {
	return s.change(ctx, o, func(ctx context.Context) error {
		n, err := s.Accounts.CountAccounts(ctx, o.ID)
		switch {
		case err != nil:
			return err
		case n > 1:
			return ErrNotEmpty
		}
		if err := s.Accounts.Remove(ctx, o.ID, o.ManagementID); err != nil {
			return err
		}
		return s.Organizations.DeleteOrganization(ctx, o.ID)
	})
}
