package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountUsers(r web.Routes) {
	r.GET(paths.ConsoleUsers, h.of(h.ofPool(h.showUsers)))
	r.GET(paths.ConsoleUsersExport, h.fresh(h.ofPool(h.exportUsers)))
	r.GET(paths.ConsoleUsersBulk, h.of(h.ofPool(h.showBulk)))
	r.POST(paths.ConsoleUsersBulk, h.of(h.ofPool(h.startBulk)))
	r.POST(paths.ConsoleUsersViews, h.of(h.ofPool(h.changeUserViews)))
	r.GET(paths.ConsoleUserJobs, h.of(h.ofPool(h.showUserJobs)))
	r.GET(paths.ConsoleUserJob, h.of(h.ofPool(h.showUserJob)))
	r.POST(paths.ConsoleUserJob, h.of(h.ofPool(h.changeUserJob)))
}

// userList is the list as the query string asks for it.
type userList struct {
	filter  pages.UsersFilter
	sort    string // as SearchUsers names it
	desc    bool
	columns []string // nil where the query string says nothing of them
}

func userListOf(v *visit, pool *types.UserPoolType) userList {
	l := userList{
		filter: pages.UsersFilter{
			Text: v.search("text"), Anywhere: v.search("match") == "contains", Status: v.search("status"), Enabled: v.search("enabled"),
			MFA: v.search("mfa"), Group: v.search("group"), Since: v.search("since"),
		},
		sort: v.search("sort"), desc: v.search("dir") == "desc", columns: v.QueryParams()["column"],
	}
	where := v.QueryParams()["where"]
	if value := v.search("value"); value != "" {
		where = append(slices.Clone(where), v.search("attribute")+v.search("op")+value)
	}
	for _, text := range where {
		if c, ok := conditionOf(text); ok && !slices.Contains(l.filter.Where, c) {
			l.filter.Where = append(l.filter.Where, c)
		}
	}
	if l.sort == "" {
		l.sort = "Username"
		if byEmail(pool) {
			l.sort = "Email"
		}
	}
	return l
}

// conditionOf reads name=value or name^=value.
func conditionOf(text string) (c pages.UsersCondition, ok bool) {
	i := strings.Index(text, "=")
	if i < 1 {
		return c, false
	}
	c = pages.UsersCondition{Name: text[:i], Op: "=", Value: text[i+1:]}
	if name, begins := strings.CutSuffix(c.Name, "^"); begins {
		c.Name, c.Op = name, "^="
	}
	return c, c.Name != "" && c.Value != ""
}

// pairs are the list as a query string says it.
func (l userList) pairs() []string {
	f := l.filter
	out := []string{"text", f.Text, "status", f.Status, "enabled", f.Enabled, "mfa", f.MFA, "group", f.Group, "since", f.Since}
	if f.Anywhere {
		out = append(out, "match", "contains")
	}
	for _, c := range f.Where {
		out = append(out, "where", c.Text())
	}
	return append(out, l.orderPairs()...)
}

func (l userList) orderPairs() []string {
	out := []string{"sort", l.sort}
	if l.desc {
		out = append(out, "dir", "desc")
	}
	for _, c := range l.columns {
		out = append(out, "column", c)
	}
	return out
}

func (l userList) link(v *visit, pattern string, more ...string) string {
	return paths.Link(pattern, slices.Concat([]string{v.pool.ID}, l.pairs(), more)...)
}

// operationFilter is the filter as operations take it, and what of it cannot be understood.
func (l userList) operationFilter(v *visit) (*gatehouse.UserFilter, ui.Problems) {
	f := l.filter
	out := &gatehouse.UserFilter{Text: some(f.Text), Status: some(f.Status), GroupName: some(f.Group), Mfa: some(f.MFA)}
	if f.Anywhere {
		out.TextMatch = aws.String("Contains")
	}
	if f.Enabled != "" {
		out.Enabled = aws.Bool(f.Enabled == "yes")
	}
	for _, c := range f.Where {
		match := "Equals"
		if c.Op == "^=" {
			match = "BeginsWith"
		}
		out.Attributes = append(out.Attributes, gatehouse.UserAttributeFilter{Name: &c.Name, Match: &match, Value: &c.Value})
	}
	if f.Since == "" {
		return out, nil
	}
	at, err := time.Parse(time.DateOnly, f.Since)
	if err != nil {
		return out, ui.Problems{{Field: "since", Text: v.t.T("console.users.since.wrong")}}
	}
	out.CreatedAfter = &at
	return out, nil
}

// usersAPage is how many users a page lists.
const usersAPage = 25

func (h *Handlers) showUsers(v *visit, pool *types.UserPoolType) error {
	return h.usersPage(v, pool, nil)
}

