package rolesanywhere

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	ra "github.com/aws/aws-sdk-go-v2/service/rolesanywhere"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere/types"

	"gatehouse/internal/api"
	"gatehouse/internal/policy"
	"gatehouse/internal/rolesanywhere"
)

func isNotFound(err error) bool { return errors.Is(err, rolesanywhere.ErrNotFound) }

// named is the Resource of an operation on what an ARN names.
func named[In any](s *Service, resourceARN func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		return s.resource(api.ScopeFrom(ctx), aws.ToString(resourceARN(in))), nil
	}
}

func (s *Service) registerTags(r *api.Registry) {
	add(r, api.Op[ra.TagResourceInput, ra.TagResourceOutput]{
		Resource:   named(s, func(in *ra.TagResourceInput) *string { return in.ResourceArn }),
		Conditions: requested(func(in *ra.TagResourceInput) []types.Tag { return in.Tags }),
	}, func(ctx context.Context, at api.Scope, in *ra.TagResourceInput) (*ra.TagResourceOutput, error) {
		return &ra.TagResourceOutput{}, s.Anywhere.SetTags(ctx, at.AccountID, at.Region, aws.ToString(in.ResourceArn), tagsOf(in.Tags), nil)
	})
	add(r, api.Op[ra.UntagResourceInput, ra.UntagResourceOutput]{
		Resource: named(s, func(in *ra.UntagResourceInput) *string { return in.ResourceArn }),
		Conditions: func(in *ra.UntagResourceInput, c *policy.Context) {
			if len(in.TagKeys) > 0 {
				c.SetList("aws:TagKeys", in.TagKeys...)
			}
		},
	}, func(ctx context.Context, at api.Scope, in *ra.UntagResourceInput) (*ra.UntagResourceOutput, error) {
		return &ra.UntagResourceOutput{}, s.Anywhere.SetTags(ctx, at.AccountID, at.Region, aws.ToString(in.ResourceArn), nil, in.TagKeys)
	})
	add(r, api.Op[ra.ListTagsForResourceInput, ra.ListTagsForResourceOutput]{
		Resource: named(s, func(in *ra.ListTagsForResourceInput) *string { return in.ResourceArn }),
	}, func(ctx context.Context, at api.Scope, in *ra.ListTagsForResourceInput) (*ra.ListTagsForResourceOutput, error) {
		tags, err := s.Anywhere.Tags(ctx, at.AccountID, at.Region, aws.ToString(in.ResourceArn))
		out := &ra.ListTagsForResourceOutput{Tags: []types.Tag{}}
		for _, t := range tags {
			out.Tags = append(out.Tags, types.Tag{Key: &t.Key, Value: &t.Value})
		}
		return out, err
	})
}
