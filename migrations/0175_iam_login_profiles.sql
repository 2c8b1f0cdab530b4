-- +goose Up
-- What passwords of an account's users must be; an account without a row has the default.
CREATE TABLE iam_password_policy (
    account_id        TEXT    PRIMARY KEY REFERENCES iam_account (id),
    minimum_length    BIGINT  NOT NULL,
    require_symbols   BOOLEAN NOT NULL,
    require_numbers   BOOLEAN NOT NULL,
    require_uppercase BOOLEAN NOT NULL,
    require_lowercase BOOLEAN NOT NULL,
    users_may_change  BOOLEAN NOT NULL, -- without any policy of their own
    max_age_days      BIGINT  NOT NULL, -- 0: passwords do not expire
    reuse_prevention  BIGINT  NOT NULL,
    hard_expiry       BOOLEAN NOT NULL
);

-- Passwords of users, who sign in to the console with them.
CREATE TABLE iam_login_profile (
    account_id     TEXT    NOT NULL,
    user_id        TEXT    NOT NULL,
    password_hash  TEXT    NOT NULL, -- argon2id
    created_at     BIGINT  NOT NULL,
    changed_at     BIGINT  NOT NULL, -- console sessions that were proved earlier end
    reset_required BOOLEAN NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES iam_identity (account_id, id)
);

-- The passwords that a profile had, the present one too.
CREATE TABLE iam_password_history (
    account_id    TEXT   NOT NULL,
    user_id       TEXT   NOT NULL,
    number        BIGINT NOT NULL, -- the later, the higher
    password_hash TEXT   NOT NULL,
    PRIMARY KEY (account_id, user_id, number),
    FOREIGN KEY (account_id, user_id) REFERENCES iam_login_profile (account_id, user_id)
);

ALTER TABLE iam_identity ADD COLUMN password_used_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE iam_identity DROP COLUMN password_used_at;
DROP TABLE iam_password_history;
DROP TABLE iam_login_profile;
DROP TABLE iam_password_policy;
