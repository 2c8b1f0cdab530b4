package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountActivity(r web.Routes) {
	r.GET(paths.ConsoleActivity, h.of(h.ofPool(h.showActivity)))
	r.GET(paths.ConsoleActivityEvent, h.of(h.ofPool(h.showActivityEvent)))
}

// activityLink is a pool's activity, narrowed.
func activityLink(poolID string, f pages.ActivityFilter, more ...string) string {
	return paths.Link(paths.ConsoleActivity, append([]string{poolID, "user", f.User, "type", f.Type, "result", f.Result, "reason", f.Reason,
		"client", f.Client, "ip", f.IP, "from", f.From, "until", f.Until}, more...)...)
}

func (h *Handlers) showActivity(v *visit, _ *types.UserPoolType) error {
	f := pages.ActivityFilter{User: v.search("user"), Type: v.search("type"), Result: v.search("result"), Reason: v.search("reason"),
		Client: v.search("client"), IP: v.search("ip"), From: v.search("from"), Until: v.search("until")}
	p := pages.ActivityPage{ConsoleFrame: h.frame(v, "activity", v.t.T("console.nav.activity"), v.poolCrumbs()...), Filter: f, Here: activityLink(v.pool.ID, pages.ActivityFilter{})}
	in := &gatehouse.ListAuthEventsInput{UserPoolId: &v.pool.ID, Username: some(f.User), EventType: some(f.Type), Result: some(f.Result), Reason: some(f.Reason),
		ClientId: some(f.Client), IpAddress: some(f.IP), NextToken: some(v.QueryParam("after"))}
	var ok bool
	if in.StartTime, ok = parseTime(f.From); !ok {
		p.Problems = append(p.Problems, ui.Problem{Field: "from", Text: v.t.T("console.audit.time.wrong")})
	}
	if in.EndTime, ok = parseTime(f.Until); !ok {
		p.Problems = append(p.Problems, ui.Problem{Field: "until", Text: v.t.T("console.audit.time.wrong")})
	}
	if p.Problems == nil {
		out, err := call[gatehouse.ListAuthEventsOutput](h, v, in)
		switch p.Problems, _ = v.refused(err, ""); {
		case p.Problems != nil:
		case err != nil:
			return err
		default:
			for _, e := range out.Events {
				p.Rows = append(p.Rows, activityRow(v.pool.ID, e))
			}
			if out.NextToken != nil {
				p.Next = activityLink(v.pool.ID, f, "after", *out.NextToken)
			}
		}
	}
	if v.QueryParam("after") != "" {
		p.First = activityLink(v.pool.ID, f)
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func activityRow(poolID string, e gatehouse.AuthEvent) pages.ActivityRow {
	r := pages.ActivityRow{
		Href: paths.Link(paths.ConsoleActivityEvent, poolID, aws.ToString(e.EventId)), Type: aws.ToString(e.EventType), Passed: aws.ToString(e.Result) == "Passed",
		Reason: aws.ToString(e.Reason), Sub: aws.ToString(e.Sub), Name: aws.ToString(e.Username), Client: aws.ToString(e.ClientId),
		IP: aws.ToString(e.IpAddress), Agent: aws.ToString(e.UserAgent), Time: aws.ToTime(e.EventDate),
	}
	if r.Name == r.Sub && e.Email != nil { // in pools whose people sign in with an address the username is the sub
		r.Name = *e.Email
	}
	return r
}

func (h *Handlers) showActivityEvent(v *visit, _ *types.UserPoolType) error {
	out, err := call[gatehouse.GetAuthEventOutput](h, v, &gatehouse.GetAuthEventInput{UserPoolId: &v.pool.ID, EventId: aws.String(v.Param("event"))})
	if err != nil {
		return err
	}
	row := activityRow(v.pool.ID, *out.Event)
	of := func(f pages.ActivityFilter) string { return activityLink(v.pool.ID, f) }
	return web.Render(v, http.StatusOK, pages.ActivityEventPage{
		ConsoleFrame: h.frame(v, "activity", row.Type, v.poolCrumbs(layout.Crumb{Label: v.t.T("console.nav.activity"), Href: of(pages.ActivityFilter{})})...),
		Row:          row, ID: aws.ToString(out.Event.EventId), OfUser: of(pages.ActivityFilter{User: row.Sub}), OfIP: of(pages.ActivityFilter{IP: row.IP}), OfClient: of(pages.ActivityFilter{Client: row.Client}),
	}.Show())
}
