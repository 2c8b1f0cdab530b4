package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
)

// registerOutboundFederation adds the operations on the account as an issuer of tokens for services outside.
func (s *Service) registerOutboundFederation(r *api.Registry) {
	add(r, api.Op[awsiam.EnableOutboundWebIdentityFederationInput, awsiam.EnableOutboundWebIdentityFederationOutput]{}, s.enableOutbound)
	add(r, api.Op[awsiam.DisableOutboundWebIdentityFederationInput, awsiam.DisableOutboundWebIdentityFederationOutput]{}, s.disableOutbound)
	add(r, api.Op[awsiam.GetOutboundWebIdentityFederationInfoInput, awsiam.GetOutboundWebIdentityFederationInfoOutput]{}, s.getOutbound)
}

func (s *Service) enableOutbound(ctx context.Context, account string, _ *awsiam.EnableOutboundWebIdentityFederationInput) (*awsiam.EnableOutboundWebIdentityFederationOutput, error) {
	i, err := s.Outbound.Enable(ctx, account)
	return &awsiam.EnableOutboundWebIdentityFederationOutput{IssuerIdentifier: aws.String(s.Outbound.URLOf(i))}, err
}

func (s *Service) disableOutbound(ctx context.Context, account string, _ *awsiam.DisableOutboundWebIdentityFederationInput) (*awsiam.DisableOutboundWebIdentityFederationOutput, error) {
	return &awsiam.DisableOutboundWebIdentityFederationOutput{}, s.Outbound.Disable(ctx, account)
}

func (s *Service) getOutbound(ctx context.Context, account string, _ *awsiam.GetOutboundWebIdentityFederationInfoInput) (*awsiam.GetOutboundWebIdentityFederationInfoOutput, error) {
	i, err := s.Outbound.Issuer(ctx, account)
	return &awsiam.GetOutboundWebIdentityFederationInfoOutput{IssuerIdentifier: aws.String(s.Outbound.URLOf(i)), JwtVendingEnabled: i.Enabled}, err
}
