-- +goose Up
-- Trust policies name users and roles of other accounts by their unique ids alone.
CREATE UNIQUE INDEX iam_identity_id ON iam_identity (id);

-- +goose Down
DROP INDEX iam_identity_id;
