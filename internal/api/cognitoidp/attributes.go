package cognitoidp

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// registerAttributes adds the operations on attributes and their verification.
func (s *Service) registerAttributes(r *api.Registry) {
	api.Add(r, name, api.Op[idp.UpdateUserAttributesInput, idp.UpdateUserAttributesOutput]{
		Access: api.UserToken(func(in *idp.UpdateUserAttributesInput) *string { return in.AccessToken }), Run: s.updateUserAttributes,
	})
	api.Add(r, name, api.Op[idp.DeleteUserAttributesInput, idp.DeleteUserAttributesOutput]{
		Access: api.UserToken(func(in *idp.DeleteUserAttributesInput) *string { return in.AccessToken }), Run: s.deleteUserAttributes,
	})
	api.Add(r, name, api.Op[idp.GetUserAttributeVerificationCodeInput, idp.GetUserAttributeVerificationCodeOutput]{
		Access: api.UserToken(func(in *idp.GetUserAttributeVerificationCodeInput) *string { return in.AccessToken }), Run: s.getUserAttributeVerificationCode,
	})
	api.Add(r, name, api.Op[idp.VerifyUserAttributeInput, idp.VerifyUserAttributeOutput]{
		Access: api.UserToken(func(in *idp.VerifyUserAttributeInput) *string { return in.AccessToken }), Run: s.verifyUserAttribute,
	})
}

func (s *Service) updateUserAttributes(ctx context.Context, in *idp.UpdateUserAttributesInput) (*idp.UpdateUserAttributesOutput, error) {
	me, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	sent, err := s.People.UpdateAttributes(ctx, me.pool, me.client, me.user.Sub, attributesOf(in.UserAttributes), person(ctx))
	if err != nil {
		return nil, err
	}
	out := &idp.UpdateUserAttributesOutput{CodeDeliveryDetailsList: []types.CodeDeliveryDetailsType{}}
	for _, d := range sent {
		out.CodeDeliveryDetailsList = append(out.CodeDeliveryDetailsList, *showDelivery(d))
	}
	return out, nil
}

func (s *Service) deleteUserAttributes(ctx context.Context, in *idp.DeleteUserAttributesInput) (*idp.DeleteUserAttributesOutput, error) {
	me, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	return &idp.DeleteUserAttributesOutput{}, s.People.DeleteAttributes(ctx, me.pool, me.client, me.user.Sub, in.UserAttributeNames, person(ctx))
}

func (s *Service) getUserAttributeVerificationCode(ctx context.Context, in *idp.GetUserAttributeVerificationCodeInput) (*idp.GetUserAttributeVerificationCodeOutput, error) {
	me, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	d, err := s.People.AttributeCode(ctx, me.pool, me.client, me.user.Sub, aws.ToString(in.AttributeName), person(ctx))
	if err != nil {
		return nil, err
	}
	return &idp.GetUserAttributeVerificationCodeOutput{CodeDeliveryDetails: showDelivery(d)}, nil
}

func (s *Service) verifyUserAttribute(ctx context.Context, in *idp.VerifyUserAttributeInput) (*idp.VerifyUserAttributeOutput, error) {
	me, err := s.self(ctx)
	if err != nil {
		return nil, err
	}
	err = s.People.VerifyAttribute(ctx, me.pool, me.client, me.user.Sub, aws.ToString(in.AttributeName), seal.Secret(aws.ToString(in.Code)), person(ctx))
	return &idp.VerifyUserAttributeOutput{}, err
}

// me is the user of a verified access token, and the client that it was issued to.
type me struct {
	pool   *userpool.Pool
	client *userpool.Client
	user   *directory.User
}

func (s *Service) self(ctx context.Context) (me, error) {
	p, u, err := s.tokenUser(ctx)
	if err != nil {
		return me{}, err
	}
	c, err := s.Pools.ClientOf(ctx, p.ID, api.UserFrom(ctx).ClientID)
	return me{p, c, u}, err
}
