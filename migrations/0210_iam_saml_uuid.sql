-- +goose Up
-- The sign-in address of a SAML provider holds its unique id.
CREATE UNIQUE INDEX iam_saml_provider_uuid ON iam_saml_provider (uuid);

-- +goose Down
DROP INDEX iam_saml_provider_uuid;
