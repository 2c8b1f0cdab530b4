-- +goose Up
-- What an account has chosen for itself.
CREATE TABLE iam_account_setting (
    account_id TEXT NOT NULL REFERENCES iam_account (id),
    name       TEXT NOT NULL, -- sts-token-version, or property/<namespace>/<name>
    value      TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
);

-- Accounts as OpenID Connect issuers, for services outside that their principals prove themselves to.
CREATE TABLE iam_outbound_issuer (
    account_id TEXT    PRIMARY KEY REFERENCES iam_account (id),
    id         TEXT    NOT NULL UNIQUE, -- in the issuer's URL
    enabled    BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL
);

CREATE TABLE iam_outbound_key (
    kid         TEXT   PRIMARY KEY,
    issuer_id   TEXT   NOT NULL REFERENCES iam_outbound_issuer (id),
    alg         TEXT   NOT NULL, -- RS256, ES384
    public_key  BYTEA  NOT NULL, -- PKIX
    private_key BYTEA  NOT NULL, -- sealed
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX iam_outbound_key_alg ON iam_outbound_key (issuer_id, alg);

-- +goose Down
DROP TABLE iam_outbound_key;
DROP TABLE iam_outbound_issuer;
DROP TABLE iam_account_setting;
