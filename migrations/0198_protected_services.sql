-- +goose Up
-- Services behind a proxy that asks the forward-auth endpoint about each request. The secret is the proxy's.
CREATE TABLE protected_service (
    id          TEXT   NOT NULL PRIMARY KEY,
    account_id  TEXT   NOT NULL REFERENCES iam_account (id),
    region      TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    settings    TEXT   NOT NULL, -- JSON
    secret_hash BYTEA  NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (account_id, region, name)
);

-- +goose Down
DROP TABLE protected_service;
