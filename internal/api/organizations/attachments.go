package organizations

import (
	"context"

	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

// registerAttachments adds the operations on what policies hang on.
func (s *Service) registerAttachments(r *api.Registry) {
	add(s, r, api.Op[awsorg.AttachPolicyInput, awsorg.AttachPolicyOutput]{
		Resource: of(s, func(in *awsorg.AttachPolicyInput) *string { return in.PolicyId }),
		Also:     also(s, "AttachPolicy", func(in *awsorg.AttachPolicyInput) []*string { return []*string{in.TargetId} }),
	}, delegable, func(ctx context.Context, o *organization.Organization, in *awsorg.AttachPolicyInput) (*awsorg.AttachPolicyOutput, error) {
		return &awsorg.AttachPolicyOutput{}, s.Organizations.Attach(ctx, o, *in.PolicyId, *in.TargetId)
	})
	add(s, r, api.Op[awsorg.DetachPolicyInput, awsorg.DetachPolicyOutput]{
		Resource: of(s, func(in *awsorg.DetachPolicyInput) *string { return in.PolicyId }),
		Also:     also(s, "DetachPolicy", func(in *awsorg.DetachPolicyInput) []*string { return []*string{in.TargetId} }),
	}, delegable, func(ctx context.Context, o *organization.Organization, in *awsorg.DetachPolicyInput) (*awsorg.DetachPolicyOutput, error) {
		return &awsorg.DetachPolicyOutput{}, s.Organizations.Detach(ctx, o, *in.PolicyId, *in.TargetId)
	})
	add(s, r, api.Op[awsorg.ListPoliciesForTargetInput, awsorg.ListPoliciesForTargetOutput]{
		Resource:   of(s, func(in *awsorg.ListPoliciesForTargetInput) *string { return in.TargetId }),
		Conditions: func(in *awsorg.ListPoliciesForTargetInput, c *policy.Context) { policyType(c, in.Filter) },
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.ListPoliciesForTargetInput) (*awsorg.ListPoliciesForTargetOutput, error) {
		p, err := s.Organizations.ListPoliciesOf(ctx, o, *in.TargetId, organization.PolicyType(in.Filter), placeOf(in.NextToken, in.MaxResults))
		return &awsorg.ListPoliciesForTargetOutput{Policies: summaries(o, p.Items), NextToken: some(p.Token)}, err
	})
	add(s, r, api.Op[awsorg.ListTargetsForPolicyInput, awsorg.ListTargetsForPolicyOutput]{
		Resource: of(s, func(in *awsorg.ListTargetsForPolicyInput) *string { return in.PolicyId }),
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.ListTargetsForPolicyInput) (*awsorg.ListTargetsForPolicyOutput, error) {
		p, err := s.Organizations.ListTargets(ctx, o, *in.PolicyId, placeOf(in.NextToken, in.MaxResults))
		return &awsorg.ListTargetsForPolicyOutput{NextToken: some(p.Token), Targets: show(p.Items, func(t organization.Target) types.PolicyTargetSummary {
			return showTarget(o, t)
		})}, err
	})
}

func showTarget(o *organization.Organization, t organization.Target) types.PolicyTargetSummary {
	switch {
	case organization.IsRoot(t.ID):
		return types.PolicyTargetSummary{TargetId: &t.ID, Name: &t.Name, Arn: pointer(o.RootARN()), Type: types.TargetTypeRoot}
	case organization.IsUnit(t.ID):
		return types.PolicyTargetSummary{TargetId: &t.ID, Name: &t.Name, Arn: pointer(o.UnitARN(t.ID)), Type: types.TargetTypeOrganizationalUnit}
	}
	name := nameOf(organization.Account{ID: t.ID, Name: t.Name})
	return types.PolicyTargetSummary{TargetId: &t.ID, Name: &name, Arn: pointer(o.AccountARN(t.ID)), Type: types.TargetTypeAccount}
}
