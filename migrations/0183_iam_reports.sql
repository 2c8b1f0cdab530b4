-- +goose Up
-- When a user or role last called a service, at most a minute old. One row for each that it ever called: what somebody
-- may do is compared with it. A row ends 400 days after the last call, as in AWS.
CREATE TABLE iam_service_use (
    account_id   TEXT   NOT NULL,
    principal_id TEXT   NOT NULL, -- of a user or role, or the account's id for root
    service      TEXT   NOT NULL, -- iam, cognito-idp, …
    region       TEXT   NOT NULL,
    used_at      BIGINT NOT NULL,
    PRIMARY KEY (account_id, principal_id, service)
);

-- Requests for a report of last uses, which is put together when it is read.
CREATE TABLE iam_access_report (
    account_id  TEXT   NOT NULL REFERENCES iam_account (id),
    id          TEXT   NOT NULL,
    arn         TEXT   NOT NULL,
    granularity TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE iam_credential_report (
    account_id   TEXT   PRIMARY KEY REFERENCES iam_account (id),
    content      TEXT   NOT NULL, -- CSV
    generated_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE iam_credential_report;
DROP TABLE iam_access_report;
DROP TABLE iam_service_use;
