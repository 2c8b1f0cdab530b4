-- +goose Up
-- People from SAML providers sign in to the console in a role.
ALTER TABLE console_session ADD COLUMN temporary TEXT NOT NULL DEFAULT ''; -- JSON of a session of temporary credentials

-- +goose Down
ALTER TABLE console_session DROP COLUMN temporary;
