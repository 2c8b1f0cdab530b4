-- +goose Up
-- Browsers that are signed in to the console; id is the hash of the cookie's handle.
CREATE TABLE console_session (
    id             BYTEA   PRIMARY KEY,
    account_id     TEXT    NOT NULL REFERENCES iam_account (id),
    principal_kind TEXT    NOT NULL, -- as aws:PrincipalType
    principal_arn  TEXT    NOT NULL,
    name           TEXT    NOT NULL, -- whom the console greets
    public_id      TEXT    NOT NULL, -- names the session in audit records
    mfa            TEXT    NOT NULL, -- none, wanted (the password was right, the code is awaited), passed
    auth_time      BIGINT  NOT NULL, -- when the person last proved who they are
    created        BIGINT  NOT NULL,
    seen           BIGINT  NOT NULL,
    expires        BIGINT  NOT NULL,
    ip             TEXT    NOT NULL,
    user_agent     TEXT    NOT NULL
);
CREATE INDEX console_session_of ON console_session (account_id, principal_arn, created);
CREATE INDEX console_session_expires ON console_session (expires);

-- Authenticator apps of those who sign in to the console: one each, and one that is being set up.
CREATE TABLE iam_software_token (
    account_id TEXT   NOT NULL REFERENCES iam_account (id),
    owner_id   TEXT   NOT NULL, -- the account id for root
    secret     BYTEA, -- sealed; NULL until the first one is verified
    pending    BYTEA, -- sealed
    last_step  BIGINT NOT NULL DEFAULT 0,
    enabled_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, owner_id)
);

-- +goose Down
DROP TABLE iam_software_token;
DROP TABLE console_session;
