package gatehouse

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/api"
	"gatehouse/internal/api/cognitoidp"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// UserLister is the part of *directory.Service that finds users.
type UserLister interface {
	ListUsers(ctx context.Context, pool *userpool.Pool, q directory.UserQuery) ([]*directory.User, string, error)
}

// FindInAccountInput looks for what begins with a text in the account, over all regions.
type FindInAccountInput struct {
	Text       *string // 1 to 100 characters
	UserPoolId *string // a pool of the call's region: its users and app clients are looked at alone, and no pools
}

// FindInAccountOutput is at most ten of each. Pools have the text anywhere in their names.
type FindInAccountOutput struct {
	UserPools []UserPoolSummary
	Users     []FoundPerson
	Clients   []FoundClient
}

// FoundPerson is a user whose username, email address or sub begins with the text.
type FoundPerson struct{ UserPoolId, UserPoolName, Sub, Username, Email *string }

// FoundClient is an app client whose name begins with the text.
type FoundClient struct{ UserPoolId, UserPoolName, ClientId, ClientName *string }

const (
	foundOfEach   = 10
	poolsLookedIn = 25 // of an account, in the order of their names
)

func (s *Service) registerFind(r *api.Registry) {
	api.Add(r, name, api.Op[FindInAccountInput, FindInAccountOutput]{Access: api.Signed(), Effect: api.SensitiveRead, Resource: s.foundIn, Run: s.findInAccount})
}

// foundIn is the pool that a search is narrowed to, else everything.
func (s *Service) foundIn(ctx context.Context, in *FindInAccountInput) (api.Resource, error) {
	if in.UserPoolId == nil {
		return api.Resource{ARN: "*"}, nil
	}
	return poolARN(s, func(in *FindInAccountInput) *string { return in.UserPoolId })(ctx, in)
}

func (s *Service) findInAccount(ctx context.Context, in *FindInAccountInput) (*FindInAccountOutput, error) {
	what := strings.TrimSpace(text(in.Text))
	if n := utf8.RuneCountInString(what); n < 1 || n > 100 {
		return nil, errValidation.With("Text has from 1 to 100 characters.")
	}
	out := &FindInAccountOutput{UserPools: []UserPoolSummary{}, Users: []FoundPerson{}, Clients: []FoundClient{}}
	var pools []*userpool.Pool
	if in.UserPoolId != nil {
		p, err := s.ownPool(ctx, in.UserPoolId)
		if err != nil {
			return nil, err
		}
		pools = append(pools, p)
	} else {
		account := api.ScopeFrom(ctx).AccountID
		named, _, err := s.Pools.SearchPools(ctx, account, userpool.PoolFilter{Text: what}, "", foundOfEach)
		if err != nil {
			return nil, err
		}
		for _, p := range named {
			switch may, err := s.mayFindIn(ctx, p); {
			case err != nil:
				return nil, err
			case !may:
				continue
			}
			out.UserPools = append(out.UserPools, UserPoolSummary{Id: &p.ID, Name: &p.Name, Region: &p.Region, NumberOfClients: &p.Clients, EstimatedNumberOfUsers: &p.Users})
		}
		if pools, err = s.firstPools(ctx, account); err != nil {
			return nil, err
		}
	}
	for _, p := range pools {
		if err := s.findUsers(ctx, p, what, out); err != nil {
			return nil, err
		}
		if err := s.findClients(ctx, p, what, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mayFindIn tells whether policies let the caller find what a pool has: they may deny one by its ARN, tags or region.
func (s *Service) mayFindIn(ctx context.Context, p userpool.PoolSummary) (bool, error) {
	r := api.RequestFrom(ctx)
	r.Region = p.Region
	ctx = api.WithRequest(ctx, r)
	err := api.May(ctx, cognitoidp.PoolResource(ctx, s.Pools, p.ID))
	if errors.Is(err, api.ErrAccessDenied) {
		return false, nil
	}
	return err == nil, err
}

// firstPools are those of the account that are looked in, but those that policies deny.
func (s *Service) firstPools(ctx context.Context, account string) ([]*userpool.Pool, error) {
	some, _, err := s.Pools.SearchPools(ctx, account, userpool.PoolFilter{}, "", poolsLookedIn)
	if err != nil {
		return nil, err
	}
	var all []*userpool.Pool
	for _, x := range some {
		switch may, err := s.mayFindIn(ctx, x); {
		case err != nil:
			return nil, err
		case !may:
			continue
		}
		p, err := s.Pools.Pool(ctx, x.ID)
		if errors.Is(err, userpool.ErrNotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// quoted makes a text a value of a filter.
var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (s *Service) findUsers(ctx context.Context, p *userpool.Pool, what string, out *FindInAccountOutput) error {
	seen := map[string]bool{}
	var filters []string
	for _, w := range slices.Compact([]string{what, strings.ToLower(what)}) { // in pools that tell the cases apart
		for _, attribute := range []string{"username", "email", "sub"} {
			filters = append(filters, attribute+` ^= "`+quoted.Replace(w)+`"`)
		}
	}
	for _, filter := range filters {
		if len(out.Users) >= foundOfEach {
			return nil
		}
		users, _, err := s.People.ListUsers(ctx, p, directory.UserQuery{Filter: filter, Limit: foundOfEach})
		if err != nil {
			return err
		}
		for _, u := range users {
			if !seen[u.Sub] && len(out.Users) < foundOfEach {
				seen[u.Sub] = true
				out.Users = append(out.Users, FoundPerson{UserPoolId: &p.ID, UserPoolName: &p.Name, Sub: &u.Sub, Username: &u.Username, Email: some(u.Attribute("email"))})
			}
		}
	}
	return nil
}

func (s *Service) findClients(ctx context.Context, p *userpool.Pool, what string, out *FindInAccountOutput) error {
	if len(out.Clients) >= foundOfEach {
		return nil
	}
	clients, err := s.Pools.ClientsNamed(ctx, p.ID, what, foundOfEach-len(out.Clients))
	if err != nil {
		return err
	}
	for _, c := range clients {
		out.Clients = append(out.Clients, FoundClient{UserPoolId: &p.ID, UserPoolName: &p.Name, ClientId: &c.ID, ClientName: &c.Name})
	}
	return nil
}
