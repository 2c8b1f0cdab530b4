-- +goose Up
-- For how many days a pool's auth events and messages are kept; a pool without a row keeps them as long as the
-- program says.
CREATE TABLE pool_retention (
    pool_id         TEXT   PRIMARY KEY REFERENCES user_pools (id) ON DELETE CASCADE,
    auth_event_days BIGINT NOT NULL,
    message_days    BIGINT NOT NULL,
    modified        BIGINT NOT NULL
);

-- The same of an account's audit log.
CREATE TABLE audit_retention (
    account_id TEXT   PRIMARY KEY,
    days       BIGINT NOT NULL,
    modified   BIGINT NOT NULL
);

-- Work that one node does at a time, and until when it is that node's.
CREATE TABLE lease (
    name       TEXT   PRIMARY KEY,
    holder     TEXT   NOT NULL,
    held_until BIGINT NOT NULL
);

-- Events are deleted pool by pool now, by their ids.
DROP INDEX auth_events_by_age;

-- +goose Down
CREATE INDEX auth_events_by_age ON auth_events (at);
DROP TABLE lease;
DROP TABLE audit_retention;
DROP TABLE pool_retention;
