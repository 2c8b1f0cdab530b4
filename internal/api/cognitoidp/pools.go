package cognitoidp

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/policy"
	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// registerPools adds the operations on user pools.
func (s *Service) registerPools(r *api.Registry) {
	api.Add(r, name, api.Op[idp.CreateUserPoolInput, idp.CreateUserPoolOutput]{
		Access:     api.Signed(),
		Also:       each(passing(func(in *idp.CreateUserPoolInput) *string { return smsRole(in.SmsConfiguration) }), creating),
		Conditions: func(in *idp.CreateUserPoolInput, c *policy.Context) { api.RequestTags(c, in.UserPoolTags) },
		Run:        s.createUserPool,
	})
	api.Add(r, name, api.Op[idp.ListUserPoolsInput, idp.ListUserPoolsOutput]{Access: api.Signed(), Run: s.listUserPools})
	api.Add(r, name, api.Op[idp.DescribeUserPoolInput, idp.DescribeUserPoolOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DescribeUserPoolInput) *string { return in.UserPoolId }),
		Run:      s.describeUserPool,
	})
	api.Add(r, name, api.Op[idp.UpdateUserPoolInput, idp.UpdateUserPoolOutput]{
		Access:     api.Signed(),
		Resource:   pool(s, func(in *idp.UpdateUserPoolInput) *string { return in.UserPoolId }),
		Also:       each(passing(func(in *idp.UpdateUserPoolInput) *string { return smsRole(in.SmsConfiguration) }), s.retagging),
		Conditions: func(in *idp.UpdateUserPoolInput, c *policy.Context) { api.RequestTags(c, in.UserPoolTags) },
		Run:        s.updateUserPool,
	})
	api.Add(r, name, api.Op[idp.DeleteUserPoolInput, idp.DeleteUserPoolOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DeleteUserPoolInput) *string { return in.UserPoolId }),
		Run:      s.deleteUserPool,
	})
	api.Add(r, name, api.Op[idp.AddCustomAttributesInput, idp.AddCustomAttributesOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.AddCustomAttributesInput) *string { return in.UserPoolId }),
		Run:      s.addCustomAttributes,
	})
	api.Add(r, name, api.Op[idp.GetUserPoolMfaConfigInput, idp.GetUserPoolMfaConfigOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.GetUserPoolMfaConfigInput) *string { return in.UserPoolId }),
		Run:      s.getUserPoolMfaConfig,
	})
	api.Add(r, name, api.Op[idp.SetUserPoolMfaConfigInput, idp.SetUserPoolMfaConfigOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.SetUserPoolMfaConfigInput) *string { return in.UserPoolId }),
		Also: passing(func(in *idp.SetUserPoolMfaConfigInput) *string {
			if in.SmsMfaConfiguration == nil {
				return nil
			}
			return smsRole(in.SmsMfaConfiguration.SmsConfiguration)
		}),
		Run: s.setUserPoolMfaConfig,
	})
}

func (s *Service) createUserPool(ctx context.Context, in *idp.CreateUserPoolInput) (*idp.CreateUserPoolOutput, error) {
	settings, err := poolSettings(poolRequestOfCreate(in))
	if err != nil {
		return nil, err
	}
	settings.UsernameAttributes, settings.AliasAttributes = texts(in.UsernameAttributes), texts(in.AliasAttributes)
	if in.UsernameConfiguration != nil {
		settings.CaseSensitive = aws.ToBool(in.UsernameConfiguration.CaseSensitive)
	}
	if in.MfaConfiguration != "" {
		settings.MFA = userpool.MFAMode(in.MfaConfiguration)
	}
	requests, err := attributeRequests(in.Schema)
	if err != nil {
		return nil, err
	}
	if settings.Schema, err = userpool.MergeSchema(requests); err != nil {
		return nil, err
	}
	settings.Tags = in.UserPoolTags
	scope := api.ScopeFrom(ctx)
	p, err := s.Pools.CreatePool(ctx, scope.AccountID, scope.Region, aws.ToString(in.PoolName), settings)
	if err != nil {
		return nil, err
	}
	out, err := s.userPool(ctx, p)
	return &idp.CreateUserPoolOutput{UserPool: out}, err
}

func (s *Service) describeUserPool(ctx context.Context, in *idp.DescribeUserPoolInput) (*idp.DescribeUserPoolOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	out, err := s.userPool(ctx, p)
	return &idp.DescribeUserPoolOutput{UserPool: out}, err
}

func (s *Service) updateUserPool(ctx context.Context, in *idp.UpdateUserPoolInput) (*idp.UpdateUserPoolOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	old, err := kept[keptPool](p.Configuration)
	if err != nil {
		return nil, err
	}
	settings, err := poolSettings(poolRequestOfUpdate(in, old.UsernameConfiguration))
	if err != nil {
		return nil, err
	}
	_, err = s.Pools.UpdatePool(ctx, p.ID, userpool.PoolUpdate{
		Name: aws.ToString(in.PoolName), MFA: userpool.MFAMode(in.MfaConfiguration), Tags: in.UserPoolTags, Settings: settings,
	})
	return &idp.UpdateUserPoolOutput{}, err
}

func (s *Service) deleteUserPool(ctx context.Context, in *idp.DeleteUserPoolInput) (*idp.DeleteUserPoolOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.DeleteUserPoolOutput{}, s.Pools.DeletePool(ctx, p.ID)
}

func (s *Service) listUserPools(ctx context.Context, in *idp.ListUserPoolsInput) (*idp.ListUserPoolsOutput, error) {
	scope := api.ScopeFrom(ctx)
	pools, next, err := s.Pools.ListPools(ctx, scope.AccountID, scope.Region, aws.ToString(in.NextToken), limitOf(in.MaxResults, 60))
	if err != nil {
		return nil, err
	}
	out := &idp.ListUserPoolsOutput{UserPools: []types.UserPoolDescriptionType{}, NextToken: tokenOf(next)}
	for _, p := range pools {
		out.UserPools = append(out.UserPools, types.UserPoolDescriptionType{
			Id: &p.ID, Name: &p.Name, CreationDate: &p.Created, LastModifiedDate: &p.Modified, LambdaConfig: &types.LambdaConfigType{},
		})
	}
	return out, nil
}

func (s *Service) addCustomAttributes(ctx context.Context, in *idp.AddCustomAttributesInput) (*idp.AddCustomAttributesOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	requests, err := attributeRequests(in.CustomAttributes)
	if err != nil {
		return nil, err
	}
	_, err = s.Pools.AddAttributes(ctx, p.ID, requests)
	return &idp.AddCustomAttributesOutput{}, err
}
