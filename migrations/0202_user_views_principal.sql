-- +goose Up
-- Views are of a principal's unique id, which outlives a new name and is nobody else's later. Of rows that are written from
-- now on principal_arn is the id too. Whose ARN nobody has any more are nobody's.
ALTER TABLE user_views ADD COLUMN principal_id TEXT NOT NULL DEFAULT '';
UPDATE user_views SET principal_id = substr(principal_arn, 14, 12) WHERE principal_arn LIKE 'arn:aws:iam::____________:root';
UPDATE user_views
SET principal_id = COALESCE((
    SELECT i.id
    FROM iam_identity i
    WHERE i.kind = 'user' AND 'arn:aws:iam::' || i.account_id || ':user' || i.path || i.name = user_views.principal_arn
), '')
WHERE principal_arn LIKE 'arn:aws:iam::____________:user/%';
UPDATE user_views
SET principal_id = COALESCE((
    SELECT i.id || ':' || substr(user_views.principal_arn, length('arn:aws:sts::' || i.account_id || ':assumed-role/' || i.name || '/') + 1)
    FROM iam_identity i
    WHERE i.kind = 'role' AND i.account_id = substr(user_views.principal_arn, 14, 12)
        AND substr(user_views.principal_arn, 1, length('arn:aws:sts::' || i.account_id || ':assumed-role/' || i.name || '/')) = 'arn:aws:sts::' || i.account_id || ':assumed-role/' || i.name || '/'
), '')
WHERE principal_arn LIKE 'arn:aws:sts::____________:assumed-role/%/%';
DELETE FROM user_views WHERE principal_id = '';
CREATE UNIQUE INDEX user_views_principal ON user_views (pool_id, principal_id, name) WHERE principal_id <> '';

-- +goose Down
DROP INDEX user_views_principal;
ALTER TABLE user_views DROP COLUMN principal_id;
