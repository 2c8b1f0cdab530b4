package console

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// showBulk asks before an act on many users: those that are named in the query string, or all whom its filter selects.
func (h *Handlers) showBulk(v *visit, pool *types.UserPoolType) error {
	return h.bulkPage(v, pool, v.QueryParams()["user"], v.QueryParam("act"), nil)
}

// dangerous are the acts that ask who is there.
func dangerous(act string) bool {
	return slices.Contains([]string{"AddToGroup", "Delete", "RemoveFromGroup", "ResetPassword"}, act)
}

func (h *Handlers) bulkPage(v *visit, pool *types.UserPoolType, users []string, act string, problems ui.Problems) error {
	l := userListOf(v, pool)
	all := v.QueryParam("all") != ""
	if !slices.Contains(pages.UserActs, act) {
		act = ""
	}
	if !all && len(users) == 0 {
		return web.SeeOther(v, paths.Link(paths.ConsoleUsers, v.pool.ID))
	}
	back := l.link(v, paths.ConsoleUsersBulk, bulkPairs(all, users, act)...)
	if dangerous(act) {
		if err := h.proven(v); err != nil {
			return err
		}
	}
	title := v.t.T("console.bulk.heading")
	if act != "" {
		title = v.t.T("console.users.act." + act)
	}
	p := pages.BulkPage{
		ConsoleFrame: h.frame(v, "users", title, v.usersCrumbs()...), Form: v.form(back, problems), Act: act, All: all, Filter: l.filter, Users: users,
		Choose: paths.Link(paths.ConsoleUsersBulk, v.pool.ID), Back: l.link(v, paths.ConsoleUsers),
	}
	for pair := range slices.Chunk(slices.Concat(l.pairs(), bulkPairs(all, users, "")), 2) {
		if pair[1] != "" {
			p.Keep = append(p.Keep, ui.Param{Name: pair[0], Value: pair[1]})
		}
	}
	if p.Grouped() {
		p.Groups = h.groupNames(v)
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func bulkPairs(all bool, users []string, act string) []string {
	out := []string{"act", act}
	if all {
		return append(out, "all", "yes")
	}
	for _, u := range users {
		out = append(out, "user", u)
	}
	return out
}

// startBulk begins the job. What it is about stands in the address, as on the page that asked.
func (h *Handlers) startBulk(v *visit, pool *types.UserPoolType) error {
	act, users := v.QueryParam("act"), v.QueryParams()["user"]
	l := userListOf(v, pool)
	all := v.QueryParam("all") != ""
	if dangerous(act) {
		if err := h.proven(v); err != nil {
			return err
		}
	}
	in := &gatehouse.StartUserJobInput{UserPoolId: pool.Id, Act: &act, GroupName: some(v.typed("group_name"))}
	if all {
		var problems ui.Problems
		if in.Filter, problems = l.operationFilter(v); problems != nil {
			return h.bulkPage(v, pool, users, act, problems)
		}
	} else {
		in.Subs = users
		if act == "Delete" {
			if problems := v.miscounted(len(users)); problems != nil {
				return h.bulkPage(v, pool, users, act, problems)
			}
			in.NumberOfUsers = aws.Int64(int64(len(users)))
		}
	}
	out, err := call[gatehouse.StartUserJobOutput](h, v, in)
	if problems, ok := v.refused(err, "group_name"); ok {
		return h.bulkPage(v, pool, users, act, problems)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(v, paths.Link(paths.ConsoleUserJob, v.pool.ID, *out.Job.JobId))
}

// miscounted is the problem of a form that asks for a number to be typed; nil where it was.
func (v *visit) miscounted(n int) ui.Problems {
	if v.typed("confirm") == strconv.Itoa(n) {
		return nil
	}
	return ui.Problems{{Field: "confirm", Text: v.t.T("console.bulk.miscounted")}}
}
