-- +goose Up
-- Verification codes as keyed hashes: one live code a subject and purpose. A subject is a user's sub, or
-- stands for a login that nobody has.
CREATE TABLE user_codes (
    pool_id   TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    subject   TEXT NOT NULL,
    purpose   TEXT NOT NULL,
    mac       BYTEA NOT NULL,
    previous  BYTEA, -- of the code that this one replaced
    attribute TEXT NOT NULL,
    value     TEXT NOT NULL,
    pending   BOOLEAN NOT NULL,
    tries     BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    PRIMARY KEY (pool_id, subject, purpose)
);
CREATE INDEX user_codes_by_expiry ON user_codes (expires);

-- How often a subject did a limited act since an hour began.
CREATE TABLE user_attempts (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    act     TEXT NOT NULL,
    since   BIGINT NOT NULL,
    acts    BIGINT NOT NULL,
    PRIMARY KEY (pool_id, subject, act)
);
CREATE INDEX user_attempts_by_age ON user_attempts (since);

-- +goose Down
DROP TABLE user_attempts;
DROP TABLE user_codes;
