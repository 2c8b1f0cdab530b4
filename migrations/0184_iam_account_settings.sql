-- +goose Up
-- What an account has chosen for itself.
CREATE TABLE iam_account_setting (
    account_id TEXT NOT NULL REFERENCES iam_account (id),
    name       TEXT NOT NULL, -- sts-token-version, or property/<namespace>/<name>
    value      TEXT NOT NULL,
    PRIMARY KEY (account_id, name)
);

-- +goose Down
DROP TABLE iam_account_setting;
