package cognitoidp

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/internal/api"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
)

// registerRecovery adds the operations on forgotten passwords.
func (s *Service) registerRecovery(r *api.Registry) {
	api.Add(r, name, api.Op[idp.ForgotPasswordInput, idp.ForgotPasswordOutput]{
		Access: api.Client(func(in *idp.ForgotPasswordInput) api.ClientProof {
			return named(in.ClientId, in.Username, in.SecretHash)
		}),
		Run: s.forgotPassword,
	})
	api.Add(r, name, api.Op[idp.ConfirmForgotPasswordInput, idp.ConfirmForgotPasswordOutput]{
		Access: api.Client(func(in *idp.ConfirmForgotPasswordInput) api.ClientProof {
			return named(in.ClientId, in.Username, in.SecretHash)
		}),
		Run: s.confirmForgotPassword,
	})
}

func (s *Service) forgotPassword(ctx context.Context, in *idp.ForgotPasswordInput) (*idp.ForgotPasswordOutput, error) {
	p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
	if err != nil {
		return nil, err
	}
	d, err := s.People.ForgotPassword(ctx, p, c, aws.ToString(in.Username), person(ctx))
	if err != nil {
		return nil, err
	}
	return &idp.ForgotPasswordOutput{CodeDeliveryDetails: showDelivery(d)}, nil
}

func (s *Service) confirmForgotPassword(ctx context.Context, in *idp.ConfirmForgotPasswordInput) (*idp.ConfirmForgotPasswordOutput, error) {
	p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
	if err != nil {
		return nil, err
	}
	_, err = s.People.ConfirmForgotPassword(ctx, p, c, directory.RecoveryRequest{
		Username: aws.ToString(in.Username), Code: seal.Secret(aws.ToString(in.ConfirmationCode)), Password: seal.Secret(aws.ToString(in.Password)), Caller: person(ctx),
	})
	return &idp.ConfirmForgotPasswordOutput{}, err
}
