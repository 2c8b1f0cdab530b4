package sts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
)

func (s *Service) registerUsers(r *api.Registry) {
	api.Add(r, name, api.Op[awssts.GetSessionTokenInput, awssts.GetSessionTokenOutput]{
		Access: api.Authenticated(), // it gives nothing that the caller has not
		Effect: api.Change,
		Run:    s.getSessionToken,
	})
	api.Add(r, name, api.Op[awssts.GetFederationTokenInput, awssts.GetFederationTokenOutput]{
		Access: api.Signed(),
		Effect: api.Change,
		Resource: func(ctx context.Context, in *awssts.GetFederationTokenInput) (api.Resource, error) {
			return api.Resource{ARN: federated(api.PrincipalFrom(ctx).AccountID, *in.Name)}, nil
		},
		Conditions: func(in *awssts.GetFederationTokenInput, c *policy.Context) {
			api.RequestTags(c, tagMap(tagsOf(in.Tags)))
		},
		Also: func(_ context.Context, in *awssts.GetFederationTokenInput) ([]api.Also, error) {
			if len(in.Tags) == 0 {
				return nil, nil
			}
			return []api.Also{{Action: "sts:TagSession"}}, nil
		},
		Run: s.getFederationToken,
	})
}

func federated(accountID, name string) string {
	return arn.ARN{Service: "sts", AccountID: accountID, Resource: "federated-user/" + name}.String()
}

// issuer is the user or root user who signed with a long-term key; sessions of roles, which reach here, are refused.
func issuer(ctx context.Context, operation string) (sts.Issuer, error) {
	p := api.PrincipalFrom(ctx)
	if p.Session != nil || p.Kind != api.IAMUser && p.Kind != api.Root {
		return sts.Issuer{}, sts.ErrAccessDenied.With("Cannot call %s with session credentials", operation)
	}
	return sts.Issuer{AccountID: p.AccountID, ID: p.UserID, ARN: p.ARN}, nil
}

func (s *Service) getSessionToken(ctx context.Context, in *awssts.GetSessionTokenInput) (*awssts.GetSessionTokenOutput, error) {
	by, err := issuer(ctx, "GetSessionToken")
	if err != nil {
		return nil, err
	}
	mfaAt, err := s.factor(ctx, in.SerialNumber, in.TokenCode)
	if err != nil {
		return nil, err
	}
	made, err := s.give(ctx, s.Sessions.UserSession(by, seconds(in.DurationSeconds), mfaAt), 0)
	return &awssts.GetSessionTokenOutput{Credentials: credentials(made)}, err
}

func (s *Service) getFederationToken(ctx context.Context, in *awssts.GetFederationTokenInput) (*awssts.GetFederationTokenOutput, error) {
	by, err := issuer(ctx, "GetFederationToken")
	if err != nil {
		return nil, err
	}
	w := sts.Want{
		Name: *in.Name, Duration: seconds(in.DurationSeconds), Policy: aws.ToString(in.Policy), PolicyARNs: arnsOf(in.PolicyArns), Tags: tagsOf(in.Tags),
	}
	if err := s.managed(ctx, by.AccountID, w.PolicyARNs); err != nil {
		return nil, err
	}
	v, err := s.Sessions.FederatedSession(by, w)
	if err != nil {
		return nil, err
	}
	out := &awssts.GetFederationTokenOutput{FederatedUser: &types.FederatedUser{Arn: aws.String(v.ARN()), FederatedUserId: aws.String(v.UserID())}}
	out.Credentials, out.SessionTokenUtilization, out.SessionTokenSize, err = s.issue(ctx, v, in.MinimumSessionTokenSize)
	out.PackedPolicySize = out.SessionTokenUtilization //lint:ignore SA1019 older SDKs read it
	return out, err
}
