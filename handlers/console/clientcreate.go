package console

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// clientInput is an app client by what the app is. Browsers and phones keep no secret; whatever signs people in
// does it by the hosted pages with the code flow, so that no app sees a password and no verifiers are kept.
func clientInput(poolID string, n pages.NewClient) *idp.CreateUserPoolClientInput {
	in := &idp.CreateUserPoolClientInput{
		UserPoolId: &poolID, ClientName: &n.Name,
		ExplicitAuthFlows:               []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth},
		PreventUserExistenceErrors:      types.PreventUserExistenceErrorTypesEnabled,
		EnableTokenRevocation:           aws.Bool(true),
		AllowedOAuthFlowsUserPoolClient: true,
		TokenValidityUnits:              &types.TokenValidityUnitsType{AccessToken: types.TimeUnitsTypeMinutes, IdToken: types.TimeUnitsTypeMinutes, RefreshToken: types.TimeUnitsTypeDays},
		AccessTokenValidity:             aws.Int32(60), IdTokenValidity: aws.Int32(60), RefreshTokenValidity: 30,
	}
	if n.Kind == "machine" {
		in.GenerateSecret = true
		in.AllowedOAuthFlows, in.AllowedOAuthScopes = []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials}, n.Scopes
		in.RefreshTokenValidity = 1 // it gets none, but none may be shorter than the others
		return in
	}
	in.AllowedOAuthFlows = []types.OAuthFlowType{types.OAuthFlowTypeCode}
	in.AllowedOAuthScopes = []string{"openid", "email", "profile"}
	in.SupportedIdentityProviders = []string{"COGNITO"}
	in.CallbackURLs, in.LogoutURLs = strings.Fields(n.Callbacks), strings.Fields(n.Logouts)
	if n.Kind == "web" {
		in.GenerateSecret = true
		return in
	}
	// A refresh token that anybody's browser holds is good for one use. With rotation the flow of the API for
	// refreshing is off, and as leaving all out means the defaults, one stands here that lets nobody in.
	in.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: aws.Int32(10)}
	in.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowCustomAuth}
	if n.Kind == "spa" {
		in.RefreshTokenValidity = 1
	}
	return in
}

func (h *Handlers) showClientNew(v *visit, _ *types.UserPoolType) error {
	kind := v.QueryParam("kind")
	if kind != "spa" && kind != "mobile" && kind != "machine" {
		kind = "web"
	}
	return h.clientNewPage(v, pages.NewClient{Kind: kind}, nil)
}

func (h *Handlers) clientNewPage(v *visit, n pages.NewClient, problems ui.Problems) error {
	scopes, err := h.customScopes(v)
	if err != nil {
		return err
	}
	to := paths.Link(paths.ConsoleClients, v.pool.ID)
	return web.Render(v, http.StatusOK, pages.ClientNewPage{
		ConsoleFrame: h.frame(v, "clients", v.t.T("console.client.create"), v.poolCrumbs(layout.Crumb{Label: v.t.T("console.nav.clients"), Href: to})...),
		Form:         v.form(paths.Link(paths.ConsoleClientNew, v.pool.ID), problems), New: n, Scopes: scopes, Back: to,
		APIs: paths.Link(paths.ConsoleAPINew, v.pool.ID),
	}.Show())
}

func (h *Handlers) createClient(v *visit, _ *types.UserPoolType) error {
	n := pages.NewClient{
		Kind: v.posted("kind"), Name: v.typed("name"), Callbacks: strings.Join(v.lines("callbacks"), "\n"),
		Logouts: strings.Join(v.lines("logouts"), "\n"), Scopes: v.chosen("scopes"),
	}
	if problems := checkNewClient(v, n); problems != nil {
		return h.clientNewPage(v, n, problems)
	}
	out, err := call[idp.CreateUserPoolClientOutput](h, v, clientInput(v.pool.ID, n))
	if err != nil {
		if problems, ok := v.refused(err, ""); ok {
			return h.clientNewPage(v, n, problems)
		}
		return err
	}
	return v.done(paths.Link(paths.ConsoleClient, v.pool.ID, aws.ToString(out.UserPoolClient.ClientId)), clientCreated)
}

func checkNewClient(v *visit, n pages.NewClient) (problems ui.Problems) {
	add := func(field, text string) { problems = append(problems, ui.Problem{Field: field, Text: text}) }
	if n.Name == "" {
		add("name", v.t.T("console.client.name.missing"))
	}
	switch {
	case n.Kind == "machine" && len(n.Scopes) == 0:
		add("scopes", v.t.T("console.client.scopes.missing"))
	case n.Kind != "machine" && n.Callbacks == "":
		add("callbacks", v.t.T("console.client.callbacks.missing"))
	}
	return problems
}

// customScopes are the scopes of the pool's own APIs.
func (h *Handlers) customScopes(v *visit) ([]string, error) {
	servers, err := h.resourceServers(v)
	var out []string
	for _, r := range servers {
		for _, s := range r.Scopes {
			out = append(out, aws.ToString(r.Identifier)+"/"+aws.ToString(s.ScopeName))
		}
	}
	return out, err
}

// resourceServers are all of a pool's, which may have 25.
func (h *Handlers) resourceServers(v *visit) ([]types.ResourceServerType, error) {
	out, err := call[idp.ListResourceServersOutput](h, v, &idp.ListResourceServersInput{UserPoolId: &v.pool.ID, MaxResults: aws.Int32(50)})
	if err != nil {
		return nil, err
	}
	return out.ResourceServers, nil
}