// usersPage shows the list; problems are those of the form that keeps a view.
func (h *Handlers) usersPage(v *visit, pool *types.UserPoolType, problems ui.Problems) error {
	l := userListOf(v, pool)
	p := pages.UsersPage{
		ConsoleFrame: h.frame(v, "users", v.t.T("console.nav.users"), v.poolCrumbs()...), Estimated: int(pool.EstimatedNumberOfUsers),
		Filter: l.filter, Here: paths.Link(paths.ConsoleUsers, v.pool.ID), Attributes: attributeNames(pool), New: paths.Link(paths.ConsoleUserNew, v.pool.ID),
		Clear: paths.Link(paths.ConsoleUsers, append([]string{v.pool.ID}, l.orderPairs()...)...),
		Bulk:  paths.Link(paths.ConsoleUsersBulk, v.pool.ID), All: l.link(v, paths.ConsoleUsersBulk, "all", "yes"), Export: l.link(v, paths.ConsoleUsersExport),
	}
	for i, c := range l.filter.Where {
		without := l
		without.filter.Where = slices.Delete(slices.Clone(l.filter.Where), i, i+1)
		p.Filter.Where[i] = pages.UsersCondition{Name: c.Name, Op: c.Op, Value: c.Value, Without: without.link(v, paths.ConsoleUsers)}
	}
	for pair := range slices.Chunk(l.orderPairs(), 2) {
		p.Keep = append(p.Keep, ui.Param{Name: pair[0], Value: pair[1]})
	}
	p.First, p.Columns = h.userColumns(v, pool, l)
	if err := h.fillUsers(v, pool, l, &p); err != nil {
		return err
	}
	p.Groups, p.Views, p.Jobs = h.groupNames(v), h.userViews(v), paths.Link(paths.ConsoleUserJobs, v.pool.ID)
	p.Form = v.form(paths.Link(paths.ConsoleUsersViews, v.pool.ID), problems, ui.Param{Name: "query", Value: queryOf(l.link(v, paths.ConsoleUsers))})
	return web.Render(v, http.StatusOK, p.Show())
}

// fillUsers reads the page of users.
func (h *Handlers) fillUsers(v *visit, pool *types.UserPoolType, l userList, p *pages.UsersPage) error {
	filter, problems := l.operationFilter(v)
	if p.Refused = problems; problems != nil {
		return nil
	}
	in := &gatehouse.SearchUsersInput{UserPoolId: pool.Id, Filter: filter, SortBy: &l.sort, Descending: &l.desc, MaxResults: aws.Int32(usersAPage), NextToken: some(v.QueryParam("at"))}
	if v.QueryParam("at") == "" && v.QueryParam("end") != "" {
		in.LastPage = aws.Bool(true)
	}
	shown := shownColumns(p.Columns)
	in.IncludeActivity = aws.Bool(slices.Contains(shown, "seen"))
	out, err := call[gatehouse.SearchUsersOutput](h, v, in)
	if err != nil {
		var ok bool
		if p.Refused, ok = v.refused(err, ""); ok {
			return nil
		}
		return err
	}
	p.Stopped, p.Indexing = *out.Stopped, *out.Indexing
	if out.NextToken != nil {
		p.Next, p.Last = l.link(v, paths.ConsoleUsers, "at", *out.NextToken), l.link(v, paths.ConsoleUsers, "end", "last")
	}
	if out.PreviousToken != nil {
		p.PrevPage, p.FirstPage = l.link(v, paths.ConsoleUsers, "at", *out.PreviousToken), l.link(v, paths.ConsoleUsers)
	}
	for _, u := range out.Users {
		p.Rows = append(p.Rows, userRow(v, u, shown))
	}
	return nil
}

func attributeNames(pool *types.UserPoolType) []string {
	out := []string{"username", "sub"}
	for _, a := range pool.SchemaAttributes {
		if n := aws.ToString(a.Name); n != "sub" {
			out = append(out, n)
		}
	}
	return out
}

// groupNames are the pool's first groups, to choose from; whoever may not list them types one.
func (h *Handlers) groupNames(v *visit) (out []string) {
	groups, err := call[idp.ListGroupsOutput](h, v, &idp.ListGroupsInput{UserPoolId: &v.pool.ID})
	if err != nil {
		return nil
	}
	for _, g := range groups.Groups {
		out = append(out, aws.ToString(g.GroupName))
	}
	return out
}

// queryOf is the query of a link.
func queryOf(link string) string {
	_, q, _ := strings.Cut(link, "?")
	return q
}

func (v *visit) usersCrumbs(more ...layout.Crumb) []layout.Crumb {
	return v.poolCrumbs(append([]layout.Crumb{{Label: v.t.T("console.nav.users"), Href: paths.Link(paths.ConsoleUsers, v.pool.ID)}}, more...)...)
}
