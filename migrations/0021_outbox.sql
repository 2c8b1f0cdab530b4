-- +goose Up
-- Messages on their way. sealed holds addressee and text until delivery or expiry, then it is NULL.
CREATE TABLE outbox_message (
    id              TEXT PRIMARY KEY,
    pool_id         TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    kind            TEXT NOT NULL,
    channel         TEXT NOT NULL,
    masked          TEXT NOT NULL,
    recipient_mac   BYTEA NOT NULL,
    sealed          BYTEA,
    state           TEXT NOT NULL,
    attempts        BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    next_at         BIGINT NOT NULL,
    leased_by       TEXT NOT NULL,
    done_at         BIGINT,
    error           TEXT NOT NULL
);
CREATE UNIQUE INDEX outbox_message_key ON outbox_message (pool_id, idempotency_key);
CREATE INDEX outbox_message_page ON outbox_message (pool_id, created_at, id);
CREATE INDEX outbox_message_recipient ON outbox_message (recipient_mac, created_at);
CREATE INDEX outbox_message_due ON outbox_message (next_at) WHERE state = 'queued';
CREATE INDEX outbox_message_old ON outbox_message (created_at, id);

-- +goose Down
DROP TABLE outbox_message;
