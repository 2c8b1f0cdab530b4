package sts

import (
	"context"
	"errors"

	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/api"
	"gatehouse/internal/iam"
	"gatehouse/internal/sts"
)

func (s *Service) registerKeys(r *api.Registry) {
	api.Add(r, name, api.Op[awssts.GetAccessKeyInfoInput, awssts.GetAccessKeyInfoOutput]{Access: api.Signed(), Run: s.getAccessKeyInfo})
	api.Add(r, name, api.Op[awssts.GetDelegatedAccessTokenInput, awssts.GetDelegatedAccessTokenOutput]{Access: api.Signed(), Effect: api.Change, Run: s.getDelegatedAccessToken})
}

// getDelegatedAccessToken takes no token: AWS's partners get them for delegation requests, which nobody can make here.
func (s *Service) getDelegatedAccessToken(context.Context, *awssts.GetDelegatedAccessTokenInput) (*awssts.GetDelegatedAccessTokenOutput, error) {
	return nil, sts.ErrValidation.With("The trade-in token is not valid: it was given for no delegation request of this installation.")
}

// getAccessKeyInfo tells the account of a key: temporary ones say it, and are kept nowhere.
func (s *Service) getAccessKeyInfo(ctx context.Context, in *awssts.GetAccessKeyInfoInput) (*awssts.GetAccessKeyInfoOutput, error) {
	account, ok := sts.AccountOfKey(*in.AccessKeyId)
	if !ok {
		var err error
		account, err = s.Keys.AccountOfKey(ctx, *in.AccessKeyId)
		switch {
		case errors.Is(err, iam.ErrNotFound):
			return nil, sts.ErrValidation.With("Invalid access key id: %s", *in.AccessKeyId)
		case err != nil:
			return nil, err
		}
	}
	return &awssts.GetAccessKeyInfoOutput{Account: &account}, nil
}
