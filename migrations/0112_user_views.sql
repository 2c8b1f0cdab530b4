-- +goose Up
-- Filters of the list of users that an administrator keeps under a name: query is the console's query string.
CREATE TABLE user_views (
    pool_id       TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    principal_arn TEXT NOT NULL,
    name          TEXT NOT NULL,
    query         TEXT NOT NULL,
    saved         BIGINT NOT NULL,
    PRIMARY KEY (pool_id, principal_arn, name)
);

-- +goose Down
DROP TABLE user_views;
