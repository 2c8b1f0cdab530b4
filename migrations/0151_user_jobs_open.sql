-- +goose Up
-- Jobs that are not over: few, for a pool may have so many.
CREATE INDEX user_jobs_not_over ON user_jobs (pool_id) WHERE finished = 0;

-- +goose Down
DROP INDEX user_jobs_not_over;
