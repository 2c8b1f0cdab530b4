-- +goose Up
CREATE TABLE iam_account (
    id         TEXT   PRIMARY KEY, -- 12 digits
    created_at BIGINT NOT NULL
);

-- The root user of an account. Attempts to sign in are reserved before the password is looked at.
CREATE TABLE iam_root (
    account_id      TEXT   PRIMARY KEY REFERENCES iam_account (id),
    email           TEXT   NOT NULL UNIQUE, -- lower case
    password_hash   TEXT   NOT NULL,
    changed_at      BIGINT NOT NULL, -- when email or password last changed: older console sessions end
    failures        BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE iam_access_key (
    id            TEXT   PRIMARY KEY, -- AKIA…
    account_id    TEXT   NOT NULL REFERENCES iam_account (id),
    owner_id      TEXT   NOT NULL, -- the account id for root
    sealed_secret BYTEA  NOT NULL,
    status        TEXT   NOT NULL, -- Active, Inactive
    created_at    BIGINT NOT NULL
);
CREATE INDEX iam_access_key_owner ON iam_access_key (account_id, owner_id);

-- +goose Down
DROP TABLE iam_access_key;
DROP TABLE iam_root;
DROP TABLE iam_account;
