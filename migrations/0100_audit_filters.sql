-- +goose Up
-- What the audit log is asked for besides the operation and who did it. Failures are few.
CREATE INDEX audit_record_resource ON audit_record (account_id, resource, id);
CREATE INDEX audit_record_request ON audit_record (account_id, request_id, id);
CREATE INDEX audit_record_failed ON audit_record (account_id, id) WHERE error_code <> '';
CREATE INDEX audit_record_error ON audit_record (account_id, error_code, id) WHERE error_code <> '';

-- +goose Down
DROP INDEX audit_record_error;
DROP INDEX audit_record_failed;
DROP INDEX audit_record_request;
DROP INDEX audit_record_resource;
