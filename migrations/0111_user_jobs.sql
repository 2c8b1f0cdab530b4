-- +goose Up
-- What an administrator has done to many users at once: an act on each. search is directory.Search in JSON, "" where the
-- users were named; who is the principal in JSON. A node works on a job while it holds its lease.
CREATE TABLE user_jobs (
    id         TEXT PRIMARY KEY, -- UUIDv7: sorts by time
    pool_id    TEXT NOT NULL REFERENCES user_pools (id) ON DELETE CASCADE,
    act        TEXT NOT NULL,
    group_name TEXT NOT NULL,
    search     TEXT NOT NULL,
    state      TEXT NOT NULL, -- GATHERING, WAITING, RUNNING, COMPLETED, STOPPED
    who        TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created    BIGINT NOT NULL,
    finished   BIGINT NOT NULL, -- 0: not yet
    total      BIGINT NOT NULL,
    done       BIGINT NOT NULL,
    failed     BIGINT NOT NULL,
    position   TEXT NOT NULL, -- where gathering is
    holder     TEXT NOT NULL,
    lease      BIGINT NOT NULL
);
CREATE INDEX user_jobs_by_pool ON user_jobs (pool_id, id);
CREATE INDEX user_jobs_open ON user_jobs (lease) WHERE state IN ('GATHERING', 'RUNNING');
CREATE INDEX user_jobs_finished ON user_jobs (finished) WHERE finished > 0;

-- The users of a job, in the order of being gathered, and how it went with each. They outlive the user whom a job deletes.
CREATE TABLE user_job_users (
    job_id   TEXT NOT NULL REFERENCES user_jobs (id) ON DELETE CASCADE,
    n        BIGINT NOT NULL,
    sub      TEXT NOT NULL,
    username TEXT NOT NULL,
    state    TEXT NOT NULL, -- WAITING, STARTED, DONE, FAILED
    reason   TEXT NOT NULL,
    PRIMARY KEY (job_id, n)
);
CREATE UNIQUE INDEX user_job_users_once ON user_job_users (job_id, sub);
CREATE INDEX user_job_users_by_state ON user_job_users (job_id, state, n);

-- +goose Down
DROP TABLE user_job_users;
DROP TABLE user_jobs;
