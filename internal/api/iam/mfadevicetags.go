package iam

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
	"gatehouse/internal/policy"
)

// registerMFADeviceTags adds the operations on tags of virtual MFA devices.
func (s *Service) registerMFADeviceTags(r *api.Registry) {
	add(r, api.Op[awsiam.TagMFADeviceInput, awsiam.TagMFADeviceOutput]{
		Resource:   device(s, func(in *awsiam.TagMFADeviceInput) *string { return in.SerialNumber }),
		Conditions: func(in *awsiam.TagMFADeviceInput, c *policy.Context) { requestTags(c, in.Tags) },
	}, func(ctx context.Context, account string, in *awsiam.TagMFADeviceInput) (*awsiam.TagMFADeviceOutput, error) {
		return &awsiam.TagMFADeviceOutput{}, s.Identities.TagMFADevice(ctx, account, *in.SerialNumber, tagsOf(in.Tags))
	})
	add(r, api.Op[awsiam.UntagMFADeviceInput, awsiam.UntagMFADeviceOutput]{
		Resource:   device(s, func(in *awsiam.UntagMFADeviceInput) *string { return in.SerialNumber }),
		Conditions: func(in *awsiam.UntagMFADeviceInput, c *policy.Context) { c.SetList("aws:TagKeys", in.TagKeys...) },
	}, func(ctx context.Context, account string, in *awsiam.UntagMFADeviceInput) (*awsiam.UntagMFADeviceOutput, error) {
		return &awsiam.UntagMFADeviceOutput{}, s.Identities.UntagMFADevice(ctx, account, *in.SerialNumber, in.TagKeys)
	})
	add(r, api.Op[awsiam.ListMFADeviceTagsInput, awsiam.ListMFADeviceTagsOutput]{
		Resource: device(s, func(in *awsiam.ListMFADeviceTagsInput) *string { return in.SerialNumber }),
	}, func(ctx context.Context, account string, in *awsiam.ListMFADeviceTagsInput) (*awsiam.ListMFADeviceTagsOutput, error) {
		d, err := s.Identities.MFADevice(ctx, account, *in.SerialNumber)
		if err != nil {
			return nil, err
		}
		p, err := s.Identities.ListTags(d.Serial, d.Tags, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListMFADeviceTagsOutput{Tags: listTags(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}
