-- +goose Up
CREATE TABLE organization_handshake (
    id              TEXT   PRIMARY KEY, -- h-…
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    action          TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    account_id      TEXT   NOT NULL, -- of the recipient, or '' where email says who it is
    email           TEXT   NOT NULL, -- lower case
    notes           TEXT   NOT NULL,
    parent_id       TEXT   NOT NULL,
    tags            TEXT   NOT NULL, -- JSON
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL
);
CREATE INDEX organization_handshake_of ON organization_handshake (organization_id, id);
CREATE INDEX organization_handshake_to ON organization_handshake (account_id, id) WHERE account_id <> '';
CREATE INDEX organization_handshake_email ON organization_handshake (email, id) WHERE email <> '';

-- Requests to create accounts, as clients ask what became of them.
CREATE TABLE organization_request (
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    id              TEXT   NOT NULL, -- car-…
    account_id      TEXT   NOT NULL, -- '' where it failed
    account_name    TEXT   NOT NULL,
    failure         TEXT   NOT NULL,
    requested_at    BIGINT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE organization_service (
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    principal       TEXT   NOT NULL,
    enabled_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, principal)
);

CREATE TABLE organization_delegate (
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    account_id      TEXT   NOT NULL,
    principal       TEXT   NOT NULL,
    enabled_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, account_id, principal)
);

CREATE TABLE organization_resource_policy (
    organization_id TEXT PRIMARY KEY REFERENCES organization (id),
    id              TEXT NOT NULL, -- rp-…
    content         TEXT NOT NULL,
    tags            TEXT NOT NULL -- JSON
);

-- +goose Down
DROP TABLE organization_resource_policy;
DROP TABLE organization_delegate;
DROP TABLE organization_service;
DROP TABLE organization_request;
DROP TABLE organization_handshake;
