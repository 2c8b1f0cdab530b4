package cognitoidp

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
)

// registerSignUp adds the operations on sign-up and its confirmation.
func (s *Service) registerSignUp(r *api.Registry) {
	api.Add(r, name, api.Op[idp.SignUpInput, idp.SignUpOutput]{
		Access: api.Client(func(in *idp.SignUpInput) api.ClientProof { return named(in.ClientId, in.Username, in.SecretHash) }),
		Run:    s.signUp,
	})
	api.Add(r, name, api.Op[idp.ConfirmSignUpInput, idp.ConfirmSignUpOutput]{
		Access: api.Client(func(in *idp.ConfirmSignUpInput) api.ClientProof {
			return named(in.ClientId, in.Username, in.SecretHash)
		}),
		Run: s.confirmSignUp,
	})
	api.Add(r, name, api.Op[idp.ResendConfirmationCodeInput, idp.ResendConfirmationCodeOutput]{
		Access: api.Client(func(in *idp.ResendConfirmationCodeInput) api.ClientProof {
			return named(in.ClientId, in.Username, in.SecretHash)
		}),
		Run: s.resendConfirmationCode,
	})
}

// named is the proof of a request that names client and user.
func named(clientID, username, secretHash *string) api.ClientProof {
	return api.ClientProof{ClientID: aws.ToString(clientID), Username: aws.ToString(username), SecretHash: aws.ToString(secretHash)}
}

func (s *Service) signUp(ctx context.Context, in *idp.SignUpInput) (*idp.SignUpOutput, error) {
	p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
	if err != nil {
		return nil, err
	}
	done, err := s.People.SignUp(ctx, p, c, directory.SignUpRequest{
		Username: aws.ToString(in.Username), Password: seal.Secret(aws.ToString(in.Password)), Attributes: attributesOf(in.UserAttributes), Caller: person(ctx),
	})
	if err != nil {
		return nil, err
	}
	out := &idp.SignUpOutput{UserSub: &done.User.Sub, UserConfirmed: done.User.Status == directory.Confirmed}
	if done.Delivery != nil {
		out.CodeDeliveryDetails = showDelivery(*done.Delivery)
	}
	session, err := s.SignIn.AfterSignUp(ctx, p, c, done.User)
	out.Session = unlessZero(session)
	return out, err
}

func (s *Service) confirmSignUp(ctx context.Context, in *idp.ConfirmSignUpInput) (*idp.ConfirmSignUpOutput, error) {
	p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
	if err != nil {
		return nil, err
	}
	u, err := s.People.ConfirmSignUp(ctx, p, c, directory.ConfirmRequest{
		Username: aws.ToString(in.Username), Code: seal.Secret(aws.ToString(in.ConfirmationCode)), ForceAlias: in.ForceAliasCreation, Caller: person(ctx),
	})
	if err != nil || aws.ToString(in.Session) == "" {
		return &idp.ConfirmSignUpOutput{}, err
	}
	session, err := s.SignIn.AfterConfirm(ctx, p, c, u, *in.Session)
	return &idp.ConfirmSignUpOutput{Session: unlessZero(session)}, err
}

func (s *Service) resendConfirmationCode(ctx context.Context, in *idp.ResendConfirmationCodeInput) (*idp.ResendConfirmationCodeOutput, error) {
	p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
	if err != nil {
		return nil, err
	}
	d, err := s.People.ResendConfirmationCode(ctx, p, c, aws.ToString(in.Username), person(ctx))
	if err != nil {
		return nil, err
	}
	return &idp.ResendConfirmationCodeOutput{CodeDeliveryDetails: showDelivery(d)}, nil
}

// person is where an end user's call comes from.
func person(ctx context.Context) directory.Caller {
	c := caller(ctx, false)
	return directory.Caller{IP: c.IP, UserAgent: c.UserAgent}
}

func showDelivery(d directory.Delivery) *types.CodeDeliveryDetailsType {
	return &types.CodeDeliveryDetailsType{AttributeName: &d.Attribute, DeliveryMedium: types.DeliveryMediumType(d.Medium), Destination: &d.Destination}
}
