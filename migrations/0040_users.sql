-- +goose Up
-- Users of pools, each with the password, so that a sign-in reads one row. attributes is a JSON object;
-- version counts the writes. The find_ columns hold what ListUsers filters by, as bytes, so that order and
-- prefixes do not depend on a collation.
CREATE TABLE users (
    pool_id            TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    sub                TEXT NOT NULL,
    username           TEXT NOT NULL,
    enabled            BOOLEAN NOT NULL,
    status             TEXT NOT NULL,
    created            BIGINT NOT NULL,
    modified           BIGINT NOT NULL,
    version            BIGINT NOT NULL,
    attributes         TEXT NOT NULL,
    signed_out         BIGINT NOT NULL, -- 0: never
    totp               BOOLEAN NOT NULL,
    preferred_mfa      TEXT NOT NULL,
    -- argon2id, or a salt and a verifier sealed for purpose "srp-verifier", or neither
    password_hash      TEXT,
    srp_salt           BYTEA,
    srp_verifier       BYTEA,
    password_temporary BOOLEAN NOT NULL,
    password_set       BIGINT NOT NULL,
    find_username           BYTEA NOT NULL,
    find_email              BYTEA,
    find_phone_number       BYTEA,
    find_name               BYTEA,
    find_given_name         BYTEA,
    find_family_name        BYTEA,
    find_preferred_username BYTEA,
    find_status             BYTEA NOT NULL,
    PRIMARY KEY (pool_id, sub)
);
CREATE INDEX users_by_username ON users (pool_id, find_username, sub);
CREATE INDEX users_by_email ON users (pool_id, find_email, sub) WHERE find_email IS NOT NULL;
CREATE INDEX users_by_phone_number ON users (pool_id, find_phone_number, sub) WHERE find_phone_number IS NOT NULL;
CREATE INDEX users_by_name ON users (pool_id, find_name, sub) WHERE find_name IS NOT NULL;
CREATE INDEX users_by_given_name ON users (pool_id, find_given_name, sub) WHERE find_given_name IS NOT NULL;
CREATE INDEX users_by_family_name ON users (pool_id, find_family_name, sub) WHERE find_family_name IS NOT NULL;
CREATE INDEX users_by_preferred_username ON users (pool_id, find_preferred_username, sub) WHERE find_preferred_username IS NOT NULL;
CREATE INDEX users_by_status ON users (pool_id, find_status, sub);
CREATE INDEX users_by_enabled ON users (pool_id, enabled, sub);

-- Every name that signs a user in: the username, and by the pool's settings email, phone number and
-- preferred username, folded as the pool compares. One name is one user's.
CREATE TABLE user_logins (
    pool_id   TEXT NOT NULL,
    login     TEXT NOT NULL,
    attribute TEXT NOT NULL,
    sub       TEXT NOT NULL,
    PRIMARY KEY (pool_id, login),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);
CREATE INDEX user_logins_by_user ON user_logins (pool_id, sub);

-- argon2id hashes of past passwords.
CREATE TABLE user_password_history (
    pool_id TEXT NOT NULL,
    sub     TEXT NOT NULL,
    set_at  BIGINT NOT NULL,
    hash    TEXT NOT NULL,
    PRIMARY KEY (pool_id, sub, set_at, hash),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);

-- +goose Down
DROP TABLE user_password_history;
DROP TABLE user_logins;
DROP TABLE users;
