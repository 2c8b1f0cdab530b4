package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/userpool"
)

// SearchPools implements userpool.PoolStore.
func (s *UserPools) SearchPools(ctx context.Context, accountID string, f userpool.PoolFilter, after userpool.NamePlace, limit int) ([]userpool.PoolSummary, error) {
	q, args := poolSearch(accountID, f, after, limit)
	pools, err := collect(scanPoolSummary)(s.db.rows(ctx, q, args...))
	if err != nil {
		return nil, fmt.Errorf("search user pools: %w", err)
	}
	return pools, nil
}

// poolSearch is the statement of a page: a walk along an index by name, which ends when the page is full. A
// text in the middle of names has no index; it is looked for in the keys of that same walk.
func poolSearch(accountID string, f userpool.PoolFilter, after userpool.NamePlace, limit int) (string, []any) {
	args := []any{accountID, after.Name, after.ID}
	bind := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	conditions := ""
	if len(f.Regions) > 0 {
		var regions []string
		for _, r := range f.Regions {
			regions = append(regions, bind(r))
		}
		conditions += " AND p.region IN (" + strings.Join(regions, ", ") + ")"
	}
	if f.Text != "" {
		conditions += " AND (p.name_key LIKE " + bind("%"+escapeLike(strings.ToLower(f.Text))+"%") + ` ESCAPE '\' OR p.id = ` + bind(f.Text) + ")"
	}
	return `
		SELECT p.id, p.name, p.name_key, p.region, p.created, p.modified, p.clients,
			(SELECT COALESCE(SUM(u.users), 0) FROM user_pool_users u WHERE u.pool_id = p.id)
		FROM user_pools p
		WHERE p.account_id = $1 AND (p.name_key, p.id) > ($2, $3)` + conditions + `
		ORDER BY p.name_key, p.id
		LIMIT ` + bind(limit), args
}

// escapeLike makes a text that LIKE takes as it is.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

func scanPoolSummary(r *sql.Rows) (p userpool.PoolSummary, err error) {
	var created, modified int64
	err = r.Scan(&p.ID, &p.Name, &p.NameKey, &p.Region, &created, &modified, &p.Clients, &p.Users)
	p.Created, p.Modified = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
	return p, err
}

// PoolRegions implements userpool.PoolStore.
func (s *UserPools) PoolRegions(ctx context.Context, accountID string) ([]userpool.RegionPools, error) {
	regions, err := collect(func(r *sql.Rows) (x userpool.RegionPools, err error) {
		return x, r.Scan(&x.Region, &x.Pools)
	})(s.db.rows(ctx, `
		SELECT region, pools
		FROM user_pool_accounts
		WHERE account_id = $1 AND pools > 0
		ORDER BY region`, accountID))
	if err != nil {
		return nil, fmt.Errorf("list regions of user pools: %w", err)
	}
	return regions, nil
}
