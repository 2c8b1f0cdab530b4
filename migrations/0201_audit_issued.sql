-- +goose Up
ALTER TABLE audit_record ADD COLUMN issued_key TEXT NOT NULL DEFAULT ''; -- the access key id of credentials that the call gave out

-- +goose Down
ALTER TABLE audit_record DROP COLUMN issued_key;
