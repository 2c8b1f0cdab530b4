-- +goose Up
-- IAM users sign in to the console, too. Sessions of before are root's.
ALTER TABLE console_session ADD COLUMN principal_id TEXT NOT NULL DEFAULT ''; -- the account's id for root
ALTER TABLE console_session ADD COLUMN password_at BIGINT NOT NULL DEFAULT 0; -- when the password was last proved
ALTER TABLE console_session ADD COLUMN must_change BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE console_session SET principal_id = account_id, password_at = auth_time;
CREATE INDEX console_session_principal ON console_session (account_id, principal_id, created);

-- +goose Down
DROP INDEX console_session_principal;
ALTER TABLE console_session DROP COLUMN must_change;
ALTER TABLE console_session DROP COLUMN password_at;
ALTER TABLE console_session DROP COLUMN principal_id;
