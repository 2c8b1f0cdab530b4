package store

import (
	"context"

	"gatehouse/internal/organization"
	"gatehouse/internal/permission"
)

// accountHeld reads what everybody of an account has: its version, and what its organization says of it.
func (s *IAM) accountHeld(ctx context.Context, accountID string) (h permission.Held, err error) {
	var closed int64
	var o organization.Organization
	var types string
	err = s.db.row(ctx, `
		SELECT a.policy_version, a.closed_at, COALESCE(o.id, ''), COALESCE(o.management_id, ''), COALESCE(o.all_features, FALSE), COALESCE(o.policy_types, '[]')
		FROM iam_account a
		LEFT JOIN organization_account m ON m.account_id = a.id
		LEFT JOIN organization o ON o.id = m.organization_id
		WHERE a.id = $1`, accountID).Scan(&h.Version, &closed, &o.ID, &o.ManagementID, &o.AllFeatures, &types)
	if err != nil {
		return h, identityError("read account", err)
	}
	if h.Closed = closed > 0; o.ID == "" {
		return h, nil
	}
	if o.PolicyTypes, err = readList[organization.PolicyType](types); err != nil {
		return h, err
	}
	h.Organization, err = s.organizationHeld(ctx, &o, accountID)
	return h, err
}

// organizationHeld reads where an account is in its organization, and the control policies on the way there. The
// documents of AWS's policies are not in the database.
func (s *IAM) organizationHeld(ctx context.Context, o *organization.Organization, accountID string) (h permission.Organization, err error) {
	rows, err := s.db.rows(ctx, `
		WITH RECURSIVE above (id, parent_id, depth) AS (
			SELECT account_id, parent_id, 0
			FROM organization_account
			WHERE account_id = $2
			UNION ALL
			SELECT a.parent_id, COALESCE((SELECT u.parent_id FROM organization_unit u WHERE u.organization_id = $1 AND u.id = a.parent_id), ''), a.depth + 1
			FROM above a
			WHERE a.parent_id <> '' AND a.depth < 16
		)
		SELECT a.id, COALESCE(t.type, ''), COALESCE(t.policy_id, ''), COALESCE(p.content, '')
		FROM above a
		LEFT JOIN organization_attachment t ON t.organization_id = $1 AND t.target_id = a.id
		LEFT JOIN organization_policy p ON p.organization_id = $1 AND p.id = t.policy_id
		ORDER BY a.depth DESC, t.policy_id`, o.ID, accountID)
	if err != nil {
		return h, identityError("read control policies", err)
	}
	defer rows.Close()
	h.ID, h.Path = o.ID, o.ID+"/"
	limited := !o.Manages(accountID)
	for last := ""; rows.Next(); {
		var id, kind string
		var p permission.Source
		if err := rows.Scan(&id, &kind, &p.Name, &p.Document); err != nil {
			return h, identityError("read control policies", err)
		}
		if id != last {
			if last = id; id != accountID {
				h.Path += id + "/"
			}
			if limited {
				addLevel(o, &h)
			}
		}
		if limited {
			addSource(&h, organization.PolicyType(kind), p)
		}
	}
	return h, identityError("read control policies", rows.Err())
}

// addLevel begins the level of a root, unit or account for the types that count.
func addLevel(o *organization.Organization, h *permission.Organization) {
	if o.Enabled(organization.ServiceControl) {
		h.ServiceControl = append(h.ServiceControl, nil)
	}
	if o.Enabled(organization.ResourceControl) {
		h.ResourceControl = append(h.ResourceControl, nil)
	}
}

// addSource adds a policy to the last level of its type, where that counts.
func addSource(h *permission.Organization, t organization.PolicyType, p permission.Source) {
	levels := map[organization.PolicyType][][]permission.Source{organization.ServiceControl: h.ServiceControl, organization.ResourceControl: h.ResourceControl}[t]
	if p.Document == "" {
		p.Document = organization.DocumentOfAWS(p.Name)
	}
	if n := len(levels); n > 0 {
		levels[n-1] = append(levels[n-1], p)
	}
}
