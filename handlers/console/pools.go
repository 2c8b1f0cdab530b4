package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountPools(r web.Routes) {
	r.GET(paths.ConsolePools, h.of(h.showPools))
	r.GET(paths.ConsolePoolNew, h.of(h.showPoolNew))
	r.POST(paths.ConsolePoolNew, h.of(h.createPool))
	r.GET(paths.ConsolePool, h.of(h.ofPool(h.showPool)))
	r.GET(paths.ConsolePoolDelete, h.fresh(h.ofPool(h.showPoolDelete)))
	r.POST(paths.ConsolePoolDelete, h.fresh(h.ofPool(h.deletePool)))
	r.GET(paths.ConsoleSignInSettings, h.of(h.ofPool(h.showSignInSettings)))
	r.GET(paths.ConsoleSignInSection, h.of(h.ofPool(h.showSignInSettings)))
	r.POST(paths.ConsoleSignInSection, h.of(h.ofPool(h.saveSignInSettings)))
	r.GET(paths.ConsoleAttributes, h.of(h.ofPool(h.showAttributes)))
	r.POST(paths.ConsoleAttributes, h.of(h.ofPool(h.addAttribute)))
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

// poolsAPage is how many pools a page lists.
const poolsAPage = 25

func (h *Handlers) showPools(v *visit) error {
	text, region := v.search("text"), v.QueryParam("region")
	if region != "*" && !regionForm.MatchString(region) {
		region = v.region
	}
	in := &gatehouse.SearchUserPoolsInput{Text: some(text), MaxResults: aws.Int32(poolsAPage), NextToken: some(v.QueryParam("after"))}
	if region != "*" {
		in.Regions = []string{region}
	}
	out, err := call[gatehouse.SearchUserPoolsOutput](h, v, in)
	if err != nil {
		return err
	}
	to := func(after string) string {
		return paths.Link(paths.ConsolePools, "text", text, "region", v.QueryParam("region"), "after", after)
	}
	p := pages.PoolsPage{ConsoleFrame: h.frame(v, "pools", v.t.T("console.nav.pools")), Text: text, In: region}
	p.Path = paths.Link(paths.ConsolePools, "text", text) // the region that is chosen beside the page is to count
	if out.NextToken != nil {
		p.Next = to(*out.NextToken)
	}
	if v.QueryParam("after") != "" {
		p.First = to("")
	}
	for _, pool := range out.UserPools {
		p.Pools = append(p.Pools, pages.PoolRow{
			ID: *pool.Id, Name: *pool.Name, Region: *pool.Region, Created: *pool.CreationDate,
			Clients: *pool.NumberOfClients, Users: *pool.EstimatedNumberOfUsers, Href: paths.Link(paths.ConsolePool, *pool.Id),
		})
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// some is s, or nil where it is empty: what AWS reads as not given.
func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
