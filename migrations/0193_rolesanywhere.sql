-- +goose Up
-- Trust anchors and profiles of IAM Roles Anywhere.
CREATE TABLE rolesanywhere_entity (
    account_id TEXT    NOT NULL REFERENCES iam_account (id),
    region     TEXT    NOT NULL,
    kind       TEXT    NOT NULL, -- as in ARNs
    id         TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    enabled    BOOLEAN NOT NULL,
    settings   TEXT    NOT NULL, -- JSON, by kind
    tags       TEXT    NOT NULL, -- JSON
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL,
    PRIMARY KEY (account_id, region, kind, id)
);

-- +goose Down
DROP TABLE rolesanywhere_entity;
