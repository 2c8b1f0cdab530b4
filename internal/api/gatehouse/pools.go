package gatehouse

import (
	"context"
	"time"
	"unicode/utf8"

	"gatehouse/internal/api"
	"gatehouse/internal/userpool"
)

// SearchUserPoolsInput selects user pools of the account, in every region unless Regions names some.
type SearchUserPoolsInput struct {
	Text       *string // stands in the name, whatever the case, or is the id
	Regions    []string
	MaxResults *int32 // 1 to 60; 60 when left out
	NextToken  *string
}

// SearchUserPoolsOutput is a page of them, in the order of lower-case names.
type SearchUserPoolsOutput struct {
	UserPools []UserPoolSummary
	NextToken *string
}

// UserPoolSummary is what the list shows of a pool; DescribeUserPool has the rest.
type UserPoolSummary struct {
	Id, Name, Region       *string
	CreationDate           *time.Time
	LastModifiedDate       *time.Time
	NumberOfClients        *int64
	EstimatedNumberOfUsers *int64
}

// ListUserPoolRegionsInput asks for all regions that have user pools.
type ListUserPoolRegionsInput struct{}

// ListUserPoolRegionsOutput is those regions, by name.
type ListUserPoolRegionsOutput struct{ Regions []UserPoolRegion }

// UserPoolRegion is a region and how many pools of the account are in it.
type UserPoolRegion struct {
	Region            *string
	NumberOfUserPools *int64
}

func (s *Service) registerPools(r *api.Registry) {
	api.Add(r, name, api.Op[SearchUserPoolsInput, SearchUserPoolsOutput]{Access: api.Signed(), Effect: api.Read, Run: s.searchUserPools})
	api.Add(r, name, api.Op[ListUserPoolRegionsInput, ListUserPoolRegionsOutput]{Access: api.Signed(), Effect: api.Read, Run: s.listUserPoolRegions})
}

func (s *Service) searchUserPools(ctx context.Context, in *SearchUserPoolsInput) (*SearchUserPoolsOutput, error) {
	n := 60
	if in.MaxResults != nil {
		if n = int(*in.MaxResults); n < 1 || n > 60 {
			return nil, errValidation.With("MaxResults must be from 1 to 60.")
		}
	}
	if utf8.RuneCountInString(text(in.Text)) > 128 || len(in.Regions) > 50 {
		return nil, errValidation.With("Text has at most 128 characters, and Regions at most 50 names.")
	}
	f := userpool.PoolFilter{Text: text(in.Text), Regions: in.Regions}
	pools, next, err := s.Pools.SearchPools(ctx, api.ScopeFrom(ctx).AccountID, f, text(in.NextToken), n)
	if err != nil {
		return nil, err
	}
	out := &SearchUserPoolsOutput{UserPools: []UserPoolSummary{}, NextToken: some(next)}
	for _, p := range pools {
		out.UserPools = append(out.UserPools, UserPoolSummary{
			Id: &p.ID, Name: &p.Name, Region: &p.Region, CreationDate: &p.Created, LastModifiedDate: &p.Modified,
			NumberOfClients: &p.Clients, EstimatedNumberOfUsers: &p.Users,
		})
	}
	return out, nil
}

func (s *Service) listUserPoolRegions(ctx context.Context, _ *ListUserPoolRegionsInput) (*ListUserPoolRegionsOutput, error) {
	regions, err := s.Pools.PoolRegions(ctx, api.ScopeFrom(ctx).AccountID)
	if err != nil {
		return nil, err
	}
	out := &ListUserPoolRegionsOutput{Regions: []UserPoolRegion{}}
	for _, r := range regions {
		out.Regions = append(out.Regions, UserPoolRegion{Region: &r.Region, NumberOfUserPools: &r.Pools})
	}
	return out, nil
}
