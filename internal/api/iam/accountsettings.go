package iam

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
)

// registerAccountSettings adds the operations on what an account chooses for itself.
func (s *Service) registerAccountSettings(r *api.Registry) {
	add(r, api.Op[awsiam.GetAccountPropertiesInput, awsiam.GetAccountPropertiesOutput]{}, func(ctx context.Context, account string, _ *awsiam.GetAccountPropertiesInput) (*awsiam.GetAccountPropertiesOutput, error) {
		properties, err := s.Identities.Properties(ctx, account)
		return &awsiam.GetAccountPropertiesOutput{Properties: properties}, err
	})
	add(r, api.Op[awsiam.PutAccountPropertiesInput, awsiam.PutAccountPropertiesOutput]{}, func(ctx context.Context, account string, in *awsiam.PutAccountPropertiesInput) (*awsiam.PutAccountPropertiesOutput, error) {
		return &awsiam.PutAccountPropertiesOutput{}, s.Identities.SetProperties(ctx, account, in.Properties)
	})
	add(r, api.Op[awsiam.SetSecurityTokenServicePreferencesInput, awsiam.SetSecurityTokenServicePreferencesOutput]{}, s.setTokenVersion)
}

var tokenVersions = map[types.GlobalEndpointTokenVersion]int{types.GlobalEndpointTokenVersionV1Token: 1, types.GlobalEndpointTokenVersionV2Token: 2}

func (s *Service) setTokenVersion(ctx context.Context, account string, in *awsiam.SetSecurityTokenServicePreferencesInput) (*awsiam.SetSecurityTokenServicePreferencesOutput, error) {
	version, ok := tokenVersions[in.GlobalEndpointTokenVersion]
	if !ok {
		return nil, identity.ErrInvalid.With("The token version is v1Token or v2Token, not %s.", in.GlobalEndpointTokenVersion)
	}
	return &awsiam.SetSecurityTokenServicePreferencesOutput{}, s.Identities.SetTokenVersion(ctx, account, version)
}
