// Package sts is the operations of the Security Token Service. It issues nothing itself.
package sts

import (
	"context"

	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/api"
)

// Service holds what the operations call.
type Service struct{}

// Register adds every operation.
func (s *Service) Register(r *api.Registry) {
	api.Add(r, "sts", api.Op[awssts.GetCallerIdentityInput, awssts.GetCallerIdentityOutput]{
		Access: api.Authenticated(), // no policy can deny it
		Run:    s.getCallerIdentity,
	})
}

func (s *Service) getCallerIdentity(ctx context.Context, _ *awssts.GetCallerIdentityInput) (*awssts.GetCallerIdentityOutput, error) {
	p := api.PrincipalFrom(ctx)
	return &awssts.GetCallerIdentityOutput{Account: &p.AccountID, Arn: &p.ARN, UserId: &p.UserID}, nil
}
