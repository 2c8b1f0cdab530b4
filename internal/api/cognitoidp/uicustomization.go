package cognitoidp

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/branding"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// allClients is the ClientId that stands for every client without a customization of its own.
const allClients = "ALL"

// registerUICustomization adds the operations on the classic customization of the hosted pages.
func (s *Service) registerUICustomization(r *api.Registry) {
	api.Add(r, name, api.Op[idp.GetUICustomizationInput, idp.GetUICustomizationOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.GetUICustomizationInput) *string { return in.UserPoolId }),
		Run:      s.getUICustomization,
	})
	api.Add(r, name, api.Op[idp.SetUICustomizationInput, idp.SetUICustomizationOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.SetUICustomizationInput) *string { return in.UserPoolId }),
		Run:      s.setUICustomization,
	})
}

// customized is the client that ClientId names, "" for all of them.
func customized(clientID *string) string {
	if id := aws.ToString(clientID); id != allClients {
		return id
	}
	return ""
}

func (s *Service) getUICustomization(ctx context.Context, in *idp.GetUICustomizationInput) (*idp.GetUICustomizationOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	c, err := s.Branding.Customization(ctx, p.ID, customized(in.ClientId))
	if err != nil {
		return nil, err
	}
	if c.PoolID == "" {
		return &idp.GetUICustomizationOutput{UICustomization: &types.UICustomizationType{}}, nil
	}
	out, err := s.showCustomization(ctx, c)
	return &idp.GetUICustomizationOutput{UICustomization: out}, err
}

func (s *Service) setUICustomization(ctx context.Context, in *idp.SetUICustomizationInput) (*idp.SetUICustomizationOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	domains, err := s.Pools.DomainsOf(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	if len(domains) == 0 {
		return nil, branding.ErrInvalid.With("There has to be an existing domain associated with this user pool")
	}
	c, err := s.Branding.Customize(ctx, p.ID, customized(in.ClientId), aws.ToString(in.CSS), in.ImageFile)
	if err != nil {
		return nil, err
	}
	out, err := s.showCustomization(ctx, c)
	return &idp.SetUICustomizationOutput{UICustomization: out}, err
}

func (s *Service) showCustomization(ctx context.Context, c *branding.Customization) (*types.UICustomizationType, error) {
	out := &types.UICustomizationType{
		UserPoolId: &c.PoolID, ClientId: aws.String(allClients), CSS: unlessZero(c.CSS), CSSVersion: &c.CSSVersion,
		CreationDate: &c.Created, LastModifiedDate: &c.Modified,
	}
	if c.ClientID != "" {
		out.ClientId = &c.ClientID
	}
	if c.Picture == "" {
		return out, nil
	}
	url, err := s.PictureURL(ctx, c.PoolID, c.Picture)
	out.ImageUrl = unlessZero(url)
	return out, err
}
