-- +goose Up
-- What a user is signed in at: the refresh tokens' families, newest first.
CREATE INDEX token_families_of ON token_families (pool_id, sub, created);

-- +goose Down
DROP INDEX token_families_of;
