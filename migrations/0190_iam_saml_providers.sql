-- +goose Up
-- Whose SAML assertions an account may trust.
CREATE TABLE iam_saml_provider (
    account_id   TEXT   NOT NULL REFERENCES iam_account (id),
    arn          TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    uuid         TEXT   NOT NULL, -- SAMLSP…
    metadata     TEXT   NOT NULL, -- the document as it was given
    entity_id    TEXT   NOT NULL, -- what of the document decides whom to believe
    certificates TEXT   NOT NULL, -- JSON of base64
    valid_until  BIGINT NOT NULL, -- 0 for no end
    encryption   TEXT   NOT NULL, -- Required, Allowed or empty
    tags         TEXT   NOT NULL, -- JSON
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, arn)
);

-- What decrypts assertions of a provider.
CREATE TABLE iam_saml_private_key (
    account_id   TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    provider_arn TEXT   NOT NULL,
    sealed       BYTEA  NOT NULL, -- PKCS #8
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, provider_arn) REFERENCES iam_saml_provider (account_id, arn)
);
CREATE INDEX iam_saml_private_key_provider ON iam_saml_private_key (account_id, provider_arn);

-- +goose Down
DROP TABLE iam_saml_private_key;
DROP TABLE iam_saml_provider;
