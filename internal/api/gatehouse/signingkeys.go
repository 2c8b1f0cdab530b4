package gatehouse

import (
	"context"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/api/cognitoidp"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
)

// Pools is the part of *userpool.Service that these operations call.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.Pool, error)
	SetSigningAlgorithm(ctx context.Context, id, algorithm string) (*userpool.Pool, error)
	SearchPools(ctx context.Context, accountID string, f userpool.PoolFilter, token string, limit int) ([]userpool.PoolSummary, string, error)
	PoolRegions(ctx context.Context, accountID string) ([]userpool.RegionPools, error)
	ClientsNamed(ctx context.Context, poolID, prefix string, limit int) ([]*userpool.Client, error)
	CheckUp(ctx context.Context, p *userpool.Pool) ([]userpool.Check, error)
}

// Keys is the part of *token.Service that these operations call.
type Keys interface {
	RotateKeys(ctx context.Context, pool *userpool.Pool) error
	PublishedKeys(ctx context.Context, pool *userpool.Pool) ([]token.KeyRow, error)
}

// RotateSigningKeysInput gives a pool new signing keys, of another algorithm when it is given.
type RotateSigningKeysInput struct {
	UserPoolId *string
	Algorithm  *string // RS256 or ES256; as it is when left out
}

// RotateSigningKeysOutput is every key that the pool publishes now.
type RotateSigningKeysOutput struct{ Keys []SigningKey }

// ListSigningKeysInput asks for the keys of a pool.
type ListSigningKeysInput struct{ UserPoolId *string }

// ListSigningKeysOutput is every key that the pool publishes.
type ListSigningKeysOutput struct{ Keys []SigningKey }

// SigningKey is one of a pool's keys: the one that signs for its use is the last whose SignsFrom has come.
type SigningKey struct {
	KeyId, Algorithm *string
	Use              *string // id or access
	CreationDate     *time.Time
	SignsFrom        *time.Time
}

func (s *Service) registerSigningKeys(r *api.Registry) {
	api.Add(r, name, api.Op[RotateSigningKeysInput, RotateSigningKeysOutput]{
		Access: api.Signed(), Effect: api.Change,
		Resource: poolARN(s, func(in *RotateSigningKeysInput) *string { return in.UserPoolId }),
		Run:      s.rotateSigningKeys,
	})
	api.Add(r, name, api.Op[ListSigningKeysInput, ListSigningKeysOutput]{
		Access: api.Signed(), Effect: api.Read,
		Resource: poolARN(s, func(in *ListSigningKeysInput) *string { return in.UserPoolId }),
		Run:      s.listSigningKeys,
	})
}

// rotateSigningKeys is safe to repeat: while a new key waits for its turn, another call adds none.
func (s *Service) rotateSigningKeys(ctx context.Context, in *RotateSigningKeysInput) (*RotateSigningKeysOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if in.Algorithm != nil {
		if p, err = s.Pools.SetSigningAlgorithm(ctx, p.ID, *in.Algorithm); err != nil {
			return nil, err
		}
	}
	if err := s.Keys.RotateKeys(ctx, p); err != nil {
		return nil, err
	}
	keys, err := s.keysOf(ctx, p)
	return &RotateSigningKeysOutput{Keys: keys}, err
}

func (s *Service) listSigningKeys(ctx context.Context, in *ListSigningKeysInput) (*ListSigningKeysOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	keys, err := s.keysOf(ctx, p)
	return &ListSigningKeysOutput{Keys: keys}, err
}

func (s *Service) keysOf(ctx context.Context, p *userpool.Pool) ([]SigningKey, error) {
	rows, err := s.Keys.PublishedKeys(ctx, p)
	if err != nil {
		return nil, err
	}
	out := []SigningKey{}
	for _, k := range rows {
		from := k.ActiveFrom
		if from.IsZero() {
			from = k.Created
		}
		out = append(out, SigningKey{KeyId: &k.KID, Algorithm: &k.Alg, Use: &k.Use, CreationDate: &k.Created, SignsFrom: &from})
	}
	return out, nil
}

// ownPool is the pool of an id, if it is of the account and region of the call.
func (s *Service) ownPool(ctx context.Context, id *string) (*userpool.Pool, error) {
	p, err := s.Pools.Pool(ctx, text(id))
	if err != nil {
		return nil, err
	}
	if scope := api.ScopeFrom(ctx); p.AccountID != scope.AccountID || p.Region != scope.Region {
		return nil, userpool.PoolNotFound(p.ID)
	}
	return p, nil
}

// poolARN is the Resource of an operation on one user pool.
func poolARN[In any](s *Service, id func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		return cognitoidp.PoolResource(ctx, s.Pools, text(id(in))), nil
	}
}
