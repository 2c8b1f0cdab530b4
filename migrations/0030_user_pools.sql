-- +goose Up
-- User pools. settings is userpool.Settings in JSON; version counts the writes to the pool and to all that
-- hangs on it; the counts are kept in the transactions of what they count.
CREATE TABLE user_pools (
    id               TEXT PRIMARY KEY,
    account_id       TEXT NOT NULL,
    region           TEXT NOT NULL,
    name             TEXT NOT NULL,
    created          BIGINT NOT NULL,
    modified         BIGINT NOT NULL,
    version          BIGINT NOT NULL,
    clients          BIGINT NOT NULL,
    srp_clients      BIGINT NOT NULL,
    resource_servers BIGINT NOT NULL,
    settings         TEXT NOT NULL
);
CREATE INDEX user_pools_by_account ON user_pools (account_id, region, created, id);

-- How many pools an account has in a region: the row that makes the quota exact under concurrency.
CREATE TABLE user_pool_accounts (
    account_id TEXT NOT NULL,
    region     TEXT NOT NULL,
    pools      BIGINT NOT NULL,
    PRIMARY KEY (account_id, region)
);

-- Estimated number of users, spread over rows so that sign-ups of one pool do not queue on one row.
CREATE TABLE user_pool_users (
    pool_id TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    slot    BIGINT NOT NULL,
    users   BIGINT NOT NULL,
    PRIMARY KEY (pool_id, slot)
);

CREATE TABLE user_pool_clients (
    id       TEXT PRIMARY KEY,
    pool_id  TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    name     TEXT NOT NULL,
    created  BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    settings TEXT NOT NULL
);
CREATE INDEX user_pool_clients_by_pool ON user_pool_clients (pool_id, created, id);

-- Client secrets, sealed for purpose "client-secret" and bound to "{client_id}/{id}".
CREATE TABLE user_pool_client_secrets (
    client_id TEXT NOT NULL REFERENCES user_pool_clients (id) ON DELETE CASCADE,
    id        TEXT NOT NULL,
    created   BIGINT NOT NULL,
    sealed    BYTEA NOT NULL,
    PRIMARY KEY (client_id, id)
);

-- Prefix domains (no dot in the name) and custom ones (a full host name), unique per installation.
CREATE TABLE user_pool_domains (
    name                  TEXT PRIMARY KEY,
    pool_id               TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    account_id            TEXT NOT NULL,
    custom                BOOLEAN NOT NULL,
    managed_login_version BIGINT NOT NULL,
    certificate_arn       TEXT NOT NULL,
    created               BIGINT NOT NULL,
    version               BIGINT NOT NULL
);
CREATE UNIQUE INDEX user_pool_domains_by_pool ON user_pool_domains (pool_id, custom);

-- scopes is a JSON array of userpool.Scope.
CREATE TABLE user_pool_resource_servers (
    pool_id    TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    identifier TEXT NOT NULL,
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    PRIMARY KEY (pool_id, identifier)
);

-- +goose Down
DROP TABLE user_pool_resource_servers;
DROP TABLE user_pool_domains;
DROP TABLE user_pool_client_secrets;
DROP TABLE user_pool_clients;
DROP TABLE user_pool_users;
DROP TABLE user_pool_accounts;
DROP TABLE user_pools;
