-- +goose Up
-- Networks that somebody signed in to the console from: guesses from there count apart from strangers'.
CREATE TABLE console_network (
    key_hash   BYTEA  NOT NULL, -- keyed hash of the address, of an IPv6 address its /64
    account_id TEXT   NOT NULL REFERENCES iam_account (id),
    seen       BIGINT NOT NULL,
    PRIMARY KEY (key_hash, account_id)
);
CREATE INDEX console_network_account ON console_network (account_id);
CREATE INDEX console_network_seen ON console_network (seen);

-- +goose Down
DROP TABLE console_network;
