package main

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func homeStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	start := console.HomePage{ConsoleFrame: inAccount(f, "home", t.T("console.nav.home")), Days: 14, OtherDays: 30, OtherDaysURL: "#"}
	start.Attention = []console.Check{
		{Tone: "bad", Title: t.T("console.home.mfa"), Text: t.T("console.home.mfa.text"), Link: t.T("console.home.setup"), Href: "#"},
		{Tone: "info", Title: t.T("console.home.demo"), Text: t.T("console.home.demo.text")},
	}
	start.Chart = sampleChart(f, 14)
	busy := start
	busy.Attention = append(busy.Attention[:2:2],
		console.Check{Tone: "warn", Title: t.N("console.home.messages", 12), Text: t.T("console.home.messages.text", "Pool", strings.Repeat("Lumen", 8)), Link: t.T("console.home.look"), Href: "#"})
	busy.Pools, busy.Users = 3, 48210
	for _, b := range busy.Chart.Bars {
		busy.Passed, busy.Failed = append(busy.Passed, b.Values[0]), append(busy.Failed, b.Values[1])
	}
	for i, op := range []string{"UpdateUserPool", "AdminCreateUser", "DeleteUserPool"} {
		row := console.AuditRow{Href: "#", Operation: op, Who: "root", Time: sampleTime}
		if i == 2 {
			row.Error = "AccessDenied"
		}
		busy.Activity = append(busy.Activity, row)
	}
	calm := busy
	calm.Attention, calm.Activity, calm.Chart = nil, nil, sampleChart(f, 30)
	return map[string]templ.Component{
		"console-home/start": start.Show(),
		"console-home/busy":  busy.Show(),
		"console-home/calm":  calm.Show(),
	}
}

func sampleChart(f layout.ConsoleFrame, days int) ui.BarChart {
	t := f.T
	c := ui.BarChart{ID: "sign-ins", Title: t.T("console.home.chart"), Series: []string{t.T("console.home.series.passed"), t.T("console.home.series.failed")},
		First: t.T("console.home.day"), Table: t.T("console.home.table")}
	for i := range days {
		b := ui.Bar{Label: sampleTime.AddDate(0, 0, i).Format(t.T("console.home.day.layout")), Values: []int64{int64(1900 + 37*i*(i%5)), int64(90 + 40*(i%4))}}
		if i%(1+days/14) == 0 {
			b.Short = strconv.Itoa(sampleTime.AddDate(0, 0, i).Day())
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}
