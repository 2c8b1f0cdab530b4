-- +goose Up
-- Facts about this installation that are made once (account id, sealing-key checks, …).
CREATE TABLE installation (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- +goose Down
DROP TABLE installation;
