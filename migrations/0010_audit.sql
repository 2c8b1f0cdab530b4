-- +goose Up
-- Who did what: one row for every change, read of secrets or people, and denial.
CREATE TABLE audit_record (
    account_id     TEXT   NOT NULL,
    id             TEXT   NOT NULL, -- UUIDv7: sorts by time
    at             BIGINT NOT NULL,
    region         TEXT   NOT NULL,
    principal_kind TEXT   NOT NULL,
    principal_arn  TEXT   NOT NULL,
    access_key_id  TEXT   NOT NULL,
    session_id     TEXT   NOT NULL,
    operation      TEXT   NOT NULL,
    resource       TEXT   NOT NULL,
    error_code     TEXT   NOT NULL, -- '' when it succeeded
    ip             TEXT   NOT NULL,
    user_agent     TEXT   NOT NULL,
    request_id     TEXT   NOT NULL,
    input          TEXT   NOT NULL, -- JSON, redacted
    PRIMARY KEY (account_id, id)
);
CREATE INDEX audit_record_operation ON audit_record (account_id, operation, id);
CREATE INDEX audit_record_principal ON audit_record (account_id, principal_arn, id);

-- +goose Down
DROP TABLE audit_record;
