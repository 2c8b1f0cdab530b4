package messages

import "gatehouse/internal/notify"

// Mail is the default text of a message in the language of a user's locale attribute; ok is false for
// English, whose texts are Cognito's to the letter, and for kinds that have none here.
func (c *Catalogue) Mail(locale string, k notify.Kind, byLink bool) (t notify.Text, ok bool) {
	p := c.Printer(locale)
	if p.Lang == "en" {
		return notify.Text{}, false
	}
	if byLink {
		return notify.Text{Subject: p.T("mail.link.subject"), Body: p.T("mail.link.body", "Link", "{##"+p.T("mail.link.words")+"##}")}, true
	}
	switch k {
	case notify.ForgotPassword:
		return notify.Text{Subject: p.T("mail.recovery.subject"), Body: p.T("mail.recovery.body", "Pool", "{pool}", "Code", "{####}")}, true
	case notify.SignUp, notify.ResendCode, notify.VerifyAttribute, notify.UpdateAttribute:
		return notify.Text{Subject: p.T("mail.code.subject"), Body: p.T("mail.code.body", "Code", "{####}")}, true
	case notify.AdminCreateUser:
		return notify.Text{Subject: p.T("mail.invite.subject"), Body: p.T("mail.invite.body", "Pool", "{pool}", "Username", "{username}", "Code", "{####}")}, true
	case notify.Authentication:
		return notify.Text{Subject: p.T("mail.auth.subject"), Body: p.T("mail.auth.body", "Code", "{####}")}, true
	}
	return notify.Text{}, false
}
