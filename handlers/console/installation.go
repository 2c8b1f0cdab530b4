package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountInstallation(r web.Routes) {
	r.GET(paths.ConsoleSettings, h.of(h.showInstallation))
	r.GET(paths.ConsoleSettingsSeal, h.fresh(h.showRotateSealing))
	r.POST(paths.ConsoleSettingsSeal, h.fresh(h.rotateSealing))
	r.POST(paths.ConsoleSettingsBackup, h.of(h.startBackup))
	r.POST(paths.ConsoleSettingsPart, h.of(h.saveAuditRetention))
}

func (h *Handlers) showInstallation(v *visit) error { return h.installationPage(v, nil, nil) }

// installationPage shows all of it; kept is the section of the audit log's retention when it was sent, nil as it stands.
func (h *Handlers) installationPage(v *visit, problems ui.Problems, kept []pages.Section) error {
	installed, err := h.installed(v, problems)
	if err != nil {
		return err
	}
	sum, err := call[gatehouse.GetAccountSummaryOutput](h, v, &gatehouse.GetAccountSummaryInput{Days: aws.Int32(1)})
	if err != nil {
		return err
	}
	p := pages.InstallationPage{ConsoleFrame: h.frame(v, "settings", v.t.T("console.nav.settings")), Installed: installed}
	p.Path = paths.ConsoleSettings
	if p.Kept = kept; kept == nil {
		r, err := h.auditRetention(v)
		if err != nil {
			return err
		}
		p.Kept = sections(v, h.auditParts(v), r, aws.ToTime(r.LastModifiedDate), settingsSection)
	}
	for _, k := range sum.OldSigningKeys {
		p.OldKeys = append(p.OldKeys, pages.NamedLink{Name: aws.ToString(k.Name), Href: paths.Link(paths.ConsolePoolData, aws.ToString(k.UserPoolId))})
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// installed is what runs here; nil for an account that may not be told.
func (h *Handlers) installed(v *visit, problems ui.Problems) (*pages.Installed, error) {
	out, err := call[gatehouse.DescribeInstallationOutput](h, v, &gatehouse.DescribeInstallationInput{})
	if code, _, _ := reason(err); denied(code) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	i := &pages.Installed{
		Version: aws.ToString(out.Version), URL: aws.ToString(out.Url), Engine: aws.ToString(out.DatabaseEngine), Encrypted: aws.ToBool(out.Encrypted),
		TLS: aws.ToBool(out.TlsCertificate), Demo: aws.ToBool(out.Demo), KeyInData: aws.ToBool(out.SealingKeyInData), Mail: aws.ToString(out.MailTransport),
		SMS: aws.ToString(out.SmsTransport), Proxies: out.TrustedProxies, Started: aws.ToTime(out.StartDate), Problem: aws.ToString(out.DatabaseProblem),
		Migrations: int(aws.ToInt32(out.Migrations)), Latest: aws.ToInt64(out.LatestMigration), Pending: out.PendingMigrations,
		BackUp: v.form(paths.ConsoleSettingsBackup, problems),
	}
	for _, n := range out.Nodes {
		i.Nodes = append(i.Nodes, pages.NodeRow{Name: aws.ToString(n.Name), ID: aws.ToString(n.Id), Key: aws.ToString(n.ActiveKeyId), Started: aws.ToTime(n.StartDate), Seen: aws.ToTime(n.SeenDate)})
	}
	if err := h.sealingKeys(v, i); err != nil {
		return nil, err
	}
	return i, h.backups(v, i)
}

func (h *Handlers) sealingKeys(v *visit, i *pages.Installed) error {
	out, err := call[gatehouse.ListSealingKeysOutput](h, v, &gatehouse.ListSealingKeysInput{})
	if err != nil {
		return err
	}
	for _, k := range out.Keys {
		i.Keys = append(i.Keys, pages.SealingKeyRow{ID: aws.ToString(k.Id), Active: aws.ToBool(k.Active), Wanted: aws.ToBool(k.Wanted), InUse: aws.ToBool(k.InSettings),
			Values: aws.ToInt64(k.Values), Nodes: len(k.Nodes), Created: aws.ToTime(k.CreationDate)})
	}
	if r := out.Rotation; r != nil {
		i.Rotation = &pages.Rotation{Running: aws.ToBool(r.Running), Failure: aws.ToString(r.Failure)}
		for _, s := range r.Steps {
			i.Rotation.Steps = append(i.Rotation.Steps, pages.RotationStep{Name: aws.ToString(s.Name), Key: aws.ToString(s.KeyId), Values: aws.ToInt64(s.Values)})
		}
	}
	return nil
}

func (h *Handlers) backups(v *visit, i *pages.Installed) error {
	out, err := call[gatehouse.ListBackupsOutput](h, v, &gatehouse.ListBackupsInput{})
	if err != nil {
		return err
	}
	for _, b := range out.Backups {
		i.Backups = append(i.Backups, pages.BackupRow{Name: aws.ToString(b.Name), Path: aws.ToString(b.Path), Status: aws.ToString(b.Status),
			Size: aws.ToInt64(b.Size), Date: aws.ToTime(b.Date)})
	}
	return nil
}

func (h *Handlers) startBackup(v *visit) error {
	if err := h.proven(v); err != nil {
		return err
	}
	_, err := call[gatehouse.StartBackupOutput](h, v, &gatehouse.StartBackupInput{})
	if code, _, _ := reason(err); code == "ConflictException" {
		return h.installationPage(v, ui.Problems{{Text: v.t.T("console.ops.backup.busy")}}, nil)
	}
	if err != nil {
		return err
	}
	return v.done(paths.ConsoleSettings+"#backups", "backup_started")
}

func (h *Handlers) showRotateSealing(v *visit) error { return h.rotateSealingPage(v, nil) }

func (h *Handlers) rotateSealingPage(v *visit, problems ui.Problems) error {
	i := &pages.Installed{}
	if err := h.sealingKeys(v, i); err != nil {
		return err
	}
	out, err := call[gatehouse.DescribeInstallationOutput](h, v, &gatehouse.DescribeInstallationInput{})
	if err != nil {
		return err
	}
	p := pages.RotateSealingPage{
		ConsoleFrame: h.frame(v, "settings", v.t.T("console.ops.rotate"), layout.Crumb{Label: v.t.T("console.nav.settings"), Href: paths.ConsoleSettings}),
		Form:         v.form(paths.ConsoleSettingsSeal, problems), Back: paths.ConsoleSettings,
	}
	for _, k := range i.Keys {
		if k.Active {
			p.Active = k.ID
		}
		if k.Wanted {
			p.Wanted, p.Lacking = k.ID, max(0, len(out.Nodes)-k.Nodes)
		}
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) rotateSealing(v *visit) error {
	_, err := call[gatehouse.RotateSealingKeysOutput](h, v, &gatehouse.RotateSealingKeysInput{})
	if code, _, _ := reason(err); code == "ConflictException" {
		return h.rotateSealingPage(v, ui.Problems{{Text: v.t.T("console.ops.rotate.busy")}})
	}
	if err != nil {
		return err
	}
	return v.done(paths.ConsoleSettings+"#sealing", "sealing_rotating")
}
