package console

import (
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (v *visit) clientSection(c *types.UserPoolClientType) func(string) string {
	return func(id string) string {
		return paths.Link(paths.ConsoleClientSection, v.pool.ID, aws.ToString(c.ClientId), id)
	}
}

// backToClient is for whoever opens the address that a form was sent to.
func (h *Handlers) backToClient(v *visit, _ *types.UserPoolType) error {
	return web.SeeOther(v, paths.Link(paths.ConsoleClient, v.pool.ID, v.Param("client")))
}

func (h *Handlers) saveClient(v *visit, c *types.UserPoolClientType) error {
	parts, err := h.clientParts(v)
	if err != nil {
		return err
	}
	all, err := saveSection(v, parts, c, aws.ToTime(c.LastModifiedDate), v.clientSection(c))
	if err != nil {
		return err
	}
	if all != nil {
		return h.clientPage(v, c, clientShown{sections: all})
	}
	return v.done(v.sectionsAt(v.Param("section")), "settings_saved")
}

// clientParts are the settings of an app client in the order of the page.
func (h *Handlers) clientParts(v *visit) ([]part[*types.UserPoolClientType], error) {
	custom, err := h.customScopes(v)
	if err != nil {
		return nil, err
	}
	return []part[*types.UserPoolClientType]{h.namePart(v), h.oauthPart(v, custom), h.flowsPart(v), h.tokensPart(v), h.accessPart(v)}, nil
}

// changeClient saves a client with one change; UpdateUserPoolClient too takes what is left out for its default,
// save the name, which is kept, also one that the rules of today would refuse.
func (h *Handlers) changeClient(v *visit, c *types.UserPoolClientType, change func(*idp.UpdateUserPoolClientInput)) error {
	in := wholeClient(c)
	in.ClientName = nil
	change(in)
	_, err := call[idp.UpdateUserPoolClientOutput](h, v, in)
	return err
}

// wholeClient is the update that changes nothing.
func wholeClient(c *types.UserPoolClientType) *idp.UpdateUserPoolClientInput {
	return &idp.UpdateUserPoolClientInput{
		UserPoolId: c.UserPoolId, ClientId: c.ClientId, ClientName: c.ClientName, AccessTokenValidity: c.AccessTokenValidity,
		AllowedOAuthFlows: c.AllowedOAuthFlows, AllowedOAuthFlowsUserPoolClient: aws.ToBool(c.AllowedOAuthFlowsUserPoolClient),
		AllowedOAuthScopes: c.AllowedOAuthScopes, AnalyticsConfiguration: c.AnalyticsConfiguration, AuthSessionValidity: c.AuthSessionValidity,
		CallbackURLs: c.CallbackURLs, DefaultRedirectURI: c.DefaultRedirectURI,
		EnablePropagateAdditionalUserContextData: c.EnablePropagateAdditionalUserContextData, EnableTokenRevocation: c.EnableTokenRevocation,
		ExplicitAuthFlows: c.ExplicitAuthFlows, IdTokenValidity: c.IdTokenValidity, LogoutURLs: c.LogoutURLs,
		PreventUserExistenceErrors: c.PreventUserExistenceErrors, ReadAttributes: c.ReadAttributes, RefreshTokenRotation: c.RefreshTokenRotation,
		RefreshTokenValidity: c.RefreshTokenValidity, SupportedIdentityProviders: c.SupportedIdentityProviders,
		TokenValidityUnits: c.TokenValidityUnits, WriteAttributes: c.WriteAttributes,
	}
}

func (h *Handlers) namePart(v *visit) part[*types.UserPoolClientType] {
	t := v.t
	return part[*types.UserPoolClientType]{
		id: "name", title: t.T("console.client.name"),
		fields: func(c *types.UserPoolClientType) []pages.Setting {
			return []pages.Setting{{Name: "name", Label: t.T("console.client.name"), Hint: t.T("console.client.name.hint"), Values: []string{aws.ToString(c.ClientName)}}}
		},
		save: func(c *types.UserPoolClientType, x formValues) error {
			return h.changeClient(v, c, func(in *idp.UpdateUserPoolClientInput) { in.ClientName = aws.String(x.text("name")) })
		},
	}
}

func (h *Handlers) oauthPart(v *visit, custom []string) part[*types.UserPoolClientType] {
	t := v.t
	return part[*types.UserPoolClientType]{
		id: "oauth", title: t.T("console.oauth.title"), about: t.T("console.oauth.about"),
		fields: func(c *types.UserPoolClientType) []pages.Setting {
			return []pages.Setting{
				{Name: "grants", Label: t.T("console.oauth.flows"), Kind: pages.Many, Options: pages.OAuthFlows(t), Values: texts(c.AllowedOAuthFlows)},
				{Name: "callbacks", Label: t.T("console.client.callbacks"), Hint: t.T("console.client.callbacks.hint") + " " + t.T("console.client.callbacks.when"), Kind: pages.Lines, Optional: len(c.AllowedOAuthFlows) == 0 || kindOf(c) == "machine", Values: c.CallbackURLs},
				{Name: "logouts", Label: t.T("console.client.logouts"), Hint: t.T("console.client.logouts.hint"), Kind: pages.Lines, Optional: true, Values: c.LogoutURLs},
				{Name: "scopes", Label: t.T("console.client.scopes"), Kind: pages.Many, Options: pages.Scopes(t, custom, c.AllowedOAuthScopes), Values: c.AllowedOAuthScopes},
			}
		},
		save: func(c *types.UserPoolClientType, x formValues) error {
			return h.changeClient(v, c, func(in *idp.UpdateUserPoolClientInput) {
				in.AllowedOAuthFlows = enums[types.OAuthFlowType](x.all("grants"))
				in.AllowedOAuthFlowsUserPoolClient = len(in.AllowedOAuthFlows) > 0
				in.CallbackURLs, in.LogoutURLs, in.AllowedOAuthScopes = x.all("callbacks"), x.all("logouts"), x.all("scopes")
				if !slices.Contains(in.CallbackURLs, aws.ToString(in.DefaultRedirectURI)) {
					in.DefaultRedirectURI = nil
				}
			})
		},
	}
}

func (h *Handlers) flowsPart(v *visit) part[*types.UserPoolClientType] {
	t := v.t
	return part[*types.UserPoolClientType]{
		id: "flows", title: t.T("console.flows.title"), about: t.T("console.flows.about"),
		fields: func(c *types.UserPoolClientType) []pages.Setting {
			return []pages.Setting{
				{Name: "flows", Label: t.T("console.flows.allowed"), Kind: pages.Many, Options: pages.AuthFlows(t, texts(c.ExplicitAuthFlows)), Values: texts(c.ExplicitAuthFlows)},
				{Name: "existence", Label: t.T("console.flows.existence"), Hint: t.T("console.flows.existence.hint"), Kind: pages.Yes, Values: yes(c.PreventUserExistenceErrors == types.PreventUserExistenceErrorTypesEnabled)},
			}
		},
		save: func(c *types.UserPoolClientType, x formValues) error {
			return h.changeClient(v, c, func(in *idp.UpdateUserPoolClientInput) {
				in.ExplicitAuthFlows = enums[types.ExplicitAuthFlowsType](x.all("flows"))
				if len(in.ExplicitAuthFlows) == 0 { // leaving all out would mean the defaults
					in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowCustomAuth}
				}
				in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesLegacy
				if x.yes("existence") {
					in.PreventUserExistenceErrors = types.PreventUserExistenceErrorTypesEnabled
				}
			})
		},
	}
}

