-- +goose Up
-- Authorization codes. A redeemed one stays as a tombstone until what it bought has expired.
CREATE TABLE grants (
    pool_id      TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    secret_hash  BYTEA  NOT NULL,
    client_id    TEXT   NOT NULL,
    redirect_uri TEXT   NOT NULL,
    scopes       TEXT   NOT NULL,
    nonce        TEXT   NOT NULL,
    challenge    TEXT   NOT NULL, -- S256, or empty
    sub          TEXT   NOT NULL,
    auth_time    BIGINT NOT NULL,
    methods      TEXT   NOT NULL,
    created      BIGINT NOT NULL,
    expires      BIGINT NOT NULL,
    redeemed     BIGINT NOT NULL, -- 0 before
    replayed     BIGINT NOT NULL, -- 0 unless it came again
    keep_until   BIGINT NOT NULL,
    PRIMARY KEY (pool_id, id)
);
CREATE INDEX grants_keep_until ON grants (keep_until);

-- +goose Down
DROP TABLE grants;
