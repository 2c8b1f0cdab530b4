-- +goose Up
-- Whose web identities an account may trust.
CREATE TABLE iam_oidc_provider (
    account_id  TEXT   NOT NULL REFERENCES iam_account (id),
    arn         TEXT   NOT NULL,
    issuer      TEXT   NOT NULL, -- https://… as tokens name it
    client_ids  TEXT   NOT NULL, -- JSON
    thumbprints TEXT   NOT NULL, -- JSON
    tags        TEXT   NOT NULL, -- JSON
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (account_id, arn)
);

-- +goose Down
DROP TABLE iam_oidc_provider;
