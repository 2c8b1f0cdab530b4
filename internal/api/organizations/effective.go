package organizations

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

// registerEffective adds the operations on what policies of other services come to for an account.
func (s *Service) registerEffective(r *api.Registry) {
	add(s, r, api.Op[awsorg.DescribeEffectivePolicyInput, awsorg.DescribeEffectivePolicyOutput]{
		Resource: func(ctx context.Context, in *awsorg.DescribeEffectivePolicyInput) (api.Resource, error) {
			if in.TargetId != nil {
				return s.resource(ctx, *in.TargetId)
			}
			return s.resource(ctx, api.ScopeFrom(ctx).AccountID)
		},
		Conditions: func(in *awsorg.DescribeEffectivePolicyInput, c *policy.Context) { policyType(c, in.PolicyType) },
	}, member, s.describeEffectivePolicy)
	add(s, r, api.Op[awsorg.ListAccountsWithInvalidEffectivePolicyInput, awsorg.ListAccountsWithInvalidEffectivePolicyOutput]{
		Conditions: func(in *awsorg.ListAccountsWithInvalidEffectivePolicyInput, c *policy.Context) {
			policyType(c, in.PolicyType)
		},
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.ListAccountsWithInvalidEffectivePolicyInput) (*awsorg.ListAccountsWithInvalidEffectivePolicyOutput, error) {
		p, err := s.Organizations.ListInvalid(ctx, o, organization.PolicyType(in.PolicyType), placeOf(in.NextToken, in.MaxResults))
		if err != nil {
			return nil, err
		}
		list, err := s.showAccounts(ctx, o, p.Items)
		return &awsorg.ListAccountsWithInvalidEffectivePolicyOutput{Accounts: list, PolicyType: in.PolicyType, NextToken: some(p.Token)}, err
	})
	add(s, r, api.Op[awsorg.ListEffectivePolicyValidationErrorsInput, awsorg.ListEffectivePolicyValidationErrorsOutput]{
		Resource: of(s, func(in *awsorg.ListEffectivePolicyValidationErrorsInput) *string { return in.AccountId }),
		Conditions: func(in *awsorg.ListEffectivePolicyValidationErrorsInput, c *policy.Context) {
			policyType(c, in.PolicyType)
		},
	}, reader, s.listEffectivePolicyValidationErrors)
}

// describeEffectivePolicy answers for the caller's account where none is named; who administers the organization may
// name any.
func (s *Service) describeEffectivePolicy(ctx context.Context, o *organization.Organization, in *awsorg.DescribeEffectivePolicyInput) (*awsorg.DescribeEffectivePolicyOutput, error) {
	target := api.ScopeFrom(ctx).AccountID
	if in.TargetId != nil && *in.TargetId != target {
		if _, err := s.admitted(ctx, reader, func(ctx context.Context) ([]api.Also, error) {
			r, err := s.resource(ctx, *in.TargetId)
			return []api.Also{{Resource: &r}}, err
		}); err != nil {
			return nil, err
		}
		target = *in.TargetId
	}
	e, err := s.Organizations.EffectivePolicy(ctx, o, target, organization.PolicyType(in.PolicyType))
	return &awsorg.DescribeEffectivePolicyOutput{EffectivePolicy: &types.EffectivePolicy{
		PolicyContent: &e.Content, LastUpdatedTimestamp: &e.UpdatedAt, PolicyType: in.PolicyType, TargetId: &target,
	}}, err
}

func (s *Service) listEffectivePolicyValidationErrors(ctx context.Context, o *organization.Organization, in *awsorg.ListEffectivePolicyValidationErrorsInput) (*awsorg.ListEffectivePolicyValidationErrorsOutput, error) {
	p, path, err := s.Organizations.ListProblems(ctx, o, *in.AccountId, organization.PolicyType(in.PolicyType), placeOf(in.NextToken, in.MaxResults))
	return &awsorg.ListEffectivePolicyValidationErrorsOutput{
		AccountId: in.AccountId, PolicyType: in.PolicyType, Path: &path, EvaluationTimestamp: aws.Time(s.Organizations.Clock().UTC().Truncate(time.Millisecond)), NextToken: some(p.Token),
		EffectivePolicyValidationErrors: show(p.Items, func(m organization.MergeProblem) types.EffectivePolicyValidationError {
			return types.EffectivePolicyValidationError{ErrorCode: &m.Code, ErrorMessage: &m.Message, PathToError: &m.Path, ContributingPolicies: m.Policies}
		}),
	}, err
}
