-- +goose Up
-- Counts writes that are made for their cost alone: SQLite does not write a row that stays as it is.
ALTER TABLE user_attempts ADD COLUMN touched BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE user_attempts DROP COLUMN touched;
