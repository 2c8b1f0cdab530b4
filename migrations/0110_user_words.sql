-- +goose Up
-- What a search finds a user by: words in lower case as the program cuts them (directory.Words), as bytes, so
-- that order and prefixes do not depend on a collation. users.words is the version of that cutting that the user's
-- rows are of; 0 where they are not there yet, which a task in the background mends.
CREATE TABLE user_words (
    pool_id TEXT NOT NULL,
    sub     TEXT NOT NULL,
    word    BYTEA NOT NULL,
    PRIMARY KEY (pool_id, sub, word),
    FOREIGN KEY (pool_id, sub) REFERENCES users (pool_id, sub) ON DELETE CASCADE
);
CREATE INDEX user_words_by_word ON user_words (pool_id, word, sub);

ALTER TABLE users ADD COLUMN words BIGINT NOT NULL DEFAULT 0;
CREATE INDEX users_without_words ON users (pool_id, sub) WHERE words = 0;

-- The orders of the list of users, and the filters that have no index yet.
CREATE INDEX users_by_created ON users (pool_id, created, sub);
CREATE INDEX users_by_modified ON users (pool_id, modified, sub);
CREATE INDEX users_without_email ON users (pool_id, sub) WHERE find_email IS NULL;
CREATE INDEX users_with_totp ON users (pool_id, sub) WHERE totp;

-- +goose Down
DROP INDEX users_with_totp;
DROP INDEX users_without_email;
DROP INDEX users_by_modified;
DROP INDEX users_by_created;
DROP INDEX users_without_words;
ALTER TABLE users DROP COLUMN words;
DROP TABLE user_words;
