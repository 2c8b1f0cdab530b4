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

func (h *Handlers) mountPools(r web.Routes) {
	r.GET(paths.ConsolePools, h.of(h.showPools))
	r.GET(paths.ConsolePool, h.of(h.ofPool(h.showPool)))
	r.GET(paths.ConsolePoolDelete, h.fresh(h.ofPool(h.showPoolDelete)))
	r.POST(paths.ConsolePoolDelete, h.fresh(h.ofPool(h.deletePool)))
}

// ofPool makes a handler of a page that belongs to the user pool in its path: it reads the pool first.
func (h *Handlers) ofPool(handle func(*visit, *types.UserPoolType) error) handler {
	return func(v *visit) error {
		out, err := call[idp.DescribeUserPoolOutput](h, v, &idp.DescribeUserPoolInput{UserPoolId: aws.String(v.Param("pool"))})
		if err != nil {
			return err
		}
		v.pool = &layout.PoolNav{ID: aws.ToString(out.UserPool.Id), Name: aws.ToString(out.UserPool.Name)}
		return handle(v, out.UserPool)
	}
}

// poolCrumbs is the way to a page of a pool.
func (v *visit) poolCrumbs(more ...layout.Crumb) []layout.Crumb {
	return append([]layout.Crumb{
		{Label: v.t.T("console.nav.pools"), Href: paths.ConsolePools},
		{Label: v.pool.Name, Href: paths.Link(paths.ConsolePool, v.pool.ID)},
	}, more...)
}

func (h *Handlers) showPools(v *visit) error {
	out, err := call[idp.ListUserPoolsOutput](h, v, &idp.ListUserPoolsInput{MaxResults: aws.Int32(60), NextToken: some(v.QueryParam("after"))})
	if err != nil {
		return err
	}
	p := pages.PoolsPage{
		ConsoleFrame: h.frame(v, "pools", v.t.T("console.nav.pools")),
		Next:         paths.Link(paths.ConsolePools, "after", aws.ToString(out.NextToken)),
	}
	if out.NextToken == nil {
		p.Next = ""
	}
	if v.QueryParam("after") != "" {
		p.First = paths.ConsolePools
	}
	for _, pool := range out.UserPools {
		p.Pools = append(p.Pools, pages.PoolRow{
			ID: aws.ToString(pool.Id), Name: aws.ToString(pool.Name), Created: aws.ToTime(pool.CreationDate),
			Href: paths.Link(paths.ConsolePool, aws.ToString(pool.Id)),
		})
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) showPool(v *visit, pool *types.UserPoolType) error {
	return web.Render(v, http.StatusOK, pages.PoolPage{
		ConsoleFrame: h.frame(v, "overview", v.t.T("console.nav.overview"), v.poolCrumbs()...),
		ID:           v.pool.ID, Name: v.pool.Name, ARN: aws.ToString(pool.Arn),
		Created: aws.ToTime(pool.CreationDate), Changed: aws.ToTime(pool.LastModifiedDate), Users: int(pool.EstimatedNumberOfUsers),
	}.Show())
}

func (h *Handlers) showPoolDelete(v *visit, pool *types.UserPoolType) error {
	return h.poolDeletePage(v, pool, nil)
}

func (h *Handlers) poolDeletePage(v *visit, pool *types.UserPoolType, problems ui.Problems) error {
	title := v.t.T("console.pool.delete")
	return web.Render(v, http.StatusOK, pages.PoolDeletePage{
		ConsoleFrame: h.frame(v, "overview", title, v.poolCrumbs()...),
		Form:         v.form(paths.Link(paths.ConsolePoolDelete, v.pool.ID), problems),
		Name:         v.pool.Name, Users: int(pool.EstimatedNumberOfUsers), Back: paths.Link(paths.ConsolePool, v.pool.ID),
		Protected: pool.DeletionProtection == types.DeletionProtectionTypeActive,
	}.Show())
}

func (h *Handlers) deletePool(v *visit, pool *types.UserPoolType) error {
	if problems := v.mistyped(v.pool.Name); problems != nil {
		return h.poolDeletePage(v, pool, problems)
	}
	_, err := call[idp.DeleteUserPoolOutput](h, v, &idp.DeleteUserPoolInput{UserPoolId: pool.Id})
	if err != nil {
		if problems, ok := refused(err, ""); ok {
			return h.poolDeletePage(v, pool, problems)
		}
		return err
	}
	return v.done(paths.ConsolePools, "pool_deleted")
}

// some is s, or nil where it is empty: what AWS reads as not given.
func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
