package main

import (
	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func installationStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	const active, wanted = "k_7f3a9c21", "k_0b55d1e8"
	form := ui.Form{Action: "#"}
	installed := console.Installed{
		Version: "v1.2.3", URL: "https://id.example.com", Engine: "postgres", Encrypted: true, Mail: "smtps://mail.example.com:465", Proxies: []string{"10.0.0.0/8", "2001:db8::/32"},
		Started: sampleTime, Migrations: 28, Latest: 144, BackUp: form,
		Nodes: []console.NodeRow{{Name: "gatehouse-0", ID: "5f0c2d61b79f0c2d", Key: active, Seen: sampleTime}, {Name: "gatehouse-1", ID: "aa0c2d61b79f0c2e", Key: active, Seen: sampleTime}},
		Keys:  []console.SealingKeyRow{{ID: active, Active: true, InUse: true, Values: 48210, Nodes: 2, Created: sampleTime}, {ID: wanted, Wanted: true, InUse: true, Nodes: 1}},
		Backups: []console.BackupRow{
			{Name: "gatehouse-20230827-093000.000.backup", Status: "Running", Date: sampleTime}, {Name: "gatehouse-20230826-093000.000.backup", Status: "Completed", Size: 7340032, Date: sampleTime},
			{Name: "gatehouse-20230825-093000.000.backup", Status: "Failed", Date: sampleTime},
		},
	}
	healthy := console.InstallationPage{ConsoleFrame: inAccount(f, "settings", t.T("console.nav.settings")), Installed: &installed}
	keep := console.Section{Form: form, ID: "retention", Title: t.T("console.keep.audit"), About: t.T("console.keep.audit.about"), Reload: "#",
		Settings: []console.Setting{{Name: "days", Label: t.T("console.keep.audit.days"), Hint: t.T("console.keep.audit.hint"), Kind: console.Number, Values: []string{"3650"}}}}
	healthy.Kept = []console.Section{keep}
	trouble, other := healthy, healthy
	bad := installed
	bad.URL, bad.Encrypted, bad.Engine, bad.Mail, bad.Proxies, bad.KeyInData = "http://id.example.com", false, "sqlite", "", nil, true
	bad.Problem, bad.Pending, bad.Backups = "MigrationsPending", []int64{143, 144}, nil
	bad.BackUp = ui.Form{Action: "#", Problems: ui.Problems{{Text: t.T("console.ops.backup.busy")}}}
	bad.Keys = append(bad.Keys, console.SealingKeyRow{ID: "k_lost", Values: 3})
	bad.Rotation = &console.Rotation{Failure: "ValuesUnreadable", Steps: []console.RotationStep{{Name: "KeyActivated", Key: wanted}, {Name: "AwaitingNodes"}, {Name: "ValuesSealed", Values: 12}}}
	trouble.Installed, trouble.OldKeys = &bad, []console.NamedLink{{Name: "Lumen customers", Href: "#"}}
	other.Installed = nil
	low := keep
	low.Problems = ui.Problems{{Field: "days", Text: t.T("console.settings.range", "Label", t.T("console.keep.audit.days"), "Min", 90, "Max", 3650)}}
	other.Kept = []console.Section{low}
	running := installed
	running.Rotation = &console.Rotation{Running: true, Steps: bad.Rotation.Steps[:1]}
	busy := healthy
	busy.Installed, busy.Done = &running, t.T("console.done.sealing_rotating")
	ask := console.RotateSealingPage{ConsoleFrame: inAccount(f, "settings", t.T("console.ops.rotate")), Form: form, Active: active, Wanted: wanted, Lacking: 1, Back: "#"}
	same := ask
	same.Wanted, same.Lacking = active, 0
	same.Form = ui.Form{Action: "#", Problems: ui.Problems{{Text: t.T("console.ops.rotate.busy")}}}
	return map[string]templ.Component{
		"console-settings/healthy":  healthy.Show(),
		"console-settings/trouble":  trouble.Show(),
		"console-settings/rotating": busy.Show(),
		"console-settings/account":  other.Show(),
		"console-settings/rotate":   ask.Show(),
		"console-settings/same-key": same.Show(),
	}
}
