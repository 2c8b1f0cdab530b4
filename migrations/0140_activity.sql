-- +goose Up
-- Everything that the people of a pool did, newest first, and what of it failed. Ids sort by time.
CREATE INDEX auth_events_of_pool ON auth_events (pool_id, id);
CREATE INDEX auth_events_failed ON auth_events (pool_id, id) WHERE NOT passed;

-- +goose Down
DROP INDEX auth_events_failed;
DROP INDEX auth_events_of_pool;
