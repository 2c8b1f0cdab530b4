-- +goose Up
-- Instance profiles are identities of their own kind, which hold a role.
ALTER TABLE iam_identity ADD COLUMN role_id TEXT NOT NULL DEFAULT '';
CREATE INDEX iam_identity_role ON iam_identity (account_id, role_id, name_key) WHERE role_id <> '';

-- +goose Down
DROP INDEX iam_identity_role;
ALTER TABLE iam_identity DROP COLUMN role_id;
