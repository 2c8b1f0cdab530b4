-- +goose Up
-- SAML assertions that were used, until they would be refused anyway.
CREATE TABLE saml_assertion (
    id         BYTEA  NOT NULL PRIMARY KEY, -- SHA-256 of issuer and id
    expires_at BIGINT NOT NULL
);
CREATE INDEX saml_assertion_expiry ON saml_assertion (expires_at);

-- +goose Down
DROP TABLE saml_assertion;
