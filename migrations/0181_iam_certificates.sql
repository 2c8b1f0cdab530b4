-- +goose Up
-- Certificates of servers, which belong to the account.
CREATE TABLE iam_server_certificate (
    account_id  TEXT   NOT NULL REFERENCES iam_account (id),
    id          TEXT   NOT NULL, -- ASCA…
    name        TEXT   NOT NULL,
    name_key    TEXT   NOT NULL, -- lower case
    path        TEXT   NOT NULL,
    body        TEXT   NOT NULL, -- PEM
    chain       TEXT   NOT NULL, -- PEM, or ''
    private_key BYTEA  NOT NULL, -- sealed PEM
    tags        TEXT   NOT NULL, -- JSON
    expires_at  BIGINT NOT NULL,
    uploaded_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX iam_server_certificate_name ON iam_server_certificate (account_id, name_key);

-- What users prove themselves with besides access keys and passwords: signing certificates, of root too, SSH public keys
-- and credentials of one service.
CREATE TABLE iam_user_credential (
    account_id  TEXT   NOT NULL REFERENCES iam_account (id),
    id          TEXT   NOT NULL, -- APKA…, ACCA…
    owner_id    TEXT   NOT NULL, -- of a user, or the account's id for root
    kind        TEXT   NOT NULL, -- signing-certificate, ssh-public-key, service
    status      TEXT   NOT NULL, -- Active, Inactive
    created_at  BIGINT NOT NULL,
    body        TEXT   NOT NULL DEFAULT '', -- the certificate or public key
    service     TEXT   NOT NULL DEFAULT '',
    user_name   TEXT   NOT NULL DEFAULT '', -- that the service is told
    secret_hash BYTEA,
    expires_at  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX iam_user_credential_owner ON iam_user_credential (account_id, owner_id, kind, id);
CREATE INDEX iam_user_credential_service ON iam_user_credential (account_id, service, id) WHERE service <> '';

-- +goose Down
DROP TABLE iam_user_credential;
DROP TABLE iam_server_certificate;
