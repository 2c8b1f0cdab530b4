-- +goose Up
-- Requests to delete service-linked roles, which are asked about afterwards.
CREATE TABLE iam_role_deletion (
    account_id TEXT   NOT NULL REFERENCES iam_account (id),
    id         TEXT   NOT NULL,
    done_at    BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- +goose Down
DROP TABLE iam_role_deletion;
