-- +goose Up
-- Passkeys of those who sign in to the console. A record holds the public key, and no secret.
CREATE TABLE iam_passkey (
    account_id    TEXT   NOT NULL REFERENCES iam_account (id),
    serial        TEXT   NOT NULL, -- its ARN
    owner_id      TEXT   NOT NULL, -- the user's id, the account's for root
    credential_id BYTEA  NOT NULL,
    record        TEXT   NOT NULL, -- JSON
    sign_count    BIGINT NOT NULL, -- 0 where the authenticator does not count
    enabled_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, serial)
);
CREATE INDEX iam_passkey_owner ON iam_passkey (account_id, owner_id, serial);
CREATE UNIQUE INDEX iam_passkey_credential ON iam_passkey (credential_id);

-- What a console session has begun with a passkey: one ceremony, which is good for one answer.
CREATE TABLE console_ceremony (
    session_id TEXT   PRIMARY KEY, -- the session's public id
    kind       TEXT   NOT NULL, -- register, authenticate
    state      TEXT   NOT NULL,
    begun_at   BIGINT NOT NULL
);

-- +goose Down
DROP TABLE console_ceremony;
DROP TABLE iam_passkey;
