-- +goose Up
CREATE TABLE iam_account_alias (
    account_id TEXT PRIMARY KEY REFERENCES iam_account (id),
    alias      TEXT NOT NULL UNIQUE
);

-- +goose Down
DROP TABLE iam_account_alias;
