package iam

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
	"gatehouse/internal/policy"
)

func (s *Service) registerSAMLProviderTags(r *api.Registry) {
	add(r, api.Op[awsiam.TagSAMLProviderInput, awsiam.TagSAMLProviderOutput]{
		Resource:   samlProvider(s, func(in *awsiam.TagSAMLProviderInput) *string { return in.SAMLProviderArn }),
		Conditions: func(in *awsiam.TagSAMLProviderInput, c *policy.Context) { requestTags(c, in.Tags) },
	}, func(ctx context.Context, account string, in *awsiam.TagSAMLProviderInput) (*awsiam.TagSAMLProviderOutput, error) {
		return &awsiam.TagSAMLProviderOutput{}, s.Identities.TagSAMLProvider(ctx, account, *in.SAMLProviderArn, tagsOf(in.Tags))
	})
	add(r, api.Op[awsiam.UntagSAMLProviderInput, awsiam.UntagSAMLProviderOutput]{
		Resource:   samlProvider(s, func(in *awsiam.UntagSAMLProviderInput) *string { return in.SAMLProviderArn }),
		Conditions: func(in *awsiam.UntagSAMLProviderInput, c *policy.Context) { c.SetList("aws:TagKeys", in.TagKeys...) },
	}, func(ctx context.Context, account string, in *awsiam.UntagSAMLProviderInput) (*awsiam.UntagSAMLProviderOutput, error) {
		return &awsiam.UntagSAMLProviderOutput{}, s.Identities.UntagSAMLProvider(ctx, account, *in.SAMLProviderArn, in.TagKeys)
	})
	add(r, api.Op[awsiam.ListSAMLProviderTagsInput, awsiam.ListSAMLProviderTagsOutput]{
		Resource: samlProvider(s, func(in *awsiam.ListSAMLProviderTagsInput) *string { return in.SAMLProviderArn }),
	}, func(ctx context.Context, account string, in *awsiam.ListSAMLProviderTagsInput) (*awsiam.ListSAMLProviderTagsOutput, error) {
		of, err := s.Identities.SAMLProvider(ctx, account, *in.SAMLProviderArn)
		if err != nil {
			return nil, err
		}
		p, err := s.Identities.ListTags(of.ARN(), of.Tags, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListSAMLProviderTagsOutput{Tags: listTags(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}
