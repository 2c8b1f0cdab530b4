package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showSecrets(v *visit, c *types.UserPoolClientType) error {
	return h.secretsPage(v, c, "", nil)
}

// secretsPage lists a client's secrets; a new one stands there in this one answer.
func (h *Handlers) secretsPage(v *visit, c *types.UserPoolClientType, fresh string, problems ui.Problems) error {
	out, err := call[idp.ListUserPoolClientSecretsOutput](h, v, &idp.ListUserPoolClientSecretsInput{UserPoolId: c.UserPoolId, ClientId: c.ClientId})
	if err != nil {
		return err
	}
	id, name := aws.ToString(c.ClientId), aws.ToString(c.ClientName)
	to := paths.Link(paths.ConsoleClient, v.pool.ID, id)
	p := pages.SecretsPage{
		ConsoleFrame: h.frame(v, "clients", v.t.T("console.secrets"), v.clientCrumbs(layout.Crumb{Label: name, Href: to})...),
		Form:         v.form(paths.Link(paths.ConsoleClientSecrets, v.pool.ID, id), problems), NewSecret: fresh, Back: to,
	}
	for _, s := range out.ClientSecrets {
		p.Secrets = append(p.Secrets, pages.SecretRow{ID: aws.ToString(s.ClientSecretId), Created: aws.ToTime(s.ClientSecretCreateDate)})
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// changeSecrets adds a secret beside the one that apps still use, or deletes one that none uses any more.
func (h *Handlers) changeSecrets(v *visit, c *types.UserPoolClientType) error {
	at := paths.Link(paths.ConsoleClientSecrets, v.pool.ID, aws.ToString(c.ClientId))
	if secret := v.posted("delete"); secret != "" {
		_, err := call[idp.DeleteUserPoolClientSecretOutput](h, v, &idp.DeleteUserPoolClientSecretInput{UserPoolId: c.UserPoolId, ClientId: c.ClientId, ClientSecretId: &secret})
		if problems, ok := v.refused(err, ""); ok {
			return h.secretsPage(v, c, "", problems)
		}
		if err != nil {
			return err
		}
		return v.done(at, "secret_deleted")
	}
	out, err := call[idp.AddUserPoolClientSecretOutput](h, v, &idp.AddUserPoolClientSecretInput{UserPoolId: c.UserPoolId, ClientId: c.ClientId})
	if problems, ok := v.refused(err, ""); ok {
		return h.secretsPage(v, c, "", problems)
	}
	if err != nil {
		return err
	}
	return h.secretsPage(v, c, aws.ToString(out.ClientSecretDescriptor.ClientSecretValue), nil)
}
