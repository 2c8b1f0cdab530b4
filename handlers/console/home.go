package console

import (
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showHome(v *visit) error {
	days, other := 14, 30
	if v.QueryParam("days") == "30" {
		days, other = other, days
	}
	sum, err := call[gatehouse.GetAccountSummaryOutput](h, v, &gatehouse.GetAccountSummaryInput{Days: aws.Int32(int32(days))})
	if code, message, _ := reason(err); denied(code) {
		return h.deniedHome(v, message)
	}
	if err != nil {
		return err
	}
	attention, err := h.attention(v, sum)
	if err != nil {
		return err
	}
	recent, err := call[gatehouse.ListAuditRecordsOutput](h, v, &gatehouse.ListAuditRecordsInput{Changes: aws.Bool(true), MaxResults: aws.Int32(7)})
	if code, _, _ := reason(err); denied(code) {
		recent, err = &gatehouse.ListAuditRecordsOutput{}, nil
	}
	if err != nil {
		return err
	}
	p := pages.HomePage{
		ConsoleFrame: h.frame(v, "home", v.t.T("console.nav.home")), Attention: attention,
		Pools: aws.ToInt64(sum.UserPools), Users: aws.ToInt64(sum.Users), Chart: signInChart(v.t, sum.SignIns),
		Days: days, OtherDays: other, OtherDaysURL: paths.Link(paths.Console, "days", strconv.Itoa(other)), Activity: auditRows(recent.Records),
	}
	for _, d := range sum.SignIns {
		p.Passed, p.Failed = append(p.Passed, aws.ToInt64(d.Passed)), append(p.Failed, aws.ToInt64(d.Failed))
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// deniedHome is the page for who may not see how the account is doing: it says why, and the rest of the console is there.
func (h *Handlers) deniedHome(v *visit, message string) error {
	return web.Render(v, http.StatusOK, pages.HomePage{ConsoleFrame: h.frame(v, "home", v.t.T("console.nav.home")), Denied: message}.Show())
}

// attention is what wants doing, the gravest first.
func (h *Handlers) attention(v *visit, sum *gatehouse.GetAccountSummaryOutput) ([]pages.Check, error) {
	t := v.t
	var all []pages.Check
	add := func(when bool, tone, title, text, link, href string) {
		if when {
			all = append(all, pages.Check{Tone: tone, Title: title, Text: text, Link: link, Href: href})
		}
	}
	if err := h.rootChecks(v, add); err != nil {
		return nil, err
	}
	if err := h.failedCheck(v, add); err != nil {
		return nil, err
	}
	if err := h.installationChecks(v, add); err != nil {
		return nil, err
	}
	for _, f := range sum.FailedMessages {
		add(true, "warn", t.N("console.home.messages", int(aws.ToInt64(f.Messages))), t.T("console.home.messages.text", "Pool", aws.ToString(f.Name)),
			t.T("console.home.look"), paths.Link(paths.ConsoleOutbox, aws.ToString(f.UserPoolId), "status", "failed"))
	}
	for _, k := range sum.OldSigningKeys {
		add(true, "info", t.T("console.home.keys"), t.T("console.home.keys.text", "Pool", aws.ToString(k.Name)),
			t.T("console.home.look"), paths.Link(paths.ConsolePoolData, aws.ToString(k.UserPoolId)))
	}
	return all, nil
}

// installationChecks are for those who operate the installation; others are not told of it.
func (h *Handlers) installationChecks(v *visit, add func(when bool, tone, title, text, link, href string)) error {
	t := v.t
	i, err := call[gatehouse.DescribeInstallationOutput](h, v, &gatehouse.DescribeInstallationInput{})
	if err != nil {
		if code, _, _ := reason(err); denied(code) {
			return nil
		}
		return err
	}
	demo := aws.ToBool(i.Demo)
	add(i.DatabaseProblem != nil, "bad", t.T("console.home.database"), pages.DatabaseProblem(t, aws.ToString(i.DatabaseProblem)), t.T("console.home.look"), paths.ConsoleSettings)
	add(!aws.ToBool(i.Encrypted), "bad", t.T("console.home.plain"), t.T("console.home.plain.text"), "", "")
	h.certificateCheck(t, i.TlsExpirationDate, add)
	add(demo, "info", t.T("console.home.demo"), t.T("console.home.demo.text"), "", "")
	add(!demo && i.MailTransport == nil, "warn", t.T("console.home.mail"), t.T("console.home.mail.text"), "", "")
	add(!demo && aws.ToBool(i.SealingKeyInData), "bad", t.T("console.home.sealing"), t.T("console.home.sealing.text"), "", "")
	return nil
}

// A certificate is renewed long before its last fortnight by whatever renews it, so one that is not needs somebody.
const (
	certificateSoon = 14 * 24 * time.Hour
	certificateNow  = 3 * 24 * time.Hour
)

// certificateCheck tells of a TLS certificate that expires soon, or has.
func (h *Handlers) certificateCheck(t messages.Printer, ends *time.Time, add func(when bool, tone, title, text, link, href string)) {
	if ends == nil {
		return
	}
	left, day := ends.Sub(h.Clock()), ends.Format(t.T("console.home.certificate.layout"))
	switch {
	case left <= 0:
		add(true, "bad", t.T("console.home.certificate.over"), t.T("console.home.certificate.over.text", "Day", day), t.T("console.home.look"), paths.ConsoleSettings)
	case left < certificateNow:
		add(true, "bad", t.T("console.home.certificate"), t.T("console.home.certificate.text", "Day", day), t.T("console.home.look"), paths.ConsoleSettings)
	case left < certificateSoon:
		add(true, "warn", t.T("console.home.certificate"), t.T("console.home.certificate.text", "Day", day), t.T("console.home.look"), paths.ConsoleSettings)
	}
}

// signInChart draws sign-ins by day. Every second day has a label, so that they do not run into each other.
func signInChart(t messages.Printer, days []gatehouse.SignInDay) ui.BarChart {
	c := ui.BarChart{
		ID: "sign-ins", Title: t.T("console.home.chart"), Series: []string{t.T("console.home.series.passed"), t.T("console.home.series.failed")},
		First: t.T("console.home.day"), Table: t.T("console.home.table"),
	}
	for i, d := range days {
		at := aws.ToTime(d.Date)
		b := ui.Bar{Label: at.Format(t.T("console.home.day.layout")), Values: []int64{aws.ToInt64(d.Passed), aws.ToInt64(d.Failed)}}
		if i%(1+len(days)/14) == 0 {
			b.Short = strconv.Itoa(at.Day())
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}
