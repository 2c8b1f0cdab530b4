-- +goose Up
-- What end users did: one row an act. It outlives its user, to tell of the deletion.
CREATE TABLE auth_events (
    pool_id    TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    sub        TEXT NOT NULL,
    id         TEXT NOT NULL, -- UUIDv7: sorts by time
    at         BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    passed     BOOLEAN NOT NULL,
    reason     TEXT NOT NULL,
    ip         TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    client_id  TEXT NOT NULL,
    PRIMARY KEY (pool_id, sub, id)
);
CREATE INDEX auth_events_by_age ON auth_events (at);

-- +goose Down
DROP TABLE auth_events;
