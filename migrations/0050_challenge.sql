-- +goose Up
-- Steps of sign-ins that wait for an answer. A row is found by the hash of its session and gone when answered.
CREATE TABLE challenge (
    pool_id    TEXT   NOT NULL,
    hash       BYTEA  NOT NULL,
    client_id  TEXT   NOT NULL,
    sub        TEXT   NOT NULL, -- '' where nobody has that name
    challenge  TEXT   NOT NULL,
    state      TEXT   NOT NULL, -- JSON
    tries      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, hash)
);
CREATE INDEX challenge_expires ON challenge (expires_at);

-- SRP exchanges that were claimed, so that no claim works twice.
CREATE TABLE srp_claim (
    pool_id    TEXT   NOT NULL,
    id         BYTEA  NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (pool_id, id)
);
CREATE INDEX srp_claim_expires ON srp_claim (expires_at);

-- Failed guesses of a user's secrets. The key is a keyed hash of who: unknown names have rows too.
CREATE TABLE lockout (
    pool_id      TEXT   NOT NULL,
    key_hash     BYTEA  NOT NULL,
    failures     BIGINT NOT NULL,
    failed_at    BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    PRIMARY KEY (pool_id, key_hash)
);
CREATE INDEX lockout_failed ON lockout (failed_at);

-- Authenticator apps, at most one a user.
CREATE TABLE software_token (
    pool_id   TEXT   NOT NULL,
    sub       TEXT   NOT NULL,
    secret    BYTEA,           -- sealed; NULL until one was verified
    pending   BYTEA,           -- sealed; associated, not verified
    name      TEXT   NOT NULL,
    last_step BIGINT NOT NULL, -- of the last accepted code
    PRIMARY KEY (pool_id, sub)
);

-- +goose Down
DROP TABLE software_token;
DROP TABLE lockout;
DROP TABLE srp_claim;
DROP TABLE challenge;
