-- +goose Up
-- Whom a message tells: its address may be given by somebody else too. Empty for nobody, and for what was sent before.
ALTER TABLE outbox_message ADD COLUMN sub TEXT NOT NULL DEFAULT '';
CREATE INDEX outbox_message_of ON outbox_message (pool_id, sub, created_at) WHERE sub <> '';

-- +goose Down
DROP INDEX outbox_message_of;
ALTER TABLE outbox_message DROP COLUMN sub;
