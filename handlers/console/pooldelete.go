package console

import (
	"net/http"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showPoolDelete(v *visit, pool *types.UserPoolType) error {
	return h.poolDeletePage(v, pool, nil)
}

func (h *Handlers) poolDeletePage(v *visit, pool *types.UserPoolType, problems ui.Problems) error {
	title := v.t.T("console.pool.delete")
	return web.Render(v, http.StatusOK, pages.PoolDeletePage{
		ConsoleFrame: h.frame(v, "overview", title, v.poolCrumbs()...),
		Form:         v.form(paths.Link(paths.ConsolePoolDelete, v.pool.ID), problems),
		Name:         v.pool.Name, Users: int(pool.EstimatedNumberOfUsers), Back: paths.Link(paths.ConsolePool, v.pool.ID),
		Protected: pool.DeletionProtection == types.DeletionProtectionTypeActive, HasDomain: pool.Domain != nil || pool.CustomDomain != nil,
		ProtectionURL: v.sectionsAt("protection"), DomainURL: paths.Link(paths.ConsoleDomain, v.pool.ID),
	}.Show())
}

func (h *Handlers) deletePool(v *visit, pool *types.UserPoolType) error {
	if problems := v.mistyped(v.pool.Name); problems != nil {
		return h.poolDeletePage(v, pool, problems)
	}
	_, err := call[idp.DeleteUserPoolOutput](h, v, &idp.DeleteUserPoolInput{UserPoolId: pool.Id})
	if err != nil {
		if problems, ok := v.refused(err, ""); ok {
			return h.poolDeletePage(v, pool, problems)
		}
		return err
	}
	return v.done(paths.ConsolePools, "pool_deleted")
}
