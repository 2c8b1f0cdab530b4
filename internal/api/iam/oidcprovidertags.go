package iam

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
	"gatehouse/internal/policy"
)

func (s *Service) registerOIDCProviderTags(r *api.Registry) {
	add(r, api.Op[awsiam.TagOpenIDConnectProviderInput, awsiam.TagOpenIDConnectProviderOutput]{
		Resource:   oidcProvider(s, func(in *awsiam.TagOpenIDConnectProviderInput) *string { return in.OpenIDConnectProviderArn }),
		Conditions: func(in *awsiam.TagOpenIDConnectProviderInput, c *policy.Context) { requestTags(c, in.Tags) },
	}, func(ctx context.Context, account string, in *awsiam.TagOpenIDConnectProviderInput) (*awsiam.TagOpenIDConnectProviderOutput, error) {
		return &awsiam.TagOpenIDConnectProviderOutput{}, s.Identities.TagOIDCProvider(ctx, account, *in.OpenIDConnectProviderArn, tagsOf(in.Tags))
	})
	add(r, api.Op[awsiam.UntagOpenIDConnectProviderInput, awsiam.UntagOpenIDConnectProviderOutput]{
		Resource: oidcProvider(s, func(in *awsiam.UntagOpenIDConnectProviderInput) *string { return in.OpenIDConnectProviderArn }),
		Conditions: func(in *awsiam.UntagOpenIDConnectProviderInput, c *policy.Context) {
			c.SetList("aws:TagKeys", in.TagKeys...)
		},
	}, func(ctx context.Context, account string, in *awsiam.UntagOpenIDConnectProviderInput) (*awsiam.UntagOpenIDConnectProviderOutput, error) {
		return &awsiam.UntagOpenIDConnectProviderOutput{}, s.Identities.UntagOIDCProvider(ctx, account, *in.OpenIDConnectProviderArn, in.TagKeys)
	})
	add(r, api.Op[awsiam.ListOpenIDConnectProviderTagsInput, awsiam.ListOpenIDConnectProviderTagsOutput]{
		Resource: oidcProvider(s, func(in *awsiam.ListOpenIDConnectProviderTagsInput) *string { return in.OpenIDConnectProviderArn }),
	}, func(ctx context.Context, account string, in *awsiam.ListOpenIDConnectProviderTagsInput) (*awsiam.ListOpenIDConnectProviderTagsOutput, error) {
		of, err := s.Identities.OIDCProvider(ctx, account, *in.OpenIDConnectProviderArn)
		if err != nil {
			return nil, err
		}
		p, err := s.Identities.ListTags(of.ARN(), of.Tags, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListOpenIDConnectProviderTagsOutput{Tags: listTags(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}
