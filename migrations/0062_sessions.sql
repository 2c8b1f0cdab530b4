-- +goose Up
-- Signed-in browsers; id is the hash of the cookie's handle.
CREATE TABLE sessions (
    id         BYTEA  PRIMARY KEY,
    realm      TEXT   NOT NULL,
    base       TEXT   NOT NULL,
    pool_id    TEXT   NOT NULL,
    sub        TEXT   NOT NULL,
    auth_time  BIGINT NOT NULL,
    methods    TEXT   NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    ip         TEXT   NOT NULL,
    user_agent TEXT   NOT NULL
);
CREATE INDEX sessions_of ON sessions (realm, sub, created);
CREATE INDEX sessions_expires ON sessions (expires);

-- Hosted sign-ins under way; id and browser are hashes of random handles.
CREATE TABLE sign_in_attempts (
    id            BYTEA  PRIMARY KEY,
    browser       BYTEA  NOT NULL,
    realm         TEXT   NOT NULL,
    base          TEXT   NOT NULL,
    query         TEXT   NOT NULL,
    authn_session BYTEA  NOT NULL, -- sealed
    created       BIGINT NOT NULL,
    expires       BIGINT NOT NULL
);
CREATE INDEX sign_in_attempts_expires ON sign_in_attempts (expires);

-- +goose Down
DROP TABLE sign_in_attempts;
DROP TABLE sessions;
