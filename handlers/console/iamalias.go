package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// alias is the account's other name; "" for none.
func (h *Handlers) alias(v *visit) (string, error) {
	out, err := callIfAllowed[iam.ListAccountAliasesOutput](h, v, &iam.ListAccountAliasesInput{})
	if err != nil || len(out.AccountAliases) == 0 {
		return "", err
	}
	return out.AccountAliases[0], nil
}

// fillAlias tells the account's alias, and the address that its users sign in at, which works by the number too.
func (h *Handlers) fillAlias(v *visit, typed typedAccount, p *pages.AccountSettingsPage) (err error) {
	p.Alias.Form, p.Alias.Delete = v.form(paths.ConsoleIAMAlias, nil), paths.ConsoleIAMAliasDelete
	p.Alias.ByID = h.signInAddress(v.account())
	p.Alias.Now, err = h.alias(v)
	if err != nil {
		p.Alias.Denied, err = unreadable(err)
	}
	if p.Alias.Typed = p.Alias.Now; p.Alias.Now != "" {
		p.Alias.ByAlias = h.signInAddress(p.Alias.Now)
	}
	if typed.alias != "" {
		p.Alias.Typed = typed.alias
	}
	return err
}

func (h *Handlers) signInAddress(account string) string {
	return h.URL + paths.Link(paths.ConsoleSignInURL, "account", account)
}

// setAlias gives the account an alias, in the place of the one that it has.
func (h *Handlers) setAlias(v *visit) error {
	typed := typedAccount{alias: v.typed("alias")}
	if typed.alias == "" {
		return h.accountSettingsPage(v, typed, ui.Problems{{Field: "alias", Text: v.t.T("console.account.alias.missing")}})
	}
	err := only(call[iam.CreateAccountAliasOutput](h, v, &iam.CreateAccountAliasInput{AccountAlias: &typed.alias}))
	if problems, ok := v.refused(err, "alias"); ok {
		if code, _, _ := reason(err); code == "ValidationError" {
			problems[0].Text = v.t.T("console.account.alias.wrong")
		}
		return h.accountSettingsPage(v, typed, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.ConsoleIAMAccount, "alias_set")
}

func (h *Handlers) showAliasDelete(v *visit) error { return h.aliasDeletePage(v, nil) }

// aliasDeletePage asks first: the address that people know goes with the alias.
func (h *Handlers) aliasDeletePage(v *visit, problems ui.Problems) error {
	alias, err := h.alias(v)
	if err != nil {
		return err
	}
	if alias == "" {
		return web.ErrNotFound
	}
	heading := v.t.T("console.account.alias.delete")
	return web.Render(v, http.StatusOK, pages.DeletePage{
		ConsoleFrame: h.frame(v, iamSection(iamAccount), heading, append(v.iamCrumbs(iamUsers)[:1], layout.Crumb{Label: v.t.T("console.nav.iam_account"), Href: paths.ConsoleIAMAccount})...),
		Form:         v.form(paths.ConsoleIAMAliasDelete, problems), Heading: heading, Text: v.t.T("console.account.alias.delete.text", "Address", h.signInAddress(alias)), Name: alias, Back: paths.ConsoleIAMAccount,
	}.Show())
}

// deleteAlias deletes the alias that was typed, which is the account's own or none.
func (h *Handlers) deleteAlias(v *visit) error {
	alias, err := h.alias(v)
	if err != nil {
		return err
	}
	if problems := v.mistyped(alias); problems != nil {
		return h.aliasDeletePage(v, problems)
	}
	err = only(call[iam.DeleteAccountAliasOutput](h, v, &iam.DeleteAccountAliasInput{AccountAlias: &alias}))
	if problems, ok := v.refused(err, ""); ok {
		return h.aliasDeletePage(v, problems)
	}
	if err != nil {
		return err
	}
	return v.done(paths.ConsoleIAMAccount, "alias_deleted")
}
