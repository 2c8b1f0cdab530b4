package cognitoidp

import (
	"context"
	"strings"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/policy"
	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// registerTags adds the operations on tags of pools.
func (s *Service) registerTags(r *api.Registry) {
	api.Add(r, name, api.Op[idp.TagResourceInput, idp.TagResourceOutput]{
		Access:     api.Signed(),
		Resource:   poolByARN(s, func(in *idp.TagResourceInput) *string { return in.ResourceArn }),
		Conditions: func(in *idp.TagResourceInput, c *policy.Context) { api.RequestTags(c, in.Tags) },
		Run:        s.tagResource,
	})
	api.Add(r, name, api.Op[idp.UntagResourceInput, idp.UntagResourceOutput]{
		Access:     api.Signed(),
		Resource:   poolByARN(s, func(in *idp.UntagResourceInput) *string { return in.ResourceArn }),
		Conditions: func(in *idp.UntagResourceInput, c *policy.Context) { c.SetList("aws:TagKeys", in.TagKeys...) },
		Run:        s.untagResource,
	})
	api.Add(r, name, api.Op[idp.ListTagsForResourceInput, idp.ListTagsForResourceOutput]{
		Access:   api.Signed(),
		Resource: poolByARN(s, func(in *idp.ListTagsForResourceInput) *string { return in.ResourceArn }),
		Run:      s.listTagsForResource,
	})
}

func (s *Service) tagResource(ctx context.Context, in *idp.TagResourceInput) (*idp.TagResourceOutput, error) {
	p, err := s.taggedPool(ctx, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	return &idp.TagResourceOutput{}, s.Pools.Tag(ctx, p.ID, in.Tags)
}

func (s *Service) untagResource(ctx context.Context, in *idp.UntagResourceInput) (*idp.UntagResourceOutput, error) {
	p, err := s.taggedPool(ctx, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	return &idp.UntagResourceOutput{}, s.Pools.Untag(ctx, p.ID, in.TagKeys)
}

func (s *Service) listTagsForResource(ctx context.Context, in *idp.ListTagsForResourceInput) (*idp.ListTagsForResourceOutput, error) {
	p, err := s.taggedPool(ctx, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	tags := p.Tags
	if tags == nil {
		tags = map[string]string{}
	}
	return &idp.ListTagsForResourceOutput{Tags: tags}, nil
}

// poolID is the pool that an ARN names: arn:aws:cognito-idp:{region}:{account}:userpool/{id}.
func poolID(resource *string) (arn.ARN, string, error) {
	a, err := arn.Parse(aws.ToString(resource))
	id, ok := strings.CutPrefix(a.Resource, "userpool/")
	if err != nil || !ok || id == "" || a.Service != name {
		return a, "", userpool.ErrInvalid.With("Invalid resource ARN %s.", aws.ToString(resource))
	}
	return a, id, nil
}

// poolByARN is the Resource of an operation that takes an ARN. Policies are asked about what was given.
func poolByARN[In any](s *Service, resource func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		_, id, err := poolID(resource(in))
		if err != nil {
			return api.Resource{}, err
		}
		r := PoolResource(ctx, s.Pools, id)
		r.ARN = aws.ToString(resource(in))
		return r, nil
	}
}

// taggedPool is the pool of an ARN, which must be wholly its own: one that was authorised with another
// account or region in it is not found.
func (s *Service) taggedPool(ctx context.Context, resource *string) (*userpool.Pool, error) {
	_, id, err := poolID(resource)
	if err != nil {
		return nil, err
	}
	p, err := s.ownPool(ctx, &id)
	if err != nil {
		return nil, err
	}
	if p.ARN() != aws.ToString(resource) {
		return nil, userpool.PoolNotFound(id)
	}
	return p, nil
}
