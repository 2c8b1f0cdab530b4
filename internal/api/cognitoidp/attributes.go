package cognitoidp

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api"
	"gatehouse/internal/seal"
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
	me := verified(ctx)
	sent, err := s.People.UpdateAttributes(ctx, me.Pool, me.Client, me.User.Sub, attributesOf(in.UserAttributes), person(ctx))
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
	me := verified(ctx)
	return &idp.DeleteUserAttributesOutput{}, s.People.DeleteAttributes(ctx, me.Pool, me.Client, me.User.Sub, in.UserAttributeNames, person(ctx))
}

func (s *Service) getUserAttributeVerificationCode(ctx context.Context, in *idp.GetUserAttributeVerificationCodeInput) (*idp.GetUserAttributeVerificationCodeOutput, error) {
	me := verified(ctx)
	d, err := s.People.AttributeCode(ctx, me.Pool, me.Client, me.User.Sub, aws.ToString(in.AttributeName), person(ctx))
	if err != nil {
		return nil, err
	}
	return &idp.GetUserAttributeVerificationCodeOutput{CodeDeliveryDetails: showDelivery(d)}, nil
}

func (s *Service) verifyUserAttribute(ctx context.Context, in *idp.VerifyUserAttributeInput) (*idp.VerifyUserAttributeOutput, error) {
	me := verified(ctx)
	err := s.People.VerifyAttribute(ctx, me.Pool, me.Client, me.User.Sub, aws.ToString(in.AttributeName), seal.Secret(aws.ToString(in.Code)), person(ctx))
	return &idp.VerifyUserAttributeOutput{}, err
}
