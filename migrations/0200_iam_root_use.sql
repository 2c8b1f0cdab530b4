-- +goose Up
ALTER TABLE iam_root ADD COLUMN password_used_at BIGINT NOT NULL DEFAULT 0; -- when root last signed in to the console; 0 for never

-- +goose Down
ALTER TABLE iam_root DROP COLUMN password_used_at;
