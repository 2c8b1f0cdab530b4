-- +goose Up
-- One key a use (id, access) and generation of a pool; a key signs from active_from until the next one does.
CREATE TABLE signing_keys (
    pool_id     TEXT   NOT NULL,
    use_for     TEXT   NOT NULL,
    generation  BIGINT NOT NULL,
    kid         TEXT   NOT NULL,
    alg         TEXT   NOT NULL,
    public_key  BYTEA  NOT NULL,
    private_key BYTEA  NOT NULL, -- sealed
    created     BIGINT NOT NULL,
    active_from BIGINT NOT NULL,
    PRIMARY KEY (pool_id, use_for, generation)
);
CREATE UNIQUE INDEX signing_keys_kid ON signing_keys (kid);

-- Keys made ahead of time, of no pool yet.
CREATE TABLE signing_key_reserve (
    kid         TEXT   PRIMARY KEY,
    alg         TEXT   NOT NULL,
    public_key  BYTEA  NOT NULL,
    private_key BYTEA  NOT NULL, -- sealed
    created     BIGINT NOT NULL
);
CREATE INDEX signing_key_reserve_alg ON signing_key_reserve (alg, created);

-- One sign-in and every token that it bought.
CREATE TABLE token_families (
    pool_id   TEXT    NOT NULL,
    id        TEXT    NOT NULL, -- origin_jti
    event_id  TEXT    NOT NULL,
    client_id TEXT    NOT NULL,
    sub       TEXT    NOT NULL,
    grant_id  TEXT,
    scopes    TEXT    NOT NULL,
    nonce     TEXT    NOT NULL,
    oauth     BOOLEAN NOT NULL,
    methods   TEXT    NOT NULL,
    auth_time BIGINT  NOT NULL,
    created   BIGINT  NOT NULL,
    expires   BIGINT  NOT NULL,
    revoked   BIGINT  NOT NULL, -- 0 while it lives
    PRIMARY KEY (pool_id, id)
);
CREATE INDEX token_families_grant ON token_families (pool_id, grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX token_families_expires ON token_families (expires);

CREATE TABLE refresh_tokens (
    pool_id   TEXT   NOT NULL,
    hash      BYTEA  NOT NULL,
    family_id TEXT   NOT NULL,
    created   BIGINT NOT NULL,
    rotated   BIGINT NOT NULL, -- 0 before its first successor
    PRIMARY KEY (pool_id, hash),
    FOREIGN KEY (pool_id, family_id) REFERENCES token_families (pool_id, id) ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (pool_id, family_id);

-- +goose Down
DROP TABLE refresh_tokens;
DROP TABLE token_families;
DROP TABLE signing_key_reserve;
DROP TABLE signing_keys;
