-- +goose Up
-- Sign-ins by day (days since 1970, UTC), added up by the nodes every few seconds: of a pool, and of all pools
-- of an account together, those that were deleted too.
CREATE TABLE sign_in_days (
    pool_id TEXT   NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    day     BIGINT NOT NULL,
    passed  BIGINT NOT NULL,
    failed  BIGINT NOT NULL,
    PRIMARY KEY (pool_id, day)
);
CREATE INDEX sign_in_days_by_age ON sign_in_days (day);
CREATE TABLE account_sign_in_days (
    account_id TEXT   NOT NULL,
    day        BIGINT NOT NULL,
    passed     BIGINT NOT NULL,
    failed     BIGINT NOT NULL,
    PRIMARY KEY (account_id, day)
);
CREATE INDEX account_sign_in_days_by_age ON account_sign_in_days (day);

-- What needs attention: messages that were given up, keys that have signed for long.
CREATE INDEX outbox_message_failed ON outbox_message (created_at) WHERE state = 'failed';
CREATE INDEX signing_keys_by_age ON signing_keys (created);

-- +goose Down
DROP INDEX signing_keys_by_age;
DROP INDEX outbox_message_failed;
DROP TABLE account_sign_in_days;
DROP TABLE sign_in_days;
