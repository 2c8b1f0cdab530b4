package main

import (
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func userStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	list := console.UsersPage{ConsoleFrame: inPool(f, "users", t.T("console.nav.users")), Form: ui.Form{Action: "#"}, Here: "#", Clear: "#", Export: "#", Bulk: "#", All: "#", New: "#", Jobs: "#",
		First: console.UsersColumn{Label: t.T("console.users.who"), Sort: "#", Sorted: "ascending"}, Attributes: []string{"username", "sub", "email", "custom:team"}}
	for _, c := range []string{"email", "status", "mfa", "created", "seen"} {
		list.Columns = append(list.Columns, console.UsersColumn{Name: c, Label: t.T("console.users.column." + c), Shown: c != "seen"})
	}
	full, narrowed, none, stopped, wrong := list, list, list, list, list
	full.Estimated, full.Views, full.Indexing = 48210, []console.SavedView{{Name: "Locked out", Href: "#"}}, true
	full.Next, full.PrevPage, full.FirstPage, full.Last = "#", "#", "#", "#"
	for i, name := range []string{"amara.okafor@example.com", "jürgen.groß@example.com", strings.Repeat("donaudampfschifffahrt", 5)} {
		full.Rows = append(full.Rows, console.UserRow{Sub: name, Name: name, Second: "Amara Okafor", Href: "#", Status: []string{"CONFIRMED", "UNCONFIRMED", "FORCE_CHANGE_PASSWORD"}[i], Enabled: i > 0, TOTP: i == 0,
			Cells: []console.UserCell{{Text: name}, {Kind: "status"}, {Kind: "mfa"}, {Kind: "time", Time: sampleTime}}})
	}
	narrowed.Rows = full.Rows[:1]
	narrowed.Filter = console.UsersFilter{Text: "amara", MFA: "TOTP", Where: []console.UsersCondition{{Name: "custom:team", Op: "^=", Value: "no", Without: "#"}}}
	none.Filter, stopped.Filter, stopped.Stopped, stopped.Next = narrowed.Filter, narrowed.Filter, true, "#"
	wrong.Filter.Since, wrong.Refused = "yesterday", ui.Problems{{Field: "since", Text: t.T("console.users.since.wrong")}}
	return map[string]templ.Component{
		"console-users/empty":    list.Show(),
		"console-users/some":     full.Show(),
		"console-users/narrowed": narrowed.Show(),
		"console-users/none":     none.Show(),
		"console-users/stopped":  stopped.Show(),
		"console-users/wrong":    wrong.Show(),
	}
}

func bulkStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	ask := console.BulkPage{ConsoleFrame: inPool(f, "users", t.T("console.bulk.heading")), Form: ui.Form{Action: "#"}, Users: []string{"a", "b"}, Choose: "#", Back: "#"}
	choose, group, deletion, all := ask, ask, ask, ask
	ask.Act, group.Act, deletion.Act, all.Act = "Disable", "AddToGroup", "Delete", "Delete"
	group.Groups, group.Problems = []string{"staff"}, ui.Problems{{Field: "group_name", Text: "Group not found."}}
	deletion.Problems = ui.Problems{{Field: "confirm", Text: t.T("console.bulk.miscounted")}}
	all.All, all.Filter = true, console.UsersFilter{Text: "amara", Status: "UNCONFIRMED"}
	job := console.UserJob{ID: "0197a3c4", Act: "Disable", Status: "RUNNING", Who: "root", Total: 412, Done: 180, Failed: 1, Started: sampleTime, Href: "#", Records: "#"}
	running := console.UserJobPage{ConsoleFrame: inPool(f, "users", t.T("console.users.act.Disable")), Form: ui.Form{Action: "#"}, Job: job, Users: "#", Next: "#", Still: true,
		Results: []console.JobResult{{Name: "amara", Status: "DONE", Href: "#"}, {Name: "ben", Status: "FAILED", Reason: "UserNotFoundException: User does not exist.", Href: "#"}, {Name: "chen", Status: "WAITING", Href: "#"}}}
	gathering, waiting, over := running, running, running
	gathering.Job.Status, gathering.Results, gathering.Still = "GATHERING", nil, false
	waiting.Job.Status, waiting.Job.Act, waiting.Problems = "WAITING", "Delete", deletion.Problems
	over.Job.Status, over.Job.Done = "COMPLETED", 411
	jobs := console.UserJobsPage{ConsoleFrame: inPool(f, "users", t.T("console.jobs")), Users: "#"}
	some := jobs
	some.Jobs, some.Next = []console.UserJob{job, waiting.Job, over.Job}, "#"
	return map[string]templ.Component{
		"console-bulk/choose":    choose.Show(),
		"console-bulk/ask":       ask.Show(),
		"console-bulk/group":     group.Show(),
		"console-bulk/delete":    deletion.Show(),
		"console-bulk/all":       all.Show(),
		"console-job/gathering":  gathering.Show(),
		"console-job/waiting":    waiting.Show(),
		"console-job/running":    running.Show(),
		"console-job/over":       over.Show(),
		"console-job/list":       some.Show(),
		"console-job/list-empty": jobs.Show(),
	}
}
