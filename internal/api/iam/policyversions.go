package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
)

// registerPolicyVersions adds the operations on versions of managed policies.
func (s *Service) registerPolicyVersions(r *api.Registry) {
	add(r, api.Op[awsiam.CreatePolicyVersionInput, awsiam.CreatePolicyVersionOutput]{
		Resource: policyResource(s, func(in *awsiam.CreatePolicyVersionInput) *string { return in.PolicyArn }),
	}, s.createPolicyVersion)
	add(r, api.Op[awsiam.GetPolicyVersionInput, awsiam.GetPolicyVersionOutput]{
		Resource: policyResource(s, func(in *awsiam.GetPolicyVersionInput) *string { return in.PolicyArn }),
	}, s.getPolicyVersion)
	add(r, api.Op[awsiam.ListPolicyVersionsInput, awsiam.ListPolicyVersionsOutput]{
		Resource: policyResource(s, func(in *awsiam.ListPolicyVersionsInput) *string { return in.PolicyArn }),
	}, s.listPolicyVersions)
	add(r, api.Op[awsiam.SetDefaultPolicyVersionInput, awsiam.SetDefaultPolicyVersionOutput]{
		Resource: policyResource(s, func(in *awsiam.SetDefaultPolicyVersionInput) *string { return in.PolicyArn }),
	}, s.setDefaultPolicyVersion)
	add(r, api.Op[awsiam.DeletePolicyVersionInput, awsiam.DeletePolicyVersionOutput]{
		Resource: policyResource(s, func(in *awsiam.DeletePolicyVersionInput) *string { return in.PolicyArn }),
	}, s.deletePolicyVersion)
}

func (s *Service) createPolicyVersion(ctx context.Context, account string, in *awsiam.CreatePolicyVersionInput) (*awsiam.CreatePolicyVersionOutput, error) {
	v, err := s.Identities.CreateVersion(ctx, account, *in.PolicyArn, *in.PolicyDocument, in.SetAsDefault)
	shown := showVersion(v)
	shown.Document = nil // as in lists
	return &awsiam.CreatePolicyVersionOutput{PolicyVersion: &shown}, err
}

func (s *Service) getPolicyVersion(ctx context.Context, account string, in *awsiam.GetPolicyVersionInput) (*awsiam.GetPolicyVersionOutput, error) {
	v, err := s.Identities.Version(ctx, account, *in.PolicyArn, *in.VersionId)
	return &awsiam.GetPolicyVersionOutput{PolicyVersion: pointer(showVersion(v))}, err
}

func (s *Service) listPolicyVersions(ctx context.Context, account string, in *awsiam.ListPolicyVersionsInput) (*awsiam.ListPolicyVersionsOutput, error) {
	p, err := s.Identities.ListVersions(ctx, account, *in.PolicyArn, placeOf(in.Marker, in.MaxItems))
	out := &awsiam.ListPolicyVersionsOutput{Versions: []types.PolicyVersion{}, Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	for _, v := range p.Items {
		shown := showVersion(v)
		shown.Document = nil
		out.Versions = append(out.Versions, shown)
	}
	return out, err
}

func (s *Service) setDefaultPolicyVersion(ctx context.Context, account string, in *awsiam.SetDefaultPolicyVersionInput) (*awsiam.SetDefaultPolicyVersionOutput, error) {
	return &awsiam.SetDefaultPolicyVersionOutput{}, s.Identities.SetDefaultVersion(ctx, account, *in.PolicyArn, *in.VersionId)
}

func (s *Service) deletePolicyVersion(ctx context.Context, account string, in *awsiam.DeletePolicyVersionInput) (*awsiam.DeletePolicyVersionOutput, error) {
	return &awsiam.DeletePolicyVersionOutput{}, s.Identities.DeleteVersion(ctx, account, *in.PolicyArn, *in.VersionId)
}

func showVersion(v identity.Version) types.PolicyVersion {
	return types.PolicyVersion{VersionId: aws.String(identity.VersionID(v.Number)), Document: escaped(v.Document), IsDefaultVersion: v.Default, CreateDate: &v.CreatedAt}
}
