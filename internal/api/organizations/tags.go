package organizations

import (
	"context"

	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

// registerTags adds the operations on tags of the root, units, accounts and policies.
func (s *Service) registerTags(r *api.Registry) {
	add(s, r, api.Op[awsorg.TagResourceInput, awsorg.TagResourceOutput]{
		Resource:   of(s, func(in *awsorg.TagResourceInput) *string { return in.ResourceId }),
		Conditions: func(in *awsorg.TagResourceInput, c *policy.Context) { requestTags(c, in.Tags) },
	}, delegable, func(ctx context.Context, o *organization.Organization, in *awsorg.TagResourceInput) (*awsorg.TagResourceOutput, error) {
		return &awsorg.TagResourceOutput{}, s.Organizations.Tag(ctx, o, *in.ResourceId, tagsOf(in.Tags))
	})
	add(s, r, api.Op[awsorg.UntagResourceInput, awsorg.UntagResourceOutput]{
		Resource:   of(s, func(in *awsorg.UntagResourceInput) *string { return in.ResourceId }),
		Conditions: func(in *awsorg.UntagResourceInput, c *policy.Context) { c.SetList("aws:TagKeys", in.TagKeys...) },
	}, delegable, func(ctx context.Context, o *organization.Organization, in *awsorg.UntagResourceInput) (*awsorg.UntagResourceOutput, error) {
		return &awsorg.UntagResourceOutput{}, s.Organizations.Untag(ctx, o, *in.ResourceId, in.TagKeys)
	})
	add(s, r, api.Op[awsorg.ListTagsForResourceInput, awsorg.ListTagsForResourceOutput]{
		Resource: of(s, func(in *awsorg.ListTagsForResourceInput) *string { return in.ResourceId }),
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.ListTagsForResourceInput) (*awsorg.ListTagsForResourceOutput, error) {
		p, err := s.Organizations.ListTags(ctx, o, *in.ResourceId, placeOf(in.NextToken, nil))
		return &awsorg.ListTagsForResourceOutput{Tags: showTags(p.Items), NextToken: some(p.Token)}, err
	})
}
