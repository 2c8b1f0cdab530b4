-- +goose Up
-- Whom a console session acts as: a session of STS, without its secret, which nobody needs.
CREATE TABLE console_role (
    session_id BYTEA  PRIMARY KEY, -- of the console session
    session    TEXT   NOT NULL, -- JSON
    name       TEXT   NOT NULL,
    colour     TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX console_role_expiry ON console_role (expires_at);

CREATE TABLE console_recent_role (
    account_id TEXT   NOT NULL,
    user_id    TEXT   NOT NULL,
    role_arn   TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    colour     TEXT   NOT NULL,
    used_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, user_id, role_arn)
);

-- +goose Down
DROP TABLE console_recent_role;
DROP TABLE console_role;
