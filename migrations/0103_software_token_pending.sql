-- +goose Up
-- Who began to set an authenticator app up, and when: nobody else goes on with it, and nobody for long.
ALTER TABLE iam_software_token ADD COLUMN pending_by TEXT NOT NULL DEFAULT ''; -- the console session's public id
ALTER TABLE iam_software_token ADD COLUMN pending_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE iam_software_token DROP COLUMN pending_at;
ALTER TABLE iam_software_token DROP COLUMN pending_by;
