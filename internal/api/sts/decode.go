package sts

import (
	"context"

	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/api"
)

func (s *Service) registerDecode(r *api.Registry) {
	api.Add(r, name, api.Op[awssts.DecodeAuthorizationMessageInput, awssts.DecodeAuthorizationMessageOutput]{
		Access: api.Signed(), Effect: api.Read, Run: s.decodeAuthorizationMessage,
	})
}

func (s *Service) decodeAuthorizationMessage(ctx context.Context, in *awssts.DecodeAuthorizationMessageInput) (*awssts.DecodeAuthorizationMessageOutput, error) {
	text, err := s.Sessions.DecodeMessage(api.PrincipalFrom(ctx).AccountID, *in.EncodedMessage)
	return &awssts.DecodeAuthorizationMessageOutput{DecodedMessage: &text}, err
}
