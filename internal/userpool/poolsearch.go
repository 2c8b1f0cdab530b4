package userpool

import (
	"context"
	"time"
)

// PoolFilter selects pools of an account. Zero fields select all.
type PoolFilter struct {
	Text    string // stands in the name, whatever the case, or is the id
	Regions []string
}

// PoolSummary is what a list shows of a pool.
type PoolSummary struct {
	ID, Name, Region  string
	NameKey           string // the name in lower case, as the list is sorted by
	Created, Modified time.Time
	Clients, Users    int64 // Users is estimated
}

// RegionPools is how many pools an account has in a region.
type RegionPools struct {
	Region string
	Pools  int64
}

// NamePlace is the place in a list by name that a page ended at.
type NamePlace struct{ Name, ID string }

// SearchPools is a page of an account's pools in all regions, by name, and the token of the next page.
func (s *Service) SearchPools(ctx context.Context, accountID string, f PoolFilter, token string, limit int) ([]PoolSummary, string, error) {
	list := "pool-search/" + accountID
	var after NamePlace
	if err := s.openToken(list, token, &after); err != nil {
		return nil, "", err
	}
	pools, err := s.Pools.SearchPools(ctx, accountID, f, after, limit+1)
	if err != nil || len(pools) <= limit {
		return pools, "", err
	}
	pools = pools[:limit]
	last := pools[limit-1]
	next, err := s.sealToken(list, NamePlace{last.NameKey, last.ID})
	return pools, next, err
}

// PoolRegions is where an account has pools.
func (s *Service) PoolRegions(ctx context.Context, accountID string) ([]RegionPools, error) {
	return s.Pools.PoolRegions(ctx, accountID)
}
