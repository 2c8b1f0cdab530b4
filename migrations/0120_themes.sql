-- +goose Up
-- Themes of pools and of app clients. owner is a client's id, '' for the pool's own; client_id is the same or NULL,
-- so that a client's theme goes with the client. published is the number of the version that pages show, 0 for none.
-- draft and previous are theme.Theme in JSON, '' for none; undoable tells whether previous counts. revision counts writes.
CREATE TABLE themes (
    pool_id   TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    owner     TEXT NOT NULL,
    client_id TEXT REFERENCES user_pool_clients (id) ON DELETE CASCADE,
    published BIGINT NOT NULL,
    draft     TEXT NOT NULL,
    previous  TEXT NOT NULL,
    undoable  BOOLEAN NOT NULL,
    revision  BIGINT NOT NULL,
    modified  BIGINT NOT NULL,
    PRIMARY KEY (pool_id, owner)
);
CREATE INDEX themes_by_client ON themes (client_id) WHERE client_id IS NOT NULL;

-- What was ever published; document is theme.Theme in JSON, published_by the ARN of who did it.
CREATE TABLE theme_versions (
    pool_id      TEXT NOT NULL,
    owner        TEXT NOT NULL,
    number       BIGINT NOT NULL,
    document     TEXT NOT NULL,
    published    BIGINT NOT NULL,
    published_by TEXT NOT NULL,
    PRIMARY KEY (pool_id, owner, number),
    FOREIGN KEY (pool_id, owner) REFERENCES themes (pool_id, owner) ON DELETE CASCADE
);

-- Pictures by the SHA-256 of their bytes.
CREATE TABLE theme_pictures (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    id      TEXT NOT NULL,
    type    TEXT NOT NULL,
    bytes   BYTEA NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (pool_id, id)
);

-- +goose Down
DROP TABLE theme_pictures;
DROP TABLE theme_versions;
DROP TABLE themes;
