-- +goose Up
-- Virtual MFA devices: secrets that authenticator apps of users hold too.
CREATE TABLE iam_mfa_device (
    account_id TEXT   NOT NULL REFERENCES iam_account (id),
    serial     TEXT   NOT NULL, -- its ARN
    owner_id   TEXT   NOT NULL DEFAULT '', -- the user's id; '' until somebody has it
    secret     BYTEA  NOT NULL, -- sealed
    last_step  BIGINT NOT NULL DEFAULT 0, -- of the last code that was used
    drift      BIGINT NOT NULL DEFAULT 0, -- steps that its clock is ahead
    tags       TEXT   NOT NULL, -- JSON
    created_at BIGINT NOT NULL,
    enabled_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, serial)
);
CREATE INDEX iam_mfa_device_owner ON iam_mfa_device (account_id, owner_id, serial) WHERE owner_id <> '';

-- +goose Down
DROP TABLE iam_mfa_device;
