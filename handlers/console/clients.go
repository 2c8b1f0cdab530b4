package console

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountClients(r web.Routes) {
	r.GET(paths.ConsoleClients, h.of(h.ofPool(h.showClients)))
	r.GET(paths.ConsoleClientNew, h.of(h.ofPool(h.showClientNew)))
	r.POST(paths.ConsoleClientNew, h.of(h.ofPool(h.createClient)))
	r.GET(paths.ConsoleClient, h.of(h.ofClient(h.showClient)))
	r.GET(paths.ConsoleClientSection, h.of(h.ofPool(h.backToClient)))
	r.POST(paths.ConsoleClientSection, h.of(h.ofClient(h.saveClient)))
	r.GET(paths.ConsoleClientSecrets, h.fresh(h.ofClient(h.showSecrets)))
	r.POST(paths.ConsoleClientSecrets, h.fresh(h.ofClient(h.changeSecrets)))
	r.GET(paths.ConsoleClientDelete, h.fresh(h.ofClient(h.showClientDelete)))
	r.POST(paths.ConsoleClientDelete, h.fresh(h.ofClient(h.deleteClient)))
}

// ofClient makes a handler of a page that belongs to the app client in its path: it reads pool and client first.
func (h *Handlers) ofClient(handle func(*visit, *types.UserPoolClientType) error) handler {
	return h.ofPool(func(v *visit, pool *types.UserPoolType) error {
		v.schema, v.hosted, v.served = pool.SchemaAttributes, h.hostedURL(pool), h.servesPages(pool)
		out, err := call[idp.DescribeUserPoolClientOutput](h, v, &idp.DescribeUserPoolClientInput{UserPoolId: pool.Id, ClientId: aws.String(v.Param("client"))})
		if err != nil {
			return err
		}
		return handle(v, out.UserPoolClient)
	})
}

func (v *visit) clientCrumbs(more ...layout.Crumb) []layout.Crumb {
	return v.poolCrumbs(append([]layout.Crumb{{Label: v.t.T("console.nav.clients"), Href: paths.Link(paths.ConsoleClients, v.pool.ID)}}, more...)...)
}

func (h *Handlers) showClients(v *visit, _ *types.UserPoolType) error {
	out, err := call[idp.ListUserPoolClientsOutput](h, v, &idp.ListUserPoolClientsInput{UserPoolId: &v.pool.ID, MaxResults: aws.Int32(60), NextToken: some(v.QueryParam("after"))})
	if err != nil {
		return err
	}
	at := paths.Link(paths.ConsoleClients, v.pool.ID)
	p := pages.ClientsPage{ConsoleFrame: h.frame(v, "clients", v.t.T("console.nav.clients"), v.poolCrumbs()...), New: paths.Link(paths.ConsoleClientNew, v.pool.ID)}
	if out.NextToken != nil {
		p.Next = paths.Link(paths.ConsoleClients, v.pool.ID, "after", *out.NextToken)
	}
	if v.QueryParam("after") != "" {
		p.First = at
	}
	for _, c := range out.UserPoolClients {
		p.Clients = append(p.Clients, pages.ClientRow{ID: aws.ToString(c.ClientId), Name: aws.ToString(c.ClientName), Href: paths.Link(paths.ConsoleClient, v.pool.ID, aws.ToString(c.ClientId))})
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// clientShown is what a client's page says beyond the client.
type clientShown struct {
	secret   string          // of a new client
	sections []pages.Section // where a form was sent and could not be saved
}

// clientCreated is what the page that a creation leads to is told, and secretShown how long its secret stands there.
const (
	clientCreated = "client_created"
	secretShown   = 2 * time.Minute
)

func (h *Handlers) showClient(v *visit, c *types.UserPoolClientType) error {
	return h.clientPage(v, c, clientShown{secret: h.newSecret(v, c)})
}

// newSecret is the secret of a client that was created just now, on the page that its creation led to: loading that
// page anew shows it again instead of making a second client. "" on any other page, and afterwards.
func (h *Handlers) newSecret(v *visit, c *types.UserPoolClientType) string {
	if v.QueryParam("done") != clientCreated || h.Clock().Sub(aws.ToTime(c.CreationDate)) >= secretShown {
		return ""
	}
	return aws.ToString(c.ClientSecret)
}

func (h *Handlers) clientPage(v *visit, c *types.UserPoolClientType, shown clientShown) error {
	if shown.sections == nil {
		parts, err := h.clientParts(v)
		if err != nil {
			return err
		}
		shown.sections = sections(v, parts, c, aws.ToTime(c.LastModifiedDate), v.clientSection(c))
	}
	snippets, err := h.snippets(v, c)
	if err != nil {
		return err
	}
	id, name := aws.ToString(c.ClientId), aws.ToString(c.ClientName)
	p := pages.ClientPage{
		ConsoleFrame: h.frame(v, "clients", name, v.clientCrumbs()...), ID: id, Name: name, PoolID: v.pool.ID, Kind: kindOf(c),
		Created: aws.ToTime(c.CreationDate), Changed: aws.ToTime(c.LastModifiedDate), HasSecret: c.ClientSecret != nil,
		NewSecret: shown.secret, Sections: shown.sections, Problems: problemsOf(shown.sections), Snippets: snippets,
	}
	if v.served && p.Kind != "machine" {
		p.Hosted, p.Try = v.hosted, paths.Link(paths.ConsoleTryClient, v.pool.ID, id)
	}
	if len(c.CallbackURLs) == 0 && p.Kind != "machine" {
		p.Callback = exampleCallback
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// kindOf guesses what an app is from what its client may do.
func kindOf(c *types.UserPoolClientType) string {
	for _, f := range c.AllowedOAuthFlows {
		if f == types.OAuthFlowTypeClientCredentials {
			return "machine"
		}
	}
	if c.ClientSecret != nil {
		return "web"
	}
	for _, u := range c.CallbackURLs {
		if !webURL(u) {
			return "mobile"
		}
	}
	return "spa"
}

func (h *Handlers) showClientDelete(v *visit, c *types.UserPoolClientType) error {
	return h.clientDeletePage(v, c, nil)
}

func (h *Handlers) clientDeletePage(v *visit, c *types.UserPoolClientType, problems ui.Problems) error {
	id, name := aws.ToString(c.ClientId), aws.ToString(c.ClientName)
	to := paths.Link(paths.ConsoleClient, v.pool.ID, id)
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.frame(v, "clients", v.t.T("console.client.delete"), v.clientCrumbs(layout.Crumb{Label: name, Href: to})...),
		Form:         v.form(paths.Link(paths.ConsoleClientDelete, v.pool.ID, id), problems),
		Heading:      v.t.T("console.client.delete"), Text: v.t.T("console.client.delete.text"), Name: name, Back: to,
	}.Show())
}

func (h *Handlers) deleteClient(v *visit, c *types.UserPoolClientType) error {
	if problems := v.mistyped(aws.ToString(c.ClientName)); problems != nil {
		return h.clientDeletePage(v, c, problems)
	}
	_, err := call[idp.DeleteUserPoolClientOutput](h, v, &idp.DeleteUserPoolClientInput{UserPoolId: c.UserPoolId, ClientId: c.ClientId})
	if problems, ok := v.refused(err, ""); ok {
		return h.clientDeletePage(v, c, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.Link(paths.ConsoleClients, v.pool.ID), "client_deleted")
}
