-- +goose Up
-- name_key is the name in lower case, as the program folds it: what pools are searched and sorted by. lower()
-- here is for the rows that are there already; SQLite's knows ASCII alone, and the next save folds the rest.
ALTER TABLE user_pools ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE user_pools SET name_key = lower(name);
CREATE INDEX user_pools_by_name ON user_pools (account_id, name_key, id);
CREATE INDEX user_pools_by_region_and_name ON user_pools (account_id, region, name_key, id);

-- +goose Down
DROP INDEX user_pools_by_region_and_name;
DROP INDEX user_pools_by_name;
ALTER TABLE user_pools DROP COLUMN name_key;
