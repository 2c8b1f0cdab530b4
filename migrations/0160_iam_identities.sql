-- +goose Up
-- Every write that may change what somebody is permitted counts the version of its account up; the look-up of an access
-- key answers it, and compiled policies of an older version are compiled anew.
ALTER TABLE iam_account ADD COLUMN policy_version BIGINT NOT NULL DEFAULT 1;

-- Users, groups and roles. What only roles have is empty in the others.
CREATE TABLE iam_identity (
    account_id   TEXT   NOT NULL REFERENCES iam_account (id),
    id           TEXT   NOT NULL, -- AIDA…, AGPA…, AROA…
    kind         TEXT   NOT NULL, -- user, group, role
    name         TEXT   NOT NULL,
    name_key     TEXT   NOT NULL, -- lower case
    path         TEXT   NOT NULL,
    boundary     TEXT   NOT NULL, -- the ARN of a managed policy, or ''
    tags         TEXT   NOT NULL, -- JSON
    created_at   BIGINT NOT NULL,
    description  TEXT   NOT NULL DEFAULT '',
    trust_policy TEXT   NOT NULL DEFAULT '',
    max_session  BIGINT NOT NULL DEFAULT 0, -- seconds
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX iam_identity_name ON iam_identity (account_id, kind, name_key);
CREATE INDEX iam_identity_boundary ON iam_identity (account_id, boundary, name_key) WHERE boundary <> '';

CREATE TABLE iam_inline_policy (
    account_id TEXT   NOT NULL,
    owner_id   TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    document   TEXT   NOT NULL,
    size       BIGINT NOT NULL, -- characters that the quota counts
    PRIMARY KEY (account_id, owner_id, name),
    FOREIGN KEY (account_id, owner_id) REFERENCES iam_identity (account_id, id)
);

-- The last use of a key, at most a minute old.
ALTER TABLE iam_access_key ADD COLUMN last_used_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE iam_access_key ADD COLUMN last_used_service TEXT NOT NULL DEFAULT '';
ALTER TABLE iam_access_key ADD COLUMN last_used_region TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE iam_access_key DROP COLUMN last_used_region;
ALTER TABLE iam_access_key DROP COLUMN last_used_service;
ALTER TABLE iam_access_key DROP COLUMN last_used_at;
DROP TABLE iam_inline_policy;
DROP TABLE iam_identity;
ALTER TABLE iam_account DROP COLUMN policy_version;
