-- +goose Up
-- An account's own name, and when it was closed: from then on nobody in it may anything; 0 while it is open.
ALTER TABLE iam_account ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE iam_account ADD COLUMN closed_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE organization (
    id               TEXT    PRIMARY KEY, -- o-…
    management_id    TEXT    NOT NULL UNIQUE REFERENCES iam_account (id),
    root_id          TEXT    NOT NULL UNIQUE, -- r-…
    all_features     BOOLEAN NOT NULL,
    policy_types     TEXT    NOT NULL, -- JSON: those that count
    root_tags        TEXT    NOT NULL, -- JSON
    root_credentials BOOLEAN NOT NULL,
    root_sessions    BOOLEAN NOT NULL,
    writes           BIGINT  NOT NULL, -- counted up by every write, so that one comes after the other
    created_at       BIGINT  NOT NULL
);

-- An account is in one organization at most.
CREATE TABLE organization_account (
    account_id      TEXT   PRIMARY KEY REFERENCES iam_account (id),
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    parent_id       TEXT   NOT NULL, -- the root or a unit
    method          TEXT   NOT NULL, -- CREATED, INVITED
    joined_at       BIGINT NOT NULL,
    tags            TEXT   NOT NULL -- JSON
);
CREATE INDEX organization_account_of ON organization_account (organization_id, account_id);
CREATE INDEX organization_account_parent ON organization_account (organization_id, parent_id, account_id);

CREATE TABLE organization_unit (
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    id              TEXT   NOT NULL, -- ou-…
    parent_id       TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    tags            TEXT   NOT NULL, -- JSON
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX organization_unit_name ON organization_unit (organization_id, parent_id, name);

-- Policies of the customer; those of AWS are part of the program.
CREATE TABLE organization_policy (
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    id              TEXT   NOT NULL, -- p-…
    type            TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    description     TEXT   NOT NULL,
    content         TEXT   NOT NULL,
    tags            TEXT   NOT NULL, -- JSON
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX organization_policy_name ON organization_policy (organization_id, type, name);

CREATE TABLE organization_attachment (
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    target_id       TEXT   NOT NULL, -- the root, a unit or an account
    policy_id       TEXT   NOT NULL, -- may be one of AWS's
    type            TEXT   NOT NULL,
    attached_at     BIGINT NOT NULL,
    PRIMARY KEY (organization_id, target_id, policy_id)
);
CREATE INDEX organization_attachment_policy ON organization_attachment (organization_id, policy_id, target_id);

-- +goose Down
DROP TABLE organization_attachment;
DROP TABLE organization_policy;
DROP TABLE organization_unit;
DROP TABLE organization_account;
DROP TABLE organization;
ALTER TABLE iam_account DROP COLUMN closed_at;
ALTER TABLE iam_account DROP COLUMN name;
