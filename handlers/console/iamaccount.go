package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountIAMAccount(r web.Routes) {
	back := h.of(func(v *visit) error { return web.SeeOther(v, paths.ConsoleIAMAccount) })
	r.GET(paths.ConsoleIAMAccount, h.of(h.showAccountSettings))
	r.GET(paths.ConsoleIAMAlias, back)
	r.POST(paths.ConsoleIAMAlias, h.fresh(h.setAlias))
	r.GET(paths.ConsoleIAMAliasDelete, h.fresh(h.showAliasDelete))
	r.POST(paths.ConsoleIAMAliasDelete, h.fresh(h.deleteAlias))
	r.GET(paths.ConsoleIAMPasswordPolicy, back)
	r.POST(paths.ConsoleIAMPasswordPolicy, h.fresh(h.changePasswordRules))
	r.GET(paths.ConsoleIAMCredentialReport, back)
	r.POST(paths.ConsoleIAMCredentialReport, h.of(h.downloadCredentialReport))
}

// iamAccount is the section of what an account chooses for itself.
const iamAccount = "account"

// typedAccount is what was typed into a form of the page and not taken, and why the report was not given.
type typedAccount struct {
	alias        string
	passwords    *pages.AccountPasswords
	reportDenied string
}

func (h *Handlers) showAccountSettings(v *visit) error {
	return h.accountSettingsPage(v, typedAccount{}, nil)
}

// accountSettingsPage shows each part that the person may read, and why not the others.
func (h *Handlers) accountSettingsPage(v *visit, typed typedAccount, problems ui.Problems) error {
	p := pages.AccountSettingsPage{
		ConsoleFrame: h.frame(v, iamSection(iamAccount), v.t.T("console.nav.iam_account"), v.iamCrumbs(iamUsers)[:1]...), Problems: problems, ID: v.account(),
		Report: pages.AccountReport{Form: v.form(paths.ConsoleIAMCredentialReport, nil), Denied: typed.reportDenied},
	}
	for _, fill := range []func(*visit, typedAccount, *pages.AccountSettingsPage) error{h.fillAlias, h.fillPasswords, h.fillSummary} {
		if err := fill(v, typed, &p); err != nil {
			return err
		}
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// fillSummary tells how much the account has, and what its root user signs in with.
func (h *Handlers) fillSummary(v *visit, _ typedAccount, p *pages.AccountSettingsPage) error {
	out, err := callIfAllowed[iam.GetAccountSummaryOutput](h, v, &iam.GetAccountSummaryInput{})
	if err != nil {
		p.Summary.Denied, err = unreadable(err)
		return err
	}
	for _, row := range []pages.AccountCount{
		{Label: v.t.T("console.nav.iam_users"), Key: "Users", Href: iamList(iamUsers)}, {Label: v.t.T("console.nav.iam_groups"), Key: "Groups", Href: iamList(iamGroups)},
		{Label: v.t.T("console.nav.iam_roles"), Key: "Roles", Href: iamList(iamRoles)}, {Label: v.t.T("console.nav.iam_policies"), Key: "Policies", Href: paths.ConsoleIAMPolicies},
		{Label: v.t.T("console.nav.iam_providers"), Key: "Providers", Href: paths.ConsoleIAMProviders}, {Label: v.t.T("console.iam.login.devices"), Key: "MFADevicesInUse"},
	} {
		row.Count, row.Quota = int64(out.SummaryMap[row.Key]), int64(out.SummaryMap[row.Key+"Quota"])
		p.Summary.Counts = append(p.Summary.Counts, row)
	}
	p.Summary.RootPassword, p.Summary.RootMFA, p.Summary.RootKeys = out.SummaryMap["AccountPasswordPresent"] > 0, out.SummaryMap["AccountMFAEnabled"] > 0, out.SummaryMap["AccountAccessKeysPresent"] > 0
	return nil
}
