-- +goose Up
-- The ids of sealing keys, never the keys: check_value tells a key of the same id but other material.
CREATE TABLE sealing_key (
    id           TEXT PRIMARY KEY,
    check_value  TEXT NOT NULL,
    active       BOOLEAN NOT NULL,
    created_at   BIGINT NOT NULL,
    activated_at BIGINT
);
CREATE UNIQUE INDEX sealing_key_active ON sealing_key (active) WHERE active;

-- Secrets of the installation itself, sealed.
CREATE TABLE installation_secret (
    name   TEXT PRIMARY KEY,
    sealed BYTEA NOT NULL
);

-- Nodes that run, by their last heartbeat.
CREATE TABLE node (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    sealing_keys TEXT NOT NULL,
    active_key   TEXT NOT NULL,
    started_at   BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL
);

-- +goose Down
DROP TABLE node;
DROP TABLE installation_secret;
DROP TABLE sealing_key;
