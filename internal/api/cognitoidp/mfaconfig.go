package cognitoidp

import (
	"context"

	"gatehouse/internal/userpool"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func (s *Service) getUserPoolMfaConfig(ctx context.Context, in *idp.GetUserPoolMfaConfigInput) (*idp.GetUserPoolMfaConfigOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.GetUserPoolMfaConfigOutput{
		MfaConfiguration:              types.UserPoolMfaType(p.MFA),
		SoftwareTokenMfaConfiguration: softwareToken(p),
	}, nil
}

func (s *Service) setUserPoolMfaConfig(ctx context.Context, in *idp.SetUserPoolMfaConfigInput) (*idp.SetUserPoolMfaConfigOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if err := refuseMFA(in.SmsMfaConfiguration, in.EmailMfaConfiguration, in.WebAuthnConfiguration); err != nil {
		return nil, err
	}
	u := userpool.MFAUpdate{Mode: userpool.MFAMode(in.MfaConfiguration)}
	if t := in.SoftwareTokenMfaConfiguration; t != nil {
		u.SoftwareToken = &t.Enabled
	}
	if p, err = s.Pools.SetMFA(ctx, p.ID, u); err != nil {
		return nil, err
	}
	return &idp.SetUserPoolMfaConfigOutput{
		MfaConfiguration:              types.UserPoolMfaType(p.MFA),
		SoftwareTokenMfaConfiguration: softwareToken(p),
	}, nil
}

// softwareToken is left out while MFA is off, as Cognito does.
func softwareToken(p *userpool.Pool) *types.SoftwareTokenMfaConfigType {
	if p.MFA == userpool.MFAOff {
		return nil
	}
	return &types.SoftwareTokenMfaConfigType{Enabled: p.SoftwareTokenMFA}
}
