package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/seal"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountTry(r web.Routes) {
	r.GET(paths.ConsoleTry, h.of(h.showTry))
	r.GET(paths.ConsoleTryToken, h.of(h.showToken))
	r.POST(paths.ConsoleTryToken, h.of(h.inspectToken))
	r.GET(paths.ConsoleTryCallback, h.of(h.finishTry))
	r.GET(paths.ConsoleTryClient, h.of(h.showTryClient))
	r.POST(paths.ConsoleTryClient, h.of(h.addTryCallback))
}

// tryCookie holds what a sign-in that was begun is told by: state, nonce, verifier, pool, client.
const tryCookie = "try"

// tryTime is how long a sign-in that was begun may take.
const tryTime = 15 * time.Minute

func (h *Handlers) tryFrame(v *visit, title string) layout.ConsoleFrame {
	if title == v.t.T("console.nav.try") {
		return h.frame(v, "try", title)
	}
	return h.frame(v, "try", title, layout.Crumb{Label: v.t.T("console.nav.try"), Href: paths.ConsoleTry})
}

// showTry lists pools, and the app clients of the chosen one.
func (h *Handlers) showTry(v *visit) error {
	region := v.region
	if chosen, _, ok := strings.Cut(v.QueryParam("pool"), "_"); ok {
		region = chosen
	}
	pools, err := callIn[idp.ListUserPoolsOutput](h, v, region, &idp.ListUserPoolsInput{MaxResults: aws.Int32(60)})
	if err != nil {
		return err
	}
	p := pages.TryPage{ConsoleFrame: h.tryFrame(v, v.t.T("console.nav.try")), Pool: v.QueryParam("pool")}
	for _, pool := range pools.UserPools {
		p.Pools = append(p.Pools, ui.Option{Value: aws.ToString(pool.Id), Label: aws.ToString(pool.Name)})
	}
	if p.Pool == "" && len(p.Pools) > 0 {
		p.Pool = p.Pools[0].Value
	}
	if p.Pool == "" {
		return web.Render(v, http.StatusOK, p.Show())
	}
	region, _, _ = strings.Cut(p.Pool, "_")
	clients, err := callIn[idp.ListUserPoolClientsOutput](h, v, region, &idp.ListUserPoolClientsInput{UserPoolId: &p.Pool, MaxResults: aws.Int32(60)})
	if err != nil {
		return err
	}
	for _, c := range clients.UserPoolClients {
		id := aws.ToString(c.ClientId)
		p.Clients = append(p.Clients, pages.TryClient{ID: id, Name: aws.ToString(c.ClientName), Href: paths.Link(paths.ConsoleTryClient, p.Pool, id)})
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) tryClient(v *visit) (*types.UserPoolClientType, error) {
	out, err := call[idp.DescribeUserPoolClientOutput](h, v, &idp.DescribeUserPoolClientInput{UserPoolId: aws.String(v.Param("pool")), ClientId: aws.String(v.Param("client"))})
	if err != nil {
		return nil, err
	}
	return out.UserPoolClient, nil
}

func (h *Handlers) tryCallback() string { return h.URL + paths.ConsoleTryCallback }

// endpoints are what the discovery document of a pool names.
type endpoints struct {
	Authorize string `json:"authorization_endpoint"`
	Token     string `json:"token_endpoint"`
	UserInfo  string `json:"userinfo_endpoint"`
}

func (h *Handlers) endpoints(v *visit, pool string) (e endpoints, err error) {
	err = h.own(v.Request().Context(), paths.Issuer(h.URL, pool)+paths.Discovery, &e)
	return e, err
}

func (h *Handlers) showTryClient(v *visit) error { return h.tryClientPage(v, nil) }

// tryClientPage shows the request that a sign-in begins with, or what is missing for it.
func (h *Handlers) tryClientPage(v *visit, problems ui.Problems) error {
	c, err := h.tryClient(v)
	if err != nil {
		return err
	}
	pool, client := v.Param("pool"), v.Param("client")
	e, err := h.endpoints(v, pool)
	if err != nil {
		return err
	}
	name := aws.ToString(c.ClientName)
	p := pages.TryClientPage{
		ConsoleFrame: h.tryFrame(v, name), Form: v.form(paths.Link(paths.ConsoleTryClient, pool, client), problems), Name: name, Pool: pool, ID: client,
		NoFlow: !aws.ToBool(c.AllowedOAuthFlowsUserPoolClient) || !slices.Contains(c.AllowedOAuthFlows, types.OAuthFlowTypeCode),
		NoHost: e.Authorize == "", NoCallback: !slices.Contains(c.CallbackURLs, h.tryCallback()), Callback: h.tryCallback(), Back: paths.Link(paths.ConsoleTry, "pool", pool),
	}
	if !p.NoFlow && !p.NoHost && !p.NoCallback {
		if err := h.begin(v, &p, e, c); err != nil {
			return err
		}
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// begin makes the request with PKCE, state and nonce, which wait in a cookie.
func (h *Handlers) begin(v *visit, p *pages.TryClientPage, e endpoints, c *types.UserPoolClientType) error {
	var made [3]string // state, nonce, verifier
	for i := range made {
		var err error
		if made[i], err = seal.NewHandle(h.Rand); err != nil {
			return err
		}
	}
	h.Cookies.Set(v.Response(), tryCookie, strings.Join(append(made[:], p.Pool, p.ID), "."), h.Clock().Add(tryTime))
	t := v.t
	scopes := strings.Join(c.AllowedOAuthScopes, " ")
	p.Request = []pages.ClaimRow{
		{Name: "response_type", Value: "code", Words: t.T("console.try.response_type")},
		{Name: "client_id", Value: p.ID, Words: t.T("console.try.client_id")},
		{Name: "redirect_uri", Value: p.Callback, Words: t.T("console.try.redirect_uri")},
		{Name: "scope", Value: scopes, Words: t.T("console.try.scope")},
		{Name: "state", Value: made[0], Words: t.T("console.try.state")},
		{Name: "nonce", Value: made[1], Words: t.T("console.try.nonce")},
		{Name: "code_challenge", Value: challengeOf(made[2]), Words: t.T("console.try.challenge")},
		{Name: "code_challenge_method", Value: "S256", Words: t.T("console.try.method")},
	}
	q := url.Values{}
	for _, r := range p.Request {
		if r.Value != "" {
			q.Set(r.Name, r.Value)
		}
	}
	p.Endpoint, p.Start = e.Authorize, e.Authorize+"?"+q.Encode()
	return nil
}

// addTryCallback lets a client come back to the console, and keeps every other setting.
func (h *Handlers) addTryCallback(v *visit) error {
	c, err := h.tryClient(v)
	if err != nil {
		return err
	}
	err = h.changeClient(v, c, func(in *idp.UpdateUserPoolClientInput) {
		if !slices.Contains(in.CallbackURLs, h.tryCallback()) {
			in.CallbackURLs = append(in.CallbackURLs, h.tryCallback())
		}
	})
	if err != nil {
		if problems, ok := v.refused(err, ""); ok {
			return h.tryClientPage(v, problems)
		}
		return err
	}
	return v.done(paths.Link(paths.ConsoleTryClient, v.Param("pool"), v.Param("client")), "try_callback")
}
