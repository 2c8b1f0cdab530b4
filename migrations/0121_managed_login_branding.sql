-- +goose Up
-- Branding by Cognito's operations: a style of an app client. settings is its JSON document, '' for none; assets a JSON array of
-- branding.Asset, whose pictures are in theme_pictures; look is what the pages show of both (theme.Theme in JSON), '' where
-- provided says that there is nothing of its own.
CREATE TABLE managed_login_branding (
    id        TEXT PRIMARY KEY,
    pool_id   TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES user_pool_clients (id) ON DELETE CASCADE,
    provided  BOOLEAN NOT NULL,
    settings  TEXT NOT NULL,
    assets    TEXT NOT NULL,
    look      TEXT NOT NULL,
    created   BIGINT NOT NULL,
    modified  BIGINT NOT NULL
);
CREATE UNIQUE INDEX managed_login_branding_by_client ON managed_login_branding (client_id);
CREATE INDEX managed_login_branding_by_pool ON managed_login_branding (pool_id);

-- The classic customization. owner is a client's id, '' for ALL; client_id is the same or NULL. picture is an id in
-- theme_pictures or ''; look is what the pages show of it (theme.Theme in JSON).
CREATE TABLE ui_customizations (
    pool_id     TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    owner       TEXT NOT NULL,
    client_id   TEXT REFERENCES user_pool_clients (id) ON DELETE CASCADE,
    css         TEXT NOT NULL,
    css_version TEXT NOT NULL,
    picture     TEXT NOT NULL,
    look        TEXT NOT NULL,
    created     BIGINT NOT NULL,
    modified    BIGINT NOT NULL,
    PRIMARY KEY (pool_id, owner)
);
CREATE INDEX ui_customizations_by_client ON ui_customizations (client_id) WHERE client_id IS NOT NULL;

-- +goose Down
DROP TABLE ui_customizations;
DROP TABLE managed_login_branding;
