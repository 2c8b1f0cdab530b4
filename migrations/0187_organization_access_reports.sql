-- +goose Up
-- Requests of the management account for when services were last used below an entity; a report is put together when it
-- is read.
CREATE TABLE organization_access_report (
    organization_id TEXT   NOT NULL REFERENCES organization (id),
    id              TEXT   NOT NULL,
    entity_path     TEXT   NOT NULL, -- o-…/r-…/ou-…
    policy_id       TEXT   NOT NULL, -- '' for all
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (organization_id, id)
);

-- +goose Down
DROP TABLE organization_access_report;
