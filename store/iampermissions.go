package store

import (
	"context"
	"database/sql"
	"errors"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
)

var _ permission.Store = (*IAM)(nil)

// PolicyVersion implements permission.Store.
func (s *IAM) PolicyVersion(ctx context.Context, accountID string) (v int64, err error) {
	err = s.db.row(ctx, `SELECT policy_version FROM iam_account WHERE id = $1`, accountID).Scan(&v)
	return v, identityError("read policy version", err)
}

// PoliciesOf implements permission.Store. What it reads was so at one moment: a mixture of two could permit what
// nobody ever did.
func (s *IAM) PoliciesOf(ctx context.Context, accountID, id string) (h permission.Held, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if h, err = s.accountHeld(ctx, accountID); err != nil || id == accountID {
			return err
		}
		i, err := s.IdentityByID(ctx, accountID, id)
		if err != nil {
			return err
		}
		if i.ServiceLinked() {
			h.Organization.ServiceControl, h.Organization.ResourceControl = nil, nil
		}
		h.ARN, h.Tags = i.ARN(), i.Tags
		if h.Policies, err = s.inlineHeld(ctx, accountID, id); err != nil {
			return err
		}
		attached, err := s.attachedHeld(ctx, accountID, id)
		if err != nil {
			return err
		}
		h.Policies = append(h.Policies, attached...)
		if i.Kind == identity.User {
			if err := s.mayChangePassword(ctx, accountID, &h); err != nil {
				return err
			}
		}
		if i.Boundary == "" {
			return nil
		}
		h.Boundary, err = s.boundaryHeld(ctx, accountID, i.Boundary)
		return err
	})
	return h, err
}

// ownPassword is what an account's password policy may permit all its users, who change no password but their own.
const ownPassword = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:ChangePassword","iam:GetAccountPasswordPolicy"],"Resource":"*"}]}`

func (s *IAM) mayChangePassword(ctx context.Context, accountID string, h *permission.Held) error {
	p, err := s.PasswordPolicy(ctx, accountID)
	switch {
	case errors.Is(err, iam.ErrNotFound):
		return nil
	case err == nil && p.UsersMayChange:
		h.Policies = append(h.Policies, permission.Source{Kind: identity.User, Name: "AllowUsersToChangePassword", Document: ownPassword})
	}
	return err
}

// owners are an identity and the groups that it is in, by account $1 and id $2.
const owners = `(SELECT group_id FROM iam_member WHERE account_id = $1 AND user_id = $2 UNION ALL SELECT $2)`

func (s *IAM) inlineHeld(ctx context.Context, accountID, id string) ([]permission.Source, error) {
	ps, err := collect(scanSource)(s.db.rows(ctx, `
		SELECT i.kind, p.name, p.document
		FROM iam_inline_policy p
		JOIN iam_identity i ON i.account_id = p.account_id AND i.id = p.owner_id
		WHERE p.account_id = $1 AND p.owner_id IN `+owners+`
		ORDER BY i.kind, p.owner_id, p.name`, accountID, id))
	return ps, identityError("read inline policies", err)
}

// attachedHeld leaves the documents of AWS's policies empty: they are not in the database.
func (s *IAM) attachedHeld(ctx context.Context, accountID, id string) ([]permission.Source, error) {
	ps, err := collect(scanSource)(s.db.rows(ctx, `
		SELECT DISTINCT '', t.policy_arn, COALESCE(v.document, '')
		FROM iam_attachment t
		LEFT JOIN iam_policy p ON p.account_id = t.account_id AND p.arn = t.policy_arn
		LEFT JOIN iam_policy_version v ON v.account_id = p.account_id AND v.policy_id = p.id AND v.version = p.default_version
		WHERE t.account_id = $1 AND t.owner_id IN `+owners+`
		ORDER BY t.policy_arn`, accountID, id))
	return ps, identityError("read attached policies", err)
}

// ManagedPolicies implements permission.Store.
func (s *IAM) ManagedPolicies(ctx context.Context, accountID string, arns []string) (found []permission.Source, err error) {
	for _, a := range arns {
		p, err := s.managedHeld(ctx, accountID, a)
		if errors.Is(err, ErrNotFound) {
			if _, ofAWS := identity.DocumentOfAWS(a); !ofAWS {
				continue
			}
		} else if err != nil {
			return nil, identityError("read managed policy", err)
		}
		found = append(found, p)
	}
	return found, nil
}

func (s *IAM) boundaryHeld(ctx context.Context, accountID, policyARN string) (*permission.Source, error) {
	b, err := s.managedHeld(ctx, accountID, policyARN)
	if errors.Is(err, ErrNotFound) { // one of AWS's
		return &b, nil
	}
	return &b, identityError("read boundary", err)
}

func (s *IAM) managedHeld(ctx context.Context, accountID, policyARN string) (permission.Source, error) {
	p := permission.Source{Name: policyARN}
	err := s.db.row(ctx, `
		SELECT v.document
		FROM iam_policy p
		JOIN iam_policy_version v ON v.account_id = p.account_id AND v.policy_id = p.id AND v.version = p.default_version
		WHERE p.account_id = $1 AND p.arn = $2`, accountID, policyARN).Scan(&p.Document)
	return p, err
}

func scanSource(r *sql.Rows) (s permission.Source, err error) {
	err = r.Scan(&s.Kind, &s.Name, &s.Document)
	return s, err
}
