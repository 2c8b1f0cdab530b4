package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"time"

	"gatehouse/internal/identity"
)

var _ identity.SAMLProviderStore = (*IAM)(nil)

const samlProviderColumns = `account_id, name, uuid, entity_id, certificates, valid_until, encryption, tags, created_at`

func scanSAMLProvider(scan func(...any) error) (p identity.SAMLProvider, err error) {
	var certificates, tags string
	var until, created int64
	if err = scan(&p.AccountID, &p.Name, &p.UUID, &p.Trusted.EntityID, &certificates, &until, &p.Encryption, &tags, &created); err != nil {
		return p, err
	}
	p.CreatedAt = time.UnixMilli(created).UTC()
	if until != 0 {
		p.Trusted.ValidUntil = time.UnixMilli(until).UTC()
	}
	if p.Trusted.Certificates, err = readCertificates(certificates); err != nil {
		return p, err
	}
	p.Tags, err = readTags(tags)
	return p, err
}

func writeCertificates(list [][]byte) string {
	var texts []string
	for _, der := range list {
		texts = append(texts, base64.StdEncoding.EncodeToString(der))
	}
	return writeTexts(texts)
}

func readCertificates(text string) (list [][]byte, err error) {
	texts, err := readTexts(text)
	for _, t := range texts {
		der, err := base64.StdEncoding.DecodeString(t)
		if err != nil {
			return nil, fmt.Errorf("read certificate: %w", err)
		}
		list = append(list, der)
	}
	return list, err
}

func validUntil(p identity.SAMLProvider) int64 {
	if p.Trusted.ValidUntil.IsZero() {
		return 0
	}
	return p.Trusted.ValidUntil.UnixMilli()
}

// InsertSAMLProvider implements identity.SAMLProviderStore.
func (s *IAM) InsertSAMLProvider(ctx context.Context, p identity.SAMLProvider, metadata string) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_saml_provider (account_id, arn, name, uuid, metadata, entity_id, certificates, valid_until, encryption, tags, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.AccountID, p.ARN(), p.Name, p.UUID, metadata, p.Trusted.EntityID, writeCertificates(p.Trusted.Certificates), validUntil(p), string(p.Encryption),
		writeTags(p.Tags), p.CreatedAt.UnixMilli())
	return identityError("insert SAML provider", err)
}

// SAMLProviderByARN implements identity.SAMLProviderStore.
func (s *IAM) SAMLProviderByARN(ctx context.Context, accountID, providerARN string) (identity.SAMLProvider, error) {
	p, err := scanSAMLProvider(s.db.row(ctx, `
		SELECT `+samlProviderColumns+`
		FROM iam_saml_provider
		WHERE account_id = $1 AND arn = $2`, accountID, providerARN).Scan)
	if err != nil {
		return p, identityError("find SAML provider", err)
	}
	p.Keys, err = s.samlKeys(ctx, accountID, providerARN)
	return p, err
}

// SAMLProviderByUUID implements identity.SAMLProviderStore.
func (s *IAM) SAMLProviderByUUID(ctx context.Context, uuid string) (identity.SAMLProvider, error) {
	p, err := scanSAMLProvider(s.db.row(ctx, `
		SELECT `+samlProviderColumns+`
		FROM iam_saml_provider
		WHERE uuid = $1`, uuid).Scan)
	if err != nil {
		return p, identityError("find SAML provider", err)
	}
	p.Keys, err = s.samlKeys(ctx, p.AccountID, p.ARN())
	return p, err
}

func (s *IAM) samlKeys(ctx context.Context, accountID, providerARN string) ([]identity.SAMLKey, error) {
	keys, err := collect(func(r *sql.Rows) (k identity.SAMLKey, err error) {
		var created int64
		err = r.Scan(&k.ID, &k.Sealed, &created)
		k.CreatedAt = time.UnixMilli(created).UTC()
		return k, err
	})(s.db.rows(ctx, `
		SELECT id, sealed, created_at
		FROM iam_saml_private_key
		WHERE account_id = $1 AND provider_arn = $2
		ORDER BY created_at, id`, accountID, providerARN))
	return keys, identityError("list private keys of SAML provider", err)
}

// SAMLMetadata implements identity.SAMLProviderStore.
func (s *IAM) SAMLMetadata(ctx context.Context, accountID, providerARN string) (document string, err error) {
	err = s.db.row(ctx, `
		SELECT metadata
		FROM iam_saml_provider
		WHERE account_id = $1 AND arn = $2`, accountID, providerARN).Scan(&document)
	return document, identityError("find SAML metadata", err)
}

// SaveSAMLProvider implements identity.SAMLProviderStore.
func (s *IAM) SaveSAMLProvider(ctx context.Context, p identity.SAMLProvider, metadata string) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_saml_provider
		SET encryption = $3, tags = $4, metadata = COALESCE(NULLIF($5, ''), metadata), entity_id = $6, certificates = $7, valid_until = $8
		WHERE account_id = $1 AND arn = $2`,
		p.AccountID, p.ARN(), string(p.Encryption), writeTags(p.Tags), metadata, p.Trusted.EntityID, writeCertificates(p.Trusted.Certificates), validUntil(p))
	return oneIdentityRow("update SAML provider", n, err)
}

// DeleteSAMLProvider implements identity.SAMLProviderStore.
func (s *IAM) DeleteSAMLProvider(ctx context.Context, accountID, providerARN string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `DELETE FROM iam_saml_private_key WHERE account_id = $1 AND provider_arn = $2`, accountID, providerARN); err != nil {
			return identityError("delete private keys of SAML provider", err)
		}
		n, err := s.db.exec(ctx, `DELETE FROM iam_saml_provider WHERE account_id = $1 AND arn = $2`, accountID, providerARN)
		return oneIdentityRow("delete SAML provider", n, err)
	})
}

// ListSAMLProviders implements identity.SAMLProviderStore.
func (s *IAM) ListSAMLProviders(ctx context.Context, accountID string) ([]identity.SAMLProvider, error) {
	ps, err := collect(func(r *sql.Rows) (identity.SAMLProvider, error) { return scanSAMLProvider(r.Scan) })(s.db.rows(ctx, `
		SELECT `+samlProviderColumns+`
		FROM iam_saml_provider
		WHERE account_id = $1
		ORDER BY arn`, accountID))
	return ps, identityError("list SAML providers", err)
}

// InsertSAMLKey implements identity.SAMLProviderStore.
func (s *IAM) InsertSAMLKey(ctx context.Context, accountID, providerARN string, k identity.SAMLKey) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_saml_private_key (account_id, id, provider_arn, sealed, created_at)
		VALUES ($1, $2, $3, $4, $5)`, accountID, k.ID, providerARN, k.Sealed, k.CreatedAt.UnixMilli())
	return identityError("insert private key of SAML provider", err)
}

// DeleteSAMLKey implements identity.SAMLProviderStore.
func (s *IAM) DeleteSAMLKey(ctx context.Context, accountID, providerARN, id string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM iam_saml_private_key
		WHERE account_id = $1 AND provider_arn = $2 AND id = $3`, accountID, providerARN, id)
	return oneIdentityRow("delete private key of SAML provider", n, err)
}
