package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/policy"
)

// defaultSession is how long a session of a role may be where nobody said.
const defaultSession = time.Hour

// readTrust checks a trust policy's form and size.
func readTrust(document string) (*policy.Document, error) {
	d, err := policy.ParseValid(document, policy.Trust)
	if err != nil {
		return nil, err
	}
	return d, policy.CheckSize(d.Size, "ACLSizePerRole", policy.QuotaTrust)
}

// keptTrust is a trust policy as it is kept: users and roles of this account and of others that are here stand in it by
// their unique ids, so that whoever later gets the name of one who was deleted is not trusted. One that is not there is
// refused, and so is a SAML provider of this account that is not.
func (s *Service) keptTrust(ctx context.Context, accountID, document string, d *policy.Document) (string, error) {
	failed := s.providersAreThere(ctx, accountID, d)
	kept := d.RewritePrincipals(document, func(principal string) (string, bool) {
		a, err := arn.Parse(principal)
		kind, resource, _ := strings.Cut(a.Resource, "/")
		if err != nil || a.Service != "iam" || kind != string(User) && kind != string(Role) {
			return "", false
		}
		i, err := s.Identities.IdentityByName(ctx, a.AccountID, Kind(kind), resource[strings.LastIndexByte(resource, '/')+1:])
		if errors.Is(err, ErrNotFound) && a.AccountID != accountID {
			here, errHere := s.Accounts.IsAccount(ctx, a.AccountID)
			if errHere == nil && !here {
				return "", false
			}
			err = errors.Join(err, errHere)
		}
		switch {
		case errors.Is(err, ErrNotFound), err == nil && i.ARN() != principal:
			err = policy.ErrMalformed.With(`Invalid principal in policy: "AWS":%q`, principal)
		case err == nil:
			return i.ID, true
		}
		failed = errors.Join(failed, err)
		return "", false
	})
	return kept, failed
}

func (s *Service) providersAreThere(ctx context.Context, accountID string, d *policy.Document) error {
	for _, st := range d.Statements {
		if st.Principal == nil {
			continue
		}
		for _, t := range st.Principal.Federated {
			a, err := arn.Parse(t.Value)
			if err != nil || a.AccountID != accountID || !strings.HasPrefix(a.Resource, "saml-provider/") {
				continue
			}
			switch _, err := s.SAMLProvider(ctx, accountID, t.Value); {
			case errors.Is(err, ErrNotFound):
				return policy.ErrMalformed.With(`Invalid principal in policy: "Federated":%q`, t.Value)
			case err != nil:
				return err
			}
		}
	}
	return nil
}

// ShownTrust is a role's trust policy for people: ids of those who are there are their ARNs again.
func (s *Service) ShownTrust(ctx context.Context, role Identity) (string, error) {
	d, problems := policy.Parse(role.TrustPolicy)
	if err := problems.Err(); err != nil {
		return "", fmt.Errorf("read trust policy of %s: %w", role.ARN(), err)
	}
	var failed error
	shown := d.RewritePrincipals(role.TrustPolicy, func(principal string) (string, bool) {
		if !strings.HasPrefix(principal, kinds[User].prefix) && !strings.HasPrefix(principal, kinds[Role].prefix) {
			return "", false
		}
		i, err := s.Identities.AnyIdentity(ctx, principal)
		if err != nil && !errors.Is(err, ErrNotFound) {
			failed = errors.Join(failed, err)
		}
		return i.ARN(), err == nil
	})
	return shown, failed
}

// SetTrust replaces who may assume a role.
func (s *Service) SetTrust(ctx context.Context, accountID, role, document string) error {
	d, err := readTrust(document)
	if err != nil {
		return err
	}
	_, err = s.alter(ctx, accountID, Role, role, func(ctx context.Context, i *Identity) (err error) {
		if err := protected(i); err != nil {
			return err
		}
		i.TrustPolicy, err = s.keptTrust(ctx, accountID, document, d)
		return err
	})
	return err
}

// UpdateRole sets a role's description and how long its sessions may be; nil leaves as it is.
func (s *Service) UpdateRole(ctx context.Context, accountID, role string, description *string, session *time.Duration) (Identity, error) {
	return s.alter(ctx, accountID, Role, role, func(_ context.Context, i *Identity) error {
		if description != nil {
			i.Description = *description
		}
		if session != nil {
			if err := protected(i); err != nil {
				return err
			}
			i.MaxSession = *session
		}
		return nil
	})
}
