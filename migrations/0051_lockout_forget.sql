-- +goose Up
-- When the failures of a key stop to count: passwords are forgiven sooner than codes, and what is forgiven
-- is removed.
ALTER TABLE lockout ADD COLUMN forget_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX lockout_forget ON lockout (forget_at);
DROP INDEX lockout_failed;

-- +goose Down
CREATE INDEX lockout_failed ON lockout (failed_at);
DROP INDEX lockout_forget;
ALTER TABLE lockout DROP COLUMN forget_at;
