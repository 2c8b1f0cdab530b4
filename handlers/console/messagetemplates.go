package console

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// textOfPath is the text that the path names.
func (v *visit) textOfPath() (messageText, error) {
	for _, x := range messageTexts {
		if x.id == v.Param("section") {
			return x, nil
		}
	}
	return messageText{}, web.ErrNotFound
}

// mediums are those that a text is written for.
func (x messageText) mediums() (out []string) {
	own := x.in(textsOf(&types.UserPoolType{}))
	if own.body != nil {
		out = append(out, "EMAIL")
	}
	if own.sms != nil {
		out = append(out, "SMS")
	}
	return out
}

func (v *visit) messageTemplate(id string) string {
	return paths.Link(paths.ConsoleMessageTemplate, v.pool.ID, id)
}

// textPart is a text as a section of settings.
func (h *Handlers) textPart(v *visit, x messageText) part[*types.UserPoolType] {
	t := v.t
	name, about, _ := describeText(t, x.id)
	return part[*types.UserPoolType]{
		id: x.id, title: name, about: about,
		fields: func(p *types.UserPoolType) (out []pages.Setting) {
			own := x.in(textsOf(p))
			if own.body != nil {
				out = append(out,
					pages.Setting{Name: "subject", Label: t.T("console.messages.subject"), Hint: t.T("console.messages.subject.hint"), Optional: true, Values: given(*own.subject)},
					pages.Setting{Name: "body", Label: t.T("console.messages.body"), Hint: t.T("console.messages.body.hint"), Kind: pages.Body, Values: given(*own.body)})
			}
			if own.sms != nil {
				out = append(out, pages.Setting{Name: "sms", Label: t.T("console.messages.sms_text"), Hint: t.T("console.messages.sms_text.hint"), Optional: true, Values: given(*own.sms)})
			}
			return out
		},
		save: func(p *types.UserPoolType, m formValues) error {
			in := textsOf(p)
			own := x.in(in)
			if own.body != nil {
				*own.subject, *own.body = some(m.text("subject")), some(m.text("body"))
			}
			if own.sms != nil {
				*own.sms = some(m.text("sms"))
			}
			_, err := call[idp.UpdateUserPoolOutput](h, v, in)
			return err
		},
	}
}

func (h *Handlers) showMessageTemplate(v *visit, pool *types.UserPoolType) error {
	x, err := v.textOfPath()
	if err != nil {
		return err
	}
	return h.messageTemplatePage(v, pool, x, nil, pages.MessageTemplatePage{})
}

// messageTemplatePage shows a text as section has it, as it stands where that is nil; p brings the test that was refused.
func (h *Handlers) messageTemplatePage(v *visit, pool *types.UserPoolType, x messageText, section *pages.Section, p pages.MessageTemplatePage) error {
	if section == nil {
		section = &sections(v, []part[*types.UserPoolType]{h.textPart(v, x)}, pool, aws.ToTime(pool.LastModifiedDate), v.messageTemplate)[0]
	}
	ways, err := call[gatehouse.DescribeMessageDeliveryOutput](h, v, &gatehouse.DescribeMessageDeliveryInput{UserPoolId: pool.Id})
	if err != nil {
		return err
	}
	section.Reload = v.messageTemplate(x.id)
	name, about, unused := describeText(v.t, x.id)
	p.ConsoleFrame = h.frame(v, "messages", name, v.poolCrumbs(layout.Crumb{Label: v.t.T("console.nav.messages"), Href: paths.Link(paths.ConsoleMessages, v.pool.ID)})...)
	p.About, p.Unused, p.Text = about, unused, *section
	p.Placeholders = pages.Placeholders(v.t, x.id == "link", v.t.T("console.messages.code"))
	if x.id == "invitation" {
		p.Placeholders = pages.Placeholders(v.t, false, v.t.T("console.messages.password"))
	}
	preview := func(as string) string { return paths.Link(paths.ConsoleMessagePreview, v.pool.ID, x.id, "as", as) }
	p.Test.Action, p.Test.Hidden = paths.Link(paths.ConsoleMessageTest, v.pool.ID, x.id), v.form("", nil).Hidden
	for _, m := range x.mediums() {
		if m == "EMAIL" {
			p.Views = append(p.Views, pages.NamedLink{Name: v.t.T("console.messages.light"), Href: preview("light")},
				pages.NamedLink{Name: v.t.T("console.messages.dark"), Href: preview("dark")}, pages.NamedLink{Name: v.t.T("console.messages.plain"), Href: preview("plain")})
			p.Email = aws.ToString(ways.Email)
		} else {
			p.Views, p.SMS = append(p.Views, pages.NamedLink{Name: v.t.T("console.messages.sms"), Href: preview("sms")}), aws.ToString(ways.Sms)
		}
		for _, o := range pages.Mediums(v.t) {
			if o.Value == m {
				p.Mediums = append(p.Mediums, o)
			}
		}
	}
	p.Preview = p.Views[0].Href
	if p.Medium == "" {
		p.Medium = p.Mediums[0].Value
	}
	web.AllowFrames(v)
	return web.Render(v, http.StatusOK, p.Show())
}

