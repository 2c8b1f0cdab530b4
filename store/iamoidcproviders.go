package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/identity"
)

var _ identity.OIDCProviderStore = (*IAM)(nil)

func writeTexts(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(list) // strings alone
	return string(b)
}

func readTexts(text string) (list []string, err error) {
	if err = json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("read list: %w", err)
	}
	return list, nil
}

const oidcProviderColumns = `account_id, issuer, client_ids, thumbprints, tags, created_at`

func scanOIDCProvider(scan func(...any) error) (p identity.OIDCProvider, err error) {
	var clients, thumbprints, tags string
	var created int64
	if err = scan(&p.AccountID, &p.Issuer, &clients, &thumbprints, &tags, &created); err != nil {
		return p, err
	}
	p.CreatedAt = time.UnixMilli(created).UTC()
	if p.ClientIDs, err = readTexts(clients); err != nil {
		return p, err
	}
	if p.Thumbprints, err = readTexts(thumbprints); err != nil {
		return p, err
	}
	p.Tags, err = readTags(tags)
	return p, err
}

// InsertOIDCProvider implements identity.OIDCProviderStore.
func (s *IAM) InsertOIDCProvider(ctx context.Context, p identity.OIDCProvider) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_oidc_provider (account_id, arn, issuer, client_ids, thumbprints, tags, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		p.AccountID, p.ARN(), p.Issuer, writeTexts(p.ClientIDs), writeTexts(p.Thumbprints), writeTags(p.Tags), p.CreatedAt.UnixMilli())
	return identityError("insert OpenID Connect provider", err)
}

// OIDCProviderByARN implements identity.OIDCProviderStore.
func (s *IAM) OIDCProviderByARN(ctx context.Context, accountID, providerARN string) (identity.OIDCProvider, error) {
	p, err := scanOIDCProvider(s.db.row(ctx, `
		SELECT `+oidcProviderColumns+`
		FROM iam_oidc_provider
		WHERE account_id = $1 AND arn = $2`, accountID, providerARN).Scan)
	return p, identityError("find OpenID Connect provider", err)
}

// SaveOIDCProvider implements identity.OIDCProviderStore.
func (s *IAM) SaveOIDCProvider(ctx context.Context, p identity.OIDCProvider) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_oidc_provider
		SET client_ids = $3, thumbprints = $4, tags = $5
		WHERE account_id = $1 AND arn = $2`, p.AccountID, p.ARN(), writeTexts(p.ClientIDs), writeTexts(p.Thumbprints), writeTags(p.Tags))
	return oneIdentityRow("update OpenID Connect provider", n, err)
}

// DeleteOIDCProvider implements identity.OIDCProviderStore.
func (s *IAM) DeleteOIDCProvider(ctx context.Context, accountID, providerARN string) error {
	n, err := s.db.exec(ctx, `DELETE FROM iam_oidc_provider WHERE account_id = $1 AND arn = $2`, accountID, providerARN)
	return oneIdentityRow("delete OpenID Connect provider", n, err)
}

// ListOIDCProviders implements identity.OIDCProviderStore.
func (s *IAM) ListOIDCProviders(ctx context.Context, accountID string) ([]identity.OIDCProvider, error) {
	ps, err := collect(func(r *sql.Rows) (identity.OIDCProvider, error) { return scanOIDCProvider(r.Scan) })(s.db.rows(ctx, `
		SELECT `+oidcProviderColumns+`
		FROM iam_oidc_provider
		WHERE account_id = $1
		ORDER BY arn`, accountID))
	return ps, identityError("list OpenID Connect providers", err)
}
