package organization

import "context"

// Accept agrees to a handshake: an invited account joins; a member approves all features; the management account, once
// all members have, enables them.
func (s *Service) Accept(ctx context.Context, accountID, id string) (Handshake, error) {
	return s.answer(ctx, accountID, id, Accepted, func(ctx context.Context, o *Organization, h Handshake) error {
		switch h.Action {
		case Invite:
			return s.accepted(ctx, o, accountID, h)
		case ApproveAllFeatures:
			return s.approved(ctx, o, h)
		}
		if h.State != Open {
			return ErrHandshakeTransition
		}
		o.AllFeatures = true
		return s.Organizations.SaveOrganization(ctx, *o)
	})
}

// Decline refuses a handshake that somebody else asked for.
func (s *Service) Decline(ctx context.Context, accountID, id string) (Handshake, error) {
	return s.answer(ctx, accountID, id, Declined, func(ctx context.Context, o *Organization, h Handshake) error {
		if h.ParentID == "" {
			return nil
		}
		return none(s.Handshakes.SetHandshakeState(ctx, h.ParentID, Requested, Canceled), ErrHandshakeTransition)
	})
}

// Cancel takes a handshake back, which its organization alone can.
func (s *Service) Cancel(ctx context.Context, accountID, id string) (Handshake, error) {
	return s.answer(ctx, accountID, id, Canceled, func(ctx context.Context, _ *Organization, h Handshake) error {
		return nil
	})
}

// answer brings a handshake to a state and does what follows from it, once.
func (s *Service) answer(ctx context.Context, accountID, id string, to State, then func(context.Context, *Organization, Handshake) error) (h Handshake, err error) {
	if h, err = s.HandshakeFor(ctx, accountID, id); err != nil {
		return h, err
	}
	o := h.Organization()
	err = s.change(ctx, o, func(ctx context.Context) error {
		if h, err = s.HandshakeFor(ctx, accountID, id); err != nil {
			return err
		}
		if err := s.may(ctx, accountID, h, to); err != nil {
			return err
		}
		switch {
		case h.State == to:
			return ErrHandshakeState
		case !h.State.pending():
			return ErrHandshakeTransition
		}
		if err := then(ctx, o, h); err != nil {
			return err
		}
		if err := s.Handshakes.SetHandshakeState(ctx, id, h.State, to); err != nil {
			return none(err, ErrHandshakeTransition)
		}
		h.State = to
		return nil
	})
	return h, none(err, ErrHandshakeNotFound)
}

// may tells whether an account may bring a handshake to a state: who sent it cancels, who got it answers.
func (s *Service) may(ctx context.Context, accountID string, h Handshake, to State) error {
	if h.Action == EnableAllFeatures {
		if accountID != h.ManagementID || to == Declined {
			return ErrAccessDenied
		}
		return nil
	}
	got, err := s.recipient(ctx, h, accountID)
	sent := accountID == h.ManagementID && !got
	if err == nil && (to == Canceled && !sent || to != Canceled && !got) {
		err = ErrAccessDenied
	}
	return err
}

// accepted lets the invited account in.
func (s *Service) accepted(ctx context.Context, o *Organization, accountID string, h Handshake) error {
	a, err := s.Accounts.Account(ctx, accountID)
	switch {
	case err != nil:
		return err
	case a.OrganizationID != "":
		return handshakeViolates("ALREADY_IN_AN_ORGANIZATION", "The account is already a member of an organization.")
	}
	n, err := s.Accounts.CountAccounts(ctx, o.ID)
	switch {
	case err != nil:
		return err
	case n >= maxAccounts:
		return handshakeViolates("ACCOUNT_NUMBER_LIMIT_EXCEEDED", "An organization has at most %d accounts.", maxAccounts)
	}
	a.OrganizationID, a.ParentID, a.Method, a.JoinedAt, a.Tags = o.ID, o.RootID, Invited, s.now(), h.Tags
	return s.join(ctx, o, a)
}

// approved opens the handshake of the management account when nobody else has to approve.
func (s *Service) approved(ctx context.Context, o *Organization, h Handshake) error {
	all, err := s.openHandshakes(ctx, o)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ParentID == h.ParentID && other.ID != h.ID {
			return nil
		}
	}
	return none(s.Handshakes.SetHandshakeState(ctx, h.ParentID, Requested, Open), ErrHandshakeTransition)
}

// EnableAllFeatures asks every invited account to approve that the organization gets policies; the management account
// then accepts the handshake that is answered.
func (s *Service) EnableAllFeatures(ctx context.Context, o *Organization) (Handshake, error) {
	h, err := s.newHandshake(o, EnableAllFeatures, featuresLasts)
	if err != nil {
		return h, err
	}
	h.AccountID = o.ManagementID
	err = s.write(ctx, o, func(ctx context.Context) error {
		if o.AllFeatures {
			return handshakeViolates("ORGANIZATION_ALREADY_HAS_ALL_FEATURES", "The organization has all features already.")
		}
		open, err := s.openHandshakes(ctx, o)
		if err != nil {
			return err
		}
		for _, other := range open {
			if other.Action == EnableAllFeatures {
				return handshakeViolates("ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION", "All features are being enabled already.")
			}
		}
		asked, err := s.askForApproval(ctx, o, h.ID)
		if err != nil {
			return err
		}
		if h.State = Open; asked > 0 {
			h.State = Requested
		}
		return s.Handshakes.InsertHandshake(ctx, h)
	})
	return h, err
}

// askForApproval makes a handshake with every invited account, and answers how many there are.
func (s *Service) askForApproval(ctx context.Context, o *Organization, parentID string) (n int, err error) {
	accounts, err := s.Accounts.ListAccounts(ctx, o.ID, "", "", maxAccounts+1)
	for _, a := range accounts {
		if a.Method != Invited || o.Manages(a.ID) || a.Closed() {
			continue
		}
		h, err := s.newHandshake(o, ApproveAllFeatures, featuresLasts)
		if err != nil {
			return n, err
		}
		h.AccountID, h.ParentID = a.ID, parentID
		if err := s.Handshakes.InsertHandshake(ctx, h); err != nil {
			return n, err
		}
		n++
	}
	return n, err
}