// accessPart is which attributes the app sees and changes. No list means every standard one, so that an empty
// choice, which would come to the same, is refused.
func (h *Handlers) accessPart(v *visit) part[*types.UserPoolClientType] {
	t := v.t
	var all, standard, writable []string
	for _, a := range v.schema {
		name := aws.ToString(a.Name)
		all = append(all, name)
		if !strings.Contains(name, ":") {
			standard = append(standard, name)
		}
		if !aws.ToBool(a.DeveloperOnlyAttribute) && name != "sub" && name != "email_verified" && name != "phone_number_verified" {
			writable = append(writable, name)
		}
	}
	standardWritable := slices.DeleteFunc(slices.Clone(writable), func(n string) bool { return strings.Contains(n, ":") })
	or := func(list, whenNone []string) []string {
		if len(list) == 0 {
			return whenNone
		}
		return list
	}
	return part[*types.UserPoolClientType]{
		id: "access", title: t.T("console.access.title"), about: t.T("console.access.about"),
		fields: func(c *types.UserPoolClientType) []pages.Setting {
			return []pages.Setting{
				{Name: "read", Label: t.T("console.access.read"), Kind: pages.Many, Folded: true, Options: pages.Attributes(t, all), Values: or(c.ReadAttributes, standard), Missing: t.T("console.access.read.missing")},
				{Name: "write", Label: t.T("console.access.write"), Kind: pages.Many, Folded: true, Options: pages.Attributes(t, writable), Values: or(c.WriteAttributes, standardWritable), Missing: t.T("console.access.write.missing")},
			}
		},
		save: func(c *types.UserPoolClientType, x formValues) error {
			return h.changeClient(v, c, func(in *idp.UpdateUserPoolClientInput) {
				in.ReadAttributes, in.WriteAttributes = unless(x.all("read"), standard), unless(x.all("write"), standardWritable)
			})
		},
	}
}

// unless is a list, or none where it is the usual one.
func unless(list, usual []string) []string {
	a, b := slices.Sorted(slices.Values(list)), slices.Sorted(slices.Values(usual))
	if slices.Equal(a, b) {
		return nil
	}
	return list
}

// webURL tells whether a browser goes there, and no app of a phone.
func webURL(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http")
}
