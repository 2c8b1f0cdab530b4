package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) issuer(poolID string) string { return paths.Issuer(h.URL, poolID) }

// hostedURL is where a pool's pages are: its own domain, the installation's if it has none.
func (h *Handlers) hostedURL(pool *types.UserPoolType) string {
	switch {
	case pool.CustomDomain != nil:
		return h.DomainURL(*pool.CustomDomain, true)
	case pool.Domain != nil:
		return h.DomainURL(*pool.Domain, false)
	}
	return h.issuer(aws.ToString(pool.Id))
}

// servesPages tells whether hosted pages answer there.
func (h *Handlers) servesPages(pool *types.UserPoolType) bool {
	return pool.Domain != nil || pool.CustomDomain != nil || h.PathPages
}

func (h *Handlers) showPool(v *visit, pool *types.UserPoolType) error {
	out, err := call[gatehouse.CheckUserPoolOutput](h, v, &gatehouse.CheckUserPoolInput{UserPoolId: pool.Id})
	if err != nil {
		return err
	}
	issuer := h.issuer(v.pool.ID)
	p := pages.PoolPage{
		ConsoleFrame: h.frame(v, "overview", v.t.T("console.nav.overview"), v.poolCrumbs()...),
		ID:           v.pool.ID, Name: v.pool.Name, ARN: aws.ToString(pool.Arn), Tier: string(pool.UserPoolTier), MFA: string(pool.MfaConfiguration),
		Created: aws.ToTime(pool.CreationDate), Changed: aws.ToTime(pool.LastModifiedDate), Users: int(pool.EstimatedNumberOfUsers),
		Clients: *out.NumberOfClients, APIs: *out.NumberOfResources,
		Issuer: issuer, Discovery: issuer + paths.Discovery, Keys: issuer + paths.JWKS,
	}
	if h.servesPages(pool) {
		p.Hosted = h.hostedURL(pool)
	}
	if p.Begins() && p.Clients > 0 {
		list, err := call[idp.ListUserPoolClientsOutput](h, v, &idp.ListUserPoolClientsInput{UserPoolId: pool.Id, MaxResults: aws.Int32(1)})
		if err == nil && len(list.UserPoolClients) > 0 {
			p.App = paths.Link(paths.ConsoleClient, p.ID, aws.ToString(list.UserPoolClients[0].ClientId))
		}
	}
	for _, c := range out.Checks {
		p.Checks = append(p.Checks, h.shownCheck(v, c))
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// shownCheck leads from a finding to the setting that ends it.
func (h *Handlers) shownCheck(v *visit, c gatehouse.SecurityCheck) pages.SecurityCheck {
	x := pages.SecurityCheck{Name: *c.Name, Severity: *c.Severity, Found: *c.Found, Clients: int(aws.ToInt64(c.NumberOfClients))}
	pool := paths.Link(paths.ConsoleSignInSettings, v.pool.ID)
	section := "flows"
	switch x.Name {
	case "MFA_OFF":
		x.Fix = pool + "#mfa"
	case "WEAK_PASSWORD_POLICY":
		x.Fix = pool + "#password"
	case "NO_DELETION_PROTECTION":
		x.Fix = pool + "#protection"
	case "IMPLICIT_GRANT", "HTTP_CALLBACK":
		section = "oauth"
	case "NO_TOKEN_REVOCATION":
		section = "tokens"
	}
	for _, client := range c.Clients {
		x.At = append(x.At, pages.NamedLink{Name: *client.ClientName, Href: paths.Link(paths.ConsoleClient, v.pool.ID, *client.ClientId) + "#" + section})
	}
	return x
}
