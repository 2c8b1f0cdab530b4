-- +goose Up
-- What the outbox is asked for: messages that nobody got, of a pool; and how many tests it sent lately.
CREATE INDEX outbox_message_undelivered ON outbox_message (pool_id, created_at, id) WHERE state IN ('failed', 'expired');
CREATE INDEX outbox_message_tests ON outbox_message (pool_id, created_at) WHERE kind = 'TestMessage';

-- +goose Down
DROP INDEX outbox_message_tests;
DROP INDEX outbox_message_undelivered;
