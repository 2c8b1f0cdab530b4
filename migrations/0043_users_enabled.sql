-- +goose Up
-- Two partial indexes serve lists by status; the planner cannot mistake them for a way to look a user up.
DROP INDEX users_by_enabled;
CREATE INDEX users_enabled ON users (pool_id, sub) WHERE enabled;
CREATE INDEX users_disabled ON users (pool_id, sub) WHERE NOT enabled;

-- +goose Down
DROP INDEX users_disabled;
DROP INDEX users_enabled;
CREATE INDEX users_by_enabled ON users (pool_id, enabled, sub);
