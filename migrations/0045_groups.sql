-- +goose Up
-- Groups of a pool and who is in them. precedence NULL is weakest.
CREATE TABLE user_groups (
    pool_id     TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    role_arn    TEXT NOT NULL,
    precedence  BIGINT,
    created     BIGINT NOT NULL,
    modified    BIGINT NOT NULL,
    PRIMARY KEY (pool_id, name)
);

CREATE TABLE user_group_members (
    pool_id    TEXT NOT NULL,
    sub        TEXT NOT NULL,
    group_name TEXT NOT NULL,
    added      BIGINT NOT NULL,
    PRIMARY KEY (pool_id, sub, group_name),
    FOREIGN KEY (pool_id, group_name) REFERENCES user_groups (pool_id, name) ON DELETE CASCADE,
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);
CREATE INDEX user_group_members_by_group ON user_group_members (pool_id, group_name, sub);

-- +goose Down
DROP TABLE user_group_members;
DROP TABLE user_groups;
