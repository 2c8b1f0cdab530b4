package console

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
)

// tokensPart is how long tokens live. Access and ID tokens are counted in minutes here, whatever unit they were
// given in; refresh tokens in the largest unit that says it exactly.
func (h *Handlers) tokensPart(v *visit) part[*types.UserPoolClientType] {
	t := v.t
	return part[*types.UserPoolClientType]{
		id: "tokens", title: t.T("console.tokens.title"),
		fields: func(c *types.UserPoolClientType) []pages.Setting {
			units := types.TokenValidityUnitsType{}
			if c.TokenValidityUnits != nil {
				units = *c.TokenValidityUnits
			}
			refresh, unit := largest(minutes(&c.RefreshTokenValidity, units.RefreshToken, types.TimeUnitsTypeDays))
			rotation := c.RefreshTokenRotation
			if rotation == nil {
				rotation = &types.RefreshTokenRotationType{}
			}
			return []pages.Setting{
				{Name: "access_minutes", Label: t.T("console.tokens.access"), Hint: t.T("console.tokens.access.hint"), Kind: pages.Number, Min: 5, Max: 1440, Values: number(minutes(c.AccessTokenValidity, units.AccessToken, types.TimeUnitsTypeHours))},
				{Name: "id_minutes", Label: t.T("console.tokens.id"), Kind: pages.Number, Min: 5, Max: 1440, Values: number(minutes(c.IdTokenValidity, units.IdToken, types.TimeUnitsTypeHours))},
				{Name: "refresh_time", Label: t.T("console.tokens.refresh"), Hint: t.T("console.tokens.refresh.hint"), Kind: pages.Number, Values: number(refresh)},
				{Name: "refresh_unit", Label: t.T("console.tokens.unit"), Kind: pages.Pick, Options: pages.TimeUnits(t), Values: []string{unit}},
				{Name: "rotate", Label: t.T("console.tokens.rotate"), Hint: t.T("console.tokens.rotate.hint"), Kind: pages.Yes, Values: yes(rotation.Feature == types.FeatureTypeEnabled)},
				{Name: "grace", Label: t.T("console.tokens.grace"), Hint: t.T("console.tokens.grace.hint"), Kind: pages.Number, Min: 0, Max: 60, Values: number(aws.ToInt32(rotation.RetryGracePeriodSeconds))},
				{Name: "revocation", Label: t.T("console.tokens.revocation"), Hint: t.T("console.tokens.revocation.hint"), Kind: pages.Yes, Values: yes(aws.ToBool(c.EnableTokenRevocation))},
				{Name: "session", Label: t.T("console.tokens.session"), Hint: t.T("console.tokens.session.hint"), Kind: pages.Number, Min: 3, Max: 15, Values: number(aws.ToInt32(c.AuthSessionValidity))},
			}
		},
		save: func(c *types.UserPoolClientType, x formValues) error {
			return h.changeClient(v, c, func(in *idp.UpdateUserPoolClientInput) { applyTokens(in, x) })
		},
	}
}

func applyTokens(in *idp.UpdateUserPoolClientInput, x formValues) {
	in.AccessTokenValidity, in.IdTokenValidity = aws.Int32(x.number("access_minutes")), aws.Int32(x.number("id_minutes"))
	in.RefreshTokenValidity = x.number("refresh_time")
	in.TokenValidityUnits = &types.TokenValidityUnitsType{
		AccessToken: types.TimeUnitsTypeMinutes, IdToken: types.TimeUnitsTypeMinutes, RefreshToken: types.TimeUnitsType(x.text("refresh_unit")),
	}
	in.EnableTokenRevocation, in.AuthSessionValidity = aws.Bool(x.yes("revocation")), aws.Int32(x.number("session"))
	rotated := in.RefreshTokenRotation != nil && in.RefreshTokenRotation.Feature == types.FeatureTypeEnabled
	in.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeDisabled}
	const refreshing = types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth // which rotation excludes
	switch {
	case rotated && !x.yes("rotate"):
		in.ExplicitAuthFlows = append(in.ExplicitAuthFlows, refreshing)
	case x.yes("rotate"):
		in.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: aws.Int32(x.number("grace"))}
		in.ExplicitAuthFlows = slices.DeleteFunc(in.ExplicitAuthFlows, func(f types.ExplicitAuthFlowsType) bool { return f == refreshing })
		if len(in.ExplicitAuthFlows) == 0 {
			in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowCustomAuth}
		}
	}
}

// unitMinutes is how many minutes a unit has.
var unitMinutes = map[types.TimeUnitsType]int32{types.TimeUnitsTypeMinutes: 1, types.TimeUnitsTypeHours: 60, types.TimeUnitsTypeDays: 24 * 60}

// minutes is a validity in minutes; nil is an hour, which is the default of all that may be nil. Parts of a minute
// are rounded up: the shortest life is five minutes.
func minutes(n *int32, unit, whenAbsent types.TimeUnitsType) int32 {
	if n == nil {
		return 60
	}
	if unit == "" {
		unit = whenAbsent
	}
	if unit == types.TimeUnitsTypeSeconds {
		return (*n + 59) / 60
	}
	return *n * unitMinutes[unit]
}

func largest(minutes int32) (int32, string) {
	for _, unit := range []types.TimeUnitsType{types.TimeUnitsTypeDays, types.TimeUnitsTypeHours} {
		if n := unitMinutes[unit]; minutes%n == 0 {
			return minutes / n, string(unit)
		}
	}
	return minutes, string(types.TimeUnitsTypeMinutes)
}
