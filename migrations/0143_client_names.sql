-- +goose Up
-- App clients are found by how their names begin.
CREATE INDEX user_pool_clients_by_name ON user_pool_clients (pool_id, lower(name), id);

-- +goose Down
DROP INDEX user_pool_clients_by_name;