func (h *Handlers) saveMessageTemplate(v *visit, pool *types.UserPoolType) error {
	x, err := v.textOfPath()
	if err != nil {
		return err
	}
	parts := []part[*types.UserPoolType]{h.textPart(v, x)}
	if problems := h.textProblems(v, x); problems != nil {
		s := sections(v, parts, pool, aws.ToTime(pool.LastModifiedDate), v.messageTemplate)[0]
		_, s.Settings, _ = v.readSettings(s.Settings)
		s.Problems = problems
		s.Hidden[len(s.Hidden)-1].Value = v.posted("seen") // what it was read from, not what stands there now
		return h.messageTemplatePage(v, pool, x, &s, pages.MessageTemplatePage{})
	}
	all, err := saveSection(v, parts, pool, aws.ToTime(pool.LastModifiedDate), v.messageTemplate)
	if err != nil {
		return err
	}
	if all != nil {
		return h.messageTemplatePage(v, pool, x, &all[0], pages.MessageTemplatePage{})
	}
	return v.done(v.messageTemplate(x.id), "settings_saved")
}

// textProblems tries what is typed, so that what is wrong is said at its field. What cannot be tried, the save judges.
func (h *Handlers) textProblems(v *visit, x messageText) (problems ui.Problems) {
	for _, m := range x.mediums() {
		field := "body"
		if m == "SMS" {
			field = "sms"
		}
		_, err := call[gatehouse.PreviewMessageOutput](h, v, v.draft(x, m))
		if code, message, ok := reason(err); ok && code == "InvalidParameterException" {
			if strings.Contains(message, "subject") {
				field = "subject"
			}
			problems = append(problems, ui.Problem{Field: field, Text: message})
		}
	}
	return problems
}

// draft is a text by a medium as it is typed.
func (v *visit) draft(x messageText, medium string) *gatehouse.PreviewMessageInput {
	in := v.saved(x, medium)
	if medium == "SMS" {
		in.Body = aws.String(v.typed("sms"))
		return in
	}
	in.Subject, in.Body = aws.String(v.typed("subject")), aws.String(strings.Join(v.text("body"), ""))
	return in
}

// saved is a text by a medium as it stands. Default texts show in the language of the console.
func (v *visit) saved(x messageText, medium string) *gatehouse.PreviewMessageInput {
	return &gatehouse.PreviewMessageInput{UserPoolId: &v.pool.ID, Kind: aws.String(x.kind), DeliveryMedium: &medium, EmailOption: some(x.option), Locale: &v.t.Lang}
}

// previewMessage answers the frame of the page: what is typed when it is posted, else what is saved. The document is
// whatever the administrators of the pool wrote.
func (h *Handlers) previewMessage(v *visit, _ *types.UserPoolType) error {
	x, err := v.textOfPath()
	if err != nil {
		return err
	}
	as, medium := v.QueryParam("as"), "EMAIL"
	if as == "sms" {
		medium = "SMS"
	}
	in := v.saved(x, medium)
	if v.Request().Method == http.MethodPost {
		in = v.draft(x, medium)
	}
	out, err := call[gatehouse.PreviewMessageOutput](h, v, in)
	if problems, ok := v.refused(err, ""); ok {
		return web.Sandboxed(v, http.StatusBadRequest, "text/plain", problems[0].Text)
	}
	if err != nil {
		return err
	}
	switch as {
	case "light", "dark":
		return web.Sandboxed(v, http.StatusOK, "text/html", aws.ToString(out.Html)+"<style>:root{color-scheme:"+as+"}</style>")
	case "sms":
		return web.Sandboxed(v, http.StatusOK, "text/plain", aws.ToString(out.Text))
	}
	return web.Sandboxed(v, http.StatusOK, "text/plain", plainMail(out))
}

// plainMail is a mail with its head, for people.
func plainMail(m *gatehouse.PreviewMessageOutput) string {
	var b strings.Builder
	for _, x := range []struct {
		name  string
		value *string
	}{{"From", m.From}, {"Reply-To", m.ReplyTo}, {"Subject", m.Subject}} {
		if x.value != nil {
			b.WriteString(x.name + ": " + *x.value + "\n")
		}
	}
	return b.String() + "\n" + aws.ToString(m.Text)
}

func (h *Handlers) sendTestMessage(v *visit, pool *types.UserPoolType) error {
	x, err := v.textOfPath()
	if err != nil {
		return err
	}
	s := v.saved(x, v.posted("medium"))
	_, err = call[gatehouse.SendTestMessageOutput](h, v, &gatehouse.SendTestMessageInput{UserPoolId: s.UserPoolId, Kind: s.Kind, DeliveryMedium: s.DeliveryMedium,
		EmailOption: s.EmailOption, Locale: s.Locale, Destination: aws.String(v.typed("destination"))})
	if problems, ok := v.refused(err, "destination"); ok {
		return h.messageTemplatePage(v, pool, x, nil, pages.MessageTemplatePage{Test: ui.Form{Problems: problems}, Medium: v.posted("medium"), To: v.typed("destination")})
	}
	if err != nil {
		return err
	}
	return v.done(v.messageTemplate(x.id), "test_sent")
}
