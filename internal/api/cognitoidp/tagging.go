package cognitoidp

import (
	"context"
	"maps"
	"slices"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/internal/api"
	"gatehouse/internal/policy"
)

// creating asks for the right to tag where a pool is made with tags. It has no id yet: policies are asked about
// userpool/*.
func creating(ctx context.Context, in *idp.CreateUserPoolInput) ([]api.Also, error) {
	if len(in.UserPoolTags) == 0 {
		return nil, nil
	}
	return []api.Also{{Action: name + ":TagResource", Resource: &api.Resource{ARN: PoolResource(ctx, nil, "*").ARN}}}, nil
}

// retagging asks for the rights to tag and to untag where the settings of a pool bring tags that are new or changed, or
// leave some out. Policies are told of these alone.
func (s *Service) retagging(ctx context.Context, in *idp.UpdateUserPoolInput) (asks []api.Also, err error) {
	if in.UserPoolTags == nil || in.UserPoolId == nil { // nil: they stay
		return nil, nil
	}
	old, err := PoolResource(ctx, s.Pools, *in.UserPoolId).Tags(ctx)
	if err != nil {
		return nil, err
	}
	set, removed := maps.Clone(in.UserPoolTags), maps.Clone(old)
	maps.DeleteFunc(set, func(k, v string) bool { was, had := old[k]; return had && was == v })
	maps.DeleteFunc(removed, func(k, _ string) bool { _, stays := in.UserPoolTags[k]; return stays })
	if len(set) > 0 {
		asks = append(asks, api.Also{Action: name + ":TagResource", Conditions: func(c *policy.Context) { api.RequestTags(c, set) }})
	}
	if len(removed) > 0 {
		keys := slices.Sorted(maps.Keys(removed))
		asks = append(asks, api.Also{Action: name + ":UntagResource", Conditions: func(c *policy.Context) { c.SetList("aws:TagKeys", keys...) }})
	}
	return asks, nil
}

// each asks all of several.
func each[In any](asks ...func(context.Context, *In) ([]api.Also, error)) func(context.Context, *In) ([]api.Also, error) {
	return func(ctx context.Context, in *In) (all []api.Also, err error) {
		for _, ask := range asks {
			some, err := ask(ctx, in)
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
		return all, nil
	}
}
