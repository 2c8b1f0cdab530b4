-- +goose Up
-- That a person was erased, and how far the clean-up is. Nothing here tells who it was: what the clean-up looks
-- for is sealed, and gone when it is done.
CREATE TABLE erasure (
    id         TEXT   PRIMARY KEY, -- UUIDv7: sorts by time
    account_id TEXT   NOT NULL,
    pool_id    TEXT   NOT NULL,
    state      TEXT   NOT NULL, -- Running, Completed
    requested  BIGINT NOT NULL,
    finished   BIGINT NOT NULL, -- 0 before
    looked_at  TEXT   NOT NULL, -- the last audit record that was looked at
    rewritten  BIGINT NOT NULL, -- audit records that named the person
    residue    TEXT   NOT NULL, -- JSON: what may hold freed bytes still
    sealed     BYTEA
);
CREATE INDEX erasure_of_pool ON erasure (pool_id, id);
CREATE INDEX erasure_running ON erasure (id) WHERE state = 'Running';

-- All codes that one person was given.
CREATE INDEX grants_of ON grants (pool_id, sub);

-- +goose Down
DROP INDEX grants_of;
DROP TABLE erasure;
