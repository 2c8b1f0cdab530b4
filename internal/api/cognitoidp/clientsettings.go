package cognitoidp

import (
	"slices"
	"time"

	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// keptClient is what of a client the product returns as it came: durations as numbers of their units.
type keptClient struct {
	AccessTokenValidity  *int32                          `json:",omitempty"`
	IDTokenValidity      *int32                          `json:",omitempty"`
	RefreshTokenValidity int32                           `json:",omitempty"`
	Units                *types.TokenValidityUnitsType   `json:",omitempty"`
	Rotation             *types.RefreshTokenRotationType `json:",omitempty"`
	PropagateContext     bool                            `json:",omitempty"`
}

// clientRequestOfCreate is a CreateUserPoolClient request as the update that would lead to the same settings.
func clientRequestOfCreate(in *idp.CreateUserPoolClientInput) idp.UpdateUserPoolClientInput {
	return idp.UpdateUserPoolClientInput{
		AccessTokenValidity: in.AccessTokenValidity, AllowedOAuthFlows: in.AllowedOAuthFlows,
		AllowedOAuthFlowsUserPoolClient: in.AllowedOAuthFlowsUserPoolClient, AllowedOAuthScopes: in.AllowedOAuthScopes,
		AnalyticsConfiguration: in.AnalyticsConfiguration, AuthSessionValidity: in.AuthSessionValidity,
		CallbackURLs: in.CallbackURLs, DefaultRedirectURI: in.DefaultRedirectURI,
		EnablePropagateAdditionalUserContextData: in.EnablePropagateAdditionalUserContextData,
		EnableTokenRevocation:                    in.EnableTokenRevocation, ExplicitAuthFlows: in.ExplicitAuthFlows,
		IdTokenValidity: in.IdTokenValidity, LogoutURLs: in.LogoutURLs,
		PreventUserExistenceErrors: in.PreventUserExistenceErrors, ReadAttributes: in.ReadAttributes,
		RefreshTokenRotation: in.RefreshTokenRotation, RefreshTokenValidity: in.RefreshTokenValidity,
		SupportedIdentityProviders: in.SupportedIdentityProviders, TokenValidityUnits: in.TokenValidityUnits,
		WriteAttributes: in.WriteAttributes,
	}
}

// clientSettings are the defaults with what was asked for.
func clientSettings(in idp.UpdateUserPoolClientInput) (s userpool.ClientSettings, err error) {
	if in.AnalyticsConfiguration != nil {
		return s, notSupported("AnalyticsConfiguration", "nothing is sent to Amazon Pinpoint")
	}
	s = userpool.DefaultClientSettings()
	s.IdentityProviders = in.SupportedIdentityProviders
	s.CallbackURLs, s.LogoutURLs, s.DefaultRedirectURI = in.CallbackURLs, in.LogoutURLs, aws.ToString(in.DefaultRedirectURI)
	s.OAuthEnabled, s.OAuthFlows, s.OAuthScopes = in.AllowedOAuthFlowsUserPoolClient, texts(in.AllowedOAuthFlows), in.AllowedOAuthScopes
	s.ReadAttributes, s.WriteAttributes = unlessEmpty(in.ReadAttributes), unlessEmpty(in.WriteAttributes)
	s.PreventUserExistenceErrors = in.PreventUserExistenceErrors == types.PreventUserExistenceErrorTypesEnabled
	if in.EnableTokenRevocation != nil {
		s.TokenRevocation = *in.EnableTokenRevocation
	}
	if in.AuthSessionValidity != nil {
		s.AuthSessionValidity = time.Duration(*in.AuthSessionValidity) * time.Minute
	}
	if r := in.RefreshTokenRotation; r != nil && r.Feature == types.FeatureTypeEnabled {
		s.RotateRefreshTokens = true
		s.RotationGrace = time.Duration(aws.ToInt32(r.RetryGracePeriodSeconds)) * time.Second
	}
	if len(in.ExplicitAuthFlows) > 0 {
		s.AuthFlows = texts(in.ExplicitAuthFlows)
	} else if s.RotateRefreshTokens { // the default would contradict the rotation
		s.AuthFlows = slices.DeleteFunc(s.AuthFlows, func(f string) bool { return f == "ALLOW_REFRESH_TOKEN_AUTH" })
	}
	applyValidity(&s, in)
	s.Configuration, err = keep(keptClient{
		AccessTokenValidity: in.AccessTokenValidity, IDTokenValidity: in.IdTokenValidity,
		RefreshTokenValidity: in.RefreshTokenValidity, Units: in.TokenValidityUnits, Rotation: in.RefreshTokenRotation,
		PropagateContext: aws.ToBool(in.EnablePropagateAdditionalUserContextData),
	})
	return s, err
}

// applyValidity reads numbers of units: hours by default, days for the refresh token, whose 0 is the default.
func applyValidity(s *userpool.ClientSettings, in idp.UpdateUserPoolClientInput) {
	units := types.TokenValidityUnitsType{}
	if in.TokenValidityUnits != nil {
		units = *in.TokenValidityUnits
	}
	if in.AccessTokenValidity != nil {
		s.AccessTokenValidity = time.Duration(*in.AccessTokenValidity) * unit(units.AccessToken, time.Hour)
	}
	if in.IdTokenValidity != nil {
		s.IDTokenValidity = time.Duration(*in.IdTokenValidity) * unit(units.IdToken, time.Hour)
	}
	if in.RefreshTokenValidity != 0 {
		s.RefreshTokenValidity = times(in.RefreshTokenValidity, unit(units.RefreshToken, 24*time.Hour))
	}
}

// times multiplies without overflow: 315,360,000 days are past what a Duration holds, and past every limit.
func times(n int32, unit time.Duration) time.Duration {
	const limit = 100 * 365 * 24 * time.Hour
	if time.Duration(n) > limit/unit {
		return limit
	}
	return time.Duration(n) * unit
}

func unit(u types.TimeUnitsType, whenAbsent time.Duration) time.Duration {
	switch u {
	case types.TimeUnitsTypeSeconds:
		return time.Second
	case types.TimeUnitsTypeMinutes:
		return time.Minute
	case types.TimeUnitsTypeHours:
		return time.Hour
	case types.TimeUnitsTypeDays:
		return 24 * time.Hour
	}
	return whenAbsent
}

func unlessEmpty(in []string) []string {
	if len(in) == 0 {
		return nil
	}
	return in
}

// userPoolClient is a client as DescribeUserPoolClient shows it, with its oldest secret.
func userPoolClient(c *userpool.Client) (*types.UserPoolClientType, error) {
	keep, err := kept[keptClient](c.Configuration)
	if err != nil {
		return nil, err
	}
	out := &types.UserPoolClientType{
		ClientId: &c.ID, ClientName: &c.Name, UserPoolId: &c.PoolID, CreationDate: &c.Created, LastModifiedDate: &c.Modified,
		AccessTokenValidity: keep.AccessTokenValidity, IdTokenValidity: keep.IDTokenValidity,
		RefreshTokenValidity: keep.RefreshTokenValidity, TokenValidityUnits: keep.Units,
		AuthSessionValidity:             aws.Int32(int32(c.AuthSessionValidity / time.Minute)),
		ExplicitAuthFlows:               enums[types.ExplicitAuthFlowsType](c.AuthFlows),
		ReadAttributes:                  c.ReadAttributes,
		WriteAttributes:                 c.WriteAttributes,
		SupportedIdentityProviders:      c.IdentityProviders,
		CallbackURLs:                    c.CallbackURLs,
		LogoutURLs:                      c.LogoutURLs,
		DefaultRedirectURI:              unlessZero(c.DefaultRedirectURI),
		AllowedOAuthFlowsUserPoolClient: aws.Bool(c.OAuthEnabled),
		AllowedOAuthFlows:               enums[types.OAuthFlowType](c.OAuthFlows),
		AllowedOAuthScopes:              c.OAuthScopes,
		PreventUserExistenceErrors:      types.PreventUserExistenceErrorTypesLegacy,
		EnableTokenRevocation:           aws.Bool(c.TokenRevocation),
		RefreshTokenRotation:            keep.Rotation,

		EnablePropagateAdditionalUserContextData: aws.Bool(keep.PropagateContext),
	}
	if out.RefreshTokenValidity == 0 {
		out.RefreshTokenValidity = int32(c.RefreshTokenValidity / unit(unitsOf(keep.Units).RefreshToken, 24*time.Hour))
	}
	if c.PreventUserExistenceErrors {
		out.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
	}
	if len(c.Secrets) > 0 {
		out.ClientSecret = aws.String(c.Secrets[0].Value)
	}
	return out, nil
}

func unitsOf(u *types.TokenValidityUnitsType) types.TokenValidityUnitsType {
	if u == nil {
		return types.TokenValidityUnitsType{}
	}
	return *u
}
