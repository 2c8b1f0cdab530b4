-- +goose Up
-- Tell at each sign-in whether a pool has users whose password is kept in the other way than the pool's now.
CREATE INDEX users_with_hash ON users (pool_id) WHERE password_hash IS NOT NULL;
CREATE INDEX users_with_verifier ON users (pool_id) WHERE srp_verifier IS NOT NULL;

-- +goose Down
DROP INDEX users_with_verifier;
DROP INDEX users_with_hash;
