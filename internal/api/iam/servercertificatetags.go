package iam

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
	"gatehouse/internal/policy"
)

func (s *Service) registerServerCertificateTags(r *api.Registry) {
	add(r, api.Op[awsiam.TagServerCertificateInput, awsiam.TagServerCertificateOutput]{
		Resource:   serverCertificate(s, func(in *awsiam.TagServerCertificateInput) *string { return in.ServerCertificateName }),
		Conditions: func(in *awsiam.TagServerCertificateInput, c *policy.Context) { requestTags(c, in.Tags) },
	}, func(ctx context.Context, account string, in *awsiam.TagServerCertificateInput) (*awsiam.TagServerCertificateOutput, error) {
		return &awsiam.TagServerCertificateOutput{}, s.Identities.TagServerCertificate(ctx, account, *in.ServerCertificateName, tagsOf(in.Tags))
	})
	add(r, api.Op[awsiam.UntagServerCertificateInput, awsiam.UntagServerCertificateOutput]{
		Resource: serverCertificate(s, func(in *awsiam.UntagServerCertificateInput) *string { return in.ServerCertificateName }),
		Conditions: func(in *awsiam.UntagServerCertificateInput, c *policy.Context) {
			c.SetList("aws:TagKeys", in.TagKeys...)
		},
	}, func(ctx context.Context, account string, in *awsiam.UntagServerCertificateInput) (*awsiam.UntagServerCertificateOutput, error) {
		return &awsiam.UntagServerCertificateOutput{}, s.Identities.UntagServerCertificate(ctx, account, *in.ServerCertificateName, in.TagKeys)
	})
	add(r, api.Op[awsiam.ListServerCertificateTagsInput, awsiam.ListServerCertificateTagsOutput]{
		Resource: serverCertificate(s, func(in *awsiam.ListServerCertificateTagsInput) *string { return in.ServerCertificateName }),
	}, func(ctx context.Context, account string, in *awsiam.ListServerCertificateTagsInput) (*awsiam.ListServerCertificateTagsOutput, error) {
		of, err := s.Identities.ServerCertificate(ctx, account, *in.ServerCertificateName)
		if err != nil {
			return nil, err
		}
		p, err := s.Identities.ListTags(of.ID, of.Tags, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListServerCertificateTagsOutput{Tags: listTags(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}
