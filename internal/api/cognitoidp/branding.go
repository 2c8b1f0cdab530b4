package cognitoidp

import (
	"context"
	"encoding/json"
	"fmt"

	"gatehouse/internal/api"
	"gatehouse/internal/branding"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// registerBranding adds the operations on managed login branding.
func (s *Service) registerBranding(r *api.Registry) {
	api.Add(r, name, api.Op[idp.CreateManagedLoginBrandingInput, idp.CreateManagedLoginBrandingOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.CreateManagedLoginBrandingInput) *string { return in.UserPoolId }),
		Run:      s.createManagedLoginBranding,
	})
	api.Add(r, name, api.Op[idp.DescribeManagedLoginBrandingInput, idp.DescribeManagedLoginBrandingOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DescribeManagedLoginBrandingInput) *string { return in.UserPoolId }),
		Run:      s.describeManagedLoginBranding,
	})
	api.Add(r, name, api.Op[idp.DescribeManagedLoginBrandingByClientInput, idp.DescribeManagedLoginBrandingByClientOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DescribeManagedLoginBrandingByClientInput) *string { return in.UserPoolId }),
		Run:      s.describeManagedLoginBrandingByClient,
	})
	api.Add(r, name, api.Op[idp.UpdateManagedLoginBrandingInput, idp.UpdateManagedLoginBrandingOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.UpdateManagedLoginBrandingInput) *string { return in.UserPoolId }),
		Run:      s.updateManagedLoginBranding,
	})
	api.Add(r, name, api.Op[idp.DeleteManagedLoginBrandingInput, idp.DeleteManagedLoginBrandingOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DeleteManagedLoginBrandingInput) *string { return in.UserPoolId }),
		Run:      s.deleteManagedLoginBranding,
	})
}

func (s *Service) createManagedLoginBranding(ctx context.Context, in *idp.CreateManagedLoginBrandingInput) (*idp.CreateManagedLoginBrandingOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	style, err := styleInput(in.UseCognitoProvidedValues, in.Settings, in.Assets)
	if err != nil {
		return nil, err
	}
	made, err := s.Branding.CreateStyle(ctx, p.ID, aws.ToString(in.ClientId), style)
	if err != nil {
		return nil, err
	}
	out, err := showStyle(made, false)
	return &idp.CreateManagedLoginBrandingOutput{ManagedLoginBranding: out}, err
}

func (s *Service) describeManagedLoginBranding(ctx context.Context, in *idp.DescribeManagedLoginBrandingInput) (*idp.DescribeManagedLoginBrandingOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	style, err := s.Branding.Style(ctx, p.ID, aws.ToString(in.ManagedLoginBrandingId))
	if err != nil {
		return nil, err
	}
	out, err := showStyle(style, in.ReturnMergedResources)
	return &idp.DescribeManagedLoginBrandingOutput{ManagedLoginBranding: out}, err
}

func (s *Service) describeManagedLoginBrandingByClient(ctx context.Context, in *idp.DescribeManagedLoginBrandingByClientInput) (*idp.DescribeManagedLoginBrandingByClientOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	style, err := s.Branding.StyleOfClient(ctx, p.ID, aws.ToString(in.ClientId))
	if err != nil {
		return nil, err
	}
	out, err := showStyle(style, in.ReturnMergedResources)
	return &idp.DescribeManagedLoginBrandingByClientOutput{ManagedLoginBranding: out}, err
}

func (s *Service) updateManagedLoginBranding(ctx context.Context, in *idp.UpdateManagedLoginBrandingInput) (*idp.UpdateManagedLoginBrandingOutput, error) {
	if in.UserPoolId == nil || in.ManagedLoginBrandingId == nil {
		return nil, branding.ErrInvalid.With("UserPoolId and ManagedLoginBrandingId are required.")
	}
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	style, err := styleInput(in.UseCognitoProvidedValues, in.Settings, in.Assets)
	if err != nil {
		return nil, err
	}
	changed, err := s.Branding.UpdateStyle(ctx, p.ID, *in.ManagedLoginBrandingId, style)
	if err != nil {
		return nil, err
	}
	out, err := showStyle(changed, false)
	return &idp.UpdateManagedLoginBrandingOutput{ManagedLoginBranding: out}, err
}

func (s *Service) deleteManagedLoginBranding(ctx context.Context, in *idp.DeleteManagedLoginBrandingInput) (*idp.DeleteManagedLoginBrandingOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.DeleteManagedLoginBrandingOutput{}, s.Branding.DeleteStyle(ctx, p.ID, aws.ToString(in.ManagedLoginBrandingId))
}

func styleInput(provided bool, settings document.Interface, assets []types.AssetType) (branding.StyleInput, error) {
	in := branding.StyleInput{Provided: provided}
	if settings != nil {
		text, err := settings.MarshalSmithyDocument()
		if err != nil {
			return in, fmt.Errorf("read settings: %w", err)
		}
		in.Settings = text
	}
	for _, a := range assets {
		in.Assets = append(in.Assets, branding.AssetInput{
			Asset:      branding.Asset{Category: string(a.Category), ColorMode: string(a.ColorMode), Extension: string(a.Extension), Bytes: a.Bytes},
			ResourceID: aws.ToString(a.ResourceId),
		})
	}
	return in, nil
}

// showStyle is a style in the API's words, over the defaults where merged.
func showStyle(st *branding.Style, merged bool) (*types.ManagedLoginBrandingType, error) {
	out := &types.ManagedLoginBrandingType{
		ManagedLoginBrandingId: &st.ID, UserPoolId: &st.PoolID, UseCognitoProvidedValues: st.Provided,
		CreationDate: &st.Created, LastModifiedDate: &st.Modified,
	}
	settings := st.Settings
	if merged {
		var err error
		if settings, err = st.MergedSettings(); err != nil {
			return nil, err
		}
	}
	if len(settings) > 0 {
		var v any
		if err := json.Unmarshal(settings, &v); err != nil {
			return nil, fmt.Errorf("read settings: %w", err)
		}
		out.Settings = document.NewLazyDocument(v)
	}
	for _, a := range st.Assets {
		out.Assets = append(out.Assets, types.AssetType{
			Category: types.AssetCategoryType(a.Category), ColorMode: types.ColorSchemeModeType(a.ColorMode),
			Extension: types.AssetExtensionType(a.Extension), Bytes: a.Bytes, ResourceId: aws.String(a.ResourceID()),
		})
	}
	return out, nil
}
