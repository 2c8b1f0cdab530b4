-- +goose Up
-- Policies of the customer. Those of AWS are part of the program.
CREATE TABLE iam_policy (
    account_id      TEXT   NOT NULL REFERENCES iam_account (id),
    id              TEXT   NOT NULL, -- ANPA…
    name            TEXT   NOT NULL,
    name_key        TEXT   NOT NULL, -- lower case
    path            TEXT   NOT NULL,
    arn             TEXT   NOT NULL,
    description     TEXT   NOT NULL,
    tags            TEXT   NOT NULL, -- JSON
    default_version BIGINT NOT NULL,
    last_version    BIGINT NOT NULL, -- numbers are not used again
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX iam_policy_name ON iam_policy (account_id, name_key);
CREATE UNIQUE INDEX iam_policy_arn ON iam_policy (account_id, arn);

CREATE TABLE iam_policy_version (
    account_id TEXT   NOT NULL,
    policy_id  TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    document   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, policy_id, version),
    FOREIGN KEY (account_id, policy_id) REFERENCES iam_policy (account_id, id)
);

-- Managed policies of users, groups and roles; an ARN may be one of AWS's.
CREATE TABLE iam_attachment (
    account_id  TEXT   NOT NULL,
    owner_id    TEXT   NOT NULL,
    policy_arn  TEXT   NOT NULL,
    attached_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, owner_id, policy_arn),
    FOREIGN KEY (account_id, owner_id) REFERENCES iam_identity (account_id, id)
);
CREATE INDEX iam_attachment_policy ON iam_attachment (account_id, policy_arn, owner_id);

CREATE TABLE iam_member (
    account_id TEXT   NOT NULL,
    user_id    TEXT   NOT NULL,
    group_id   TEXT   NOT NULL,
    added_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id, group_id),
    FOREIGN KEY (account_id, user_id) REFERENCES iam_identity (account_id, id),
    FOREIGN KEY (account_id, group_id) REFERENCES iam_identity (account_id, id)
);
CREATE INDEX iam_member_group ON iam_member (account_id, group_id, user_id);

-- +goose Down
DROP TABLE iam_member;
DROP TABLE iam_attachment;
DROP TABLE iam_policy_version;
DROP TABLE iam_policy;
