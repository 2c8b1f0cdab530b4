package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
)

var _ identity.CredentialReportStore = (*IAM)(nil)

// CredentialReport implements identity.CredentialReportStore.
func (s *IAM) CredentialReport(ctx context.Context, accountID string) (r identity.CredentialReport, err error) {
	var at int64
	err = s.db.row(ctx, `SELECT content, generated_at FROM iam_credential_report WHERE account_id = $1`, accountID).Scan(&r.Content, &at)
	r.GeneratedAt = time.UnixMilli(at).UTC()
	return r, identityError("find credential report", err)
}

// SaveCredentialReport implements identity.CredentialReportStore.
func (s *IAM) SaveCredentialReport(ctx context.Context, accountID string, r identity.CredentialReport) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_credential_report (account_id, content, generated_at)
		VALUES ($1, $2, $3)
		ON CONFLICT (account_id) DO UPDATE SET content = excluded.content, generated_at = excluded.generated_at`, accountID, r.Content, r.GeneratedAt.UnixMilli())
	return identityError("save credential report", err)
}

// CredentialFacts implements identity.CredentialReportStore. What it reads was so at one moment.
func (s *IAM) CredentialFacts(ctx context.Context, accountID string) (facts []identity.CredentialFacts, days int, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		owners, err := s.credentialOwners(ctx, accountID)
		if err != nil {
			return err
		}
		keys, err := collect(func(r *sql.Rows) (iam.AccessKey, error) { return scanAccessKey(r.Scan) })(s.db.rows(ctx, `
			SELECT `+accessKeyColumns+`
			FROM iam_access_key k
			WHERE k.account_id = $1
			ORDER BY k.created_at, k.id`, accountID))
		if err != nil {
			return err
		}
		certs, err := collect(func(r *sql.Rows) (identity.UserCredential, error) { return scanUserCredential(r.Scan) })(s.db.rows(ctx, `
			SELECT `+userCredentialColumns+`
			FROM iam_user_credential
			WHERE account_id = $1 AND kind = $2
			ORDER BY created_at, id`, accountID, identity.SigningCertificate))
		if err != nil {
			return err
		}
		facts = withCredentials(owners, keys, certs)
		err = s.db.row(ctx, `SELECT max_age_days FROM iam_password_policy WHERE account_id = $1`, accountID).Scan(&days)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	})
	return facts, days, identityError("read credentials", err)
}

type credentialOwner struct {
	id    string
	facts identity.CredentialFacts
}

// credentialOwners are root, and all users in the order of their names.
func (s *IAM) credentialOwners(ctx context.Context, accountID string) ([]credentialOwner, error) {
	root := credentialOwner{id: accountID, facts: identity.CredentialFacts{ARN: iam.Root{AccountID: accountID}.ARN()}}
	var created, used int64
	err := s.db.row(ctx, `
		SELECT a.created_at, COALESCE((SELECT r.password_used_at FROM iam_root r WHERE r.account_id = a.id), 0),
			EXISTS (SELECT 1 FROM iam_software_token t WHERE t.account_id = a.id AND t.owner_id = a.id AND t.secret IS NOT NULL) OR
			EXISTS (SELECT 1 FROM iam_passkey p WHERE p.account_id = a.id AND p.owner_id = a.id)
		FROM iam_account a
		WHERE a.id = $1`, accountID).Scan(&created, &used, &root.facts.MFA)
	if err != nil {
		return nil, err
	}
	if used > 0 {
		root.facts.PasswordUsedAt = time.UnixMilli(used).UTC()
	}
	root.facts.CreatedAt = time.UnixMilli(created).UTC()
	users, err := collect(scanCredentialOwner)(s.db.rows(ctx, `
		SELECT i.account_id, i.id, i.name, i.path, i.created_at, i.password_used_at, COALESCE(p.changed_at, 0),
			EXISTS (SELECT 1 FROM iam_mfa_device m WHERE m.account_id = i.account_id AND m.owner_id = i.id AND m.owner_id <> '') OR
			EXISTS (SELECT 1 FROM iam_passkey k WHERE k.account_id = i.account_id AND k.owner_id = i.id)
		FROM iam_identity i
		LEFT JOIN iam_login_profile p ON p.account_id = i.account_id AND p.user_id = i.id
		WHERE i.account_id = $1 AND i.kind = 'user'
		ORDER BY i.name_key`, accountID))
	return append([]credentialOwner{root}, users...), err
}

func scanCredentialOwner(r *sql.Rows) (o credentialOwner, err error) {
	var account, path string
	var created, used, changed int64
	err = r.Scan(&account, &o.id, &o.facts.Name, &path, &created, &used, &changed, &o.facts.MFA)
	f := &o.facts
	f.ARN, f.CreatedAt, f.HasPassword = identity.ARN(account, identity.User, path, f.Name), time.UnixMilli(created).UTC(), changed > 0
	if used > 0 {
		f.PasswordUsedAt = time.UnixMilli(used).UTC()
	}
	if changed > 0 {
		f.PasswordChangedAt = time.UnixMilli(changed).UTC()
	}
	return o, err
}

func withCredentials(owners []credentialOwner, keys []iam.AccessKey, certs []identity.UserCredential) []identity.CredentialFacts {
	at := make(map[string]int, len(owners))
	facts := make([]identity.CredentialFacts, len(owners))
	for i, o := range owners {
		at[o.id], facts[i] = i, o.facts
	}
	for _, k := range keys {
		if i, ok := at[k.OwnerID]; ok {
			facts[i].Keys = append(facts[i].Keys, k)
		}
	}
	for _, c := range certs {
		if i, ok := at[c.OwnerID]; ok {
			facts[i].Certificates = append(facts[i].Certificates, c)
		}
	}
	return facts
}
