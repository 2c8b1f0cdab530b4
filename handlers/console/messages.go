package console

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/messages"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountMessages(r web.Routes) {
	r.GET(paths.ConsoleMessages, h.of(h.ofPool(h.showMessages)))
	r.POST(paths.ConsoleMessagesSection, h.of(h.ofPool(h.saveSender)))
	r.GET(paths.ConsoleMessageTemplate, h.of(h.ofPool(h.showMessageTemplate)))
	r.POST(paths.ConsoleMessageTemplate, h.of(h.ofPool(h.saveMessageTemplate)))
	r.GET(paths.ConsoleMessagePreview, h.of(h.ofPool(h.previewMessage)))
	r.POST(paths.ConsoleMessagePreview, h.of(h.ofPool(h.previewMessage)))
	r.POST(paths.ConsoleMessageTest, h.of(h.ofPool(h.sendTestMessage)))
	r.GET(paths.ConsoleOutbox, h.of(h.ofPool(h.showOutbox)))
	r.GET(paths.ConsoleOutboxMessage, h.of(h.ofPool(h.showOutboxMessage)))
	r.POST(paths.ConsoleOutboxRetry, h.of(h.ofPool(h.retryMessage)))
}

// messageText is a text of pools: what it is of, and where it stands in a pool's settings.
type messageText struct {
	id, kind, option string // kind and option as PreviewMessage has them
	in               func(*idp.UpdateUserPoolInput) ownTexts
}

// ownTexts are where the texts of an update stand; nil where there is none of that medium.
type ownTexts struct{ subject, body, sms **string }

// messageTexts are all, in the order of the page.
var messageTexts = []messageText{
	{"verification", "SignUp", "CONFIRM_WITH_CODE", func(in *idp.UpdateUserPoolInput) ownTexts {
		t := in.VerificationMessageTemplate
		return ownTexts{&t.EmailSubject, &t.EmailMessage, &t.SmsMessage}
	}},
	{"link", "SignUp", "CONFIRM_WITH_LINK", func(in *idp.UpdateUserPoolInput) ownTexts {
		t := in.VerificationMessageTemplate
		return ownTexts{subject: &t.EmailSubjectByLink, body: &t.EmailMessageByLink}
	}},
	{"invitation", "AdminCreateUser", "", func(in *idp.UpdateUserPoolInput) ownTexts {
		t := in.AdminCreateUserConfig.InviteMessageTemplate
		return ownTexts{&t.EmailSubject, &t.EmailMessage, &t.SMSMessage}
	}},
	{"authentication", "Authentication", "", func(in *idp.UpdateUserPoolInput) ownTexts {
		return ownTexts{sms: &in.SmsAuthenticationMessage}
	}},
}

// textsOf is an update of a pool in which every text has its place. The verification texts' older names are left
// out: what stands there would come back where the template's own is taken away.
func textsOf(p *types.UserPoolType) *idp.UpdateUserPoolInput {
	in := wholePool(p)
	in.EmailVerificationMessage, in.EmailVerificationSubject, in.SmsVerificationMessage = nil, nil, nil
	verification, admin, invitation := types.VerificationMessageTemplateType{}, types.AdminCreateUserConfigType{}, types.MessageTemplateType{}
	if in.VerificationMessageTemplate != nil {
		verification = *in.VerificationMessageTemplate
	}
	if in.AdminCreateUserConfig != nil {
		admin = *in.AdminCreateUserConfig
	}
	if admin.InviteMessageTemplate != nil {
		invitation = *admin.InviteMessageTemplate
	}
	admin.InviteMessageTemplate = &invitation
	in.VerificationMessageTemplate, in.AdminCreateUserConfig = &verification, &admin
	return in
}

// describeText names a text, says what it is for, and why nothing is sent of it.
func describeText(t messages.Printer, id string) (name, about, unused string) {
	switch id {
	case "verification":
		return t.T("console.messages.verification"), t.T("console.messages.verification.about"), ""
	case "link":
		return t.T("console.messages.link"), t.T("console.messages.link.about"), ""
	case "invitation":
		return t.T("console.messages.invitation"), t.T("console.messages.invitation.about"), ""
	}
	return t.T("console.messages.authentication"), t.T("console.messages.authentication.about"), t.T("console.messages.authentication.unused")
}

func (h *Handlers) showMessages(v *visit, pool *types.UserPoolType) error {
	return h.messagesPage(v, pool, sections(v, []part[*types.UserPoolType]{h.senderPart(v)}, pool, aws.ToTime(pool.LastModifiedDate), v.messagesSection))
}

func (v *visit) messagesSection(id string) string {
	return paths.Link(paths.ConsoleMessagesSection, v.pool.ID, id)
}

func (h *Handlers) messagesPage(v *visit, pool *types.UserPoolType, all []pages.Section) error {
	ways, err := call[gatehouse.DescribeMessageDeliveryOutput](h, v, &gatehouse.DescribeMessageDeliveryInput{UserPoolId: pool.Id})
	if err != nil {
		return err
	}
	all[0].Reload = paths.Link(paths.ConsoleMessages, v.pool.ID) + "#" + all[0].ID
	p := pages.MessagesPage{
		ConsoleFrame: h.frame(v, "messages", v.t.T("console.nav.messages"), v.poolCrumbs()...),
		Email:        aws.ToString(ways.Email), SMS: aws.ToString(ways.Sms), From: aws.ToString(ways.From),
		Sender: all[0], Outbox: paths.Link(paths.ConsoleOutbox, v.pool.ID),
	}
	in := textsOf(pool)
	for _, x := range messageTexts {
		own := x.in(in)
		name, about, _ := describeText(v.t, x.id)
		p.Texts = append(p.Texts, pages.MessageText{
			Name: name, About: about, Href: paths.Link(paths.ConsoleMessageTemplate, v.pool.ID, x.id), Mail: whose(own.subject, own.body), SMS: whose(own.sms),
		})
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// whose tells whether a text is the pool's own: one of its parts is enough.
func whose(parts ...**string) string {
	state := ""
	for _, p := range parts {
		switch {
		case p == nil:
		case aws.ToString(*p) != "":
			return "own"
		default:
			state = "default"
		}
	}
	return state
}

func (h *Handlers) senderPart(v *visit) part[*types.UserPoolType] {
	t := v.t
	return part[*types.UserPoolType]{
		id: "sender", title: t.T("console.messages.sender"),
		fields: func(p *types.UserPoolType) []pages.Setting {
			mail := p.EmailConfiguration
			return []pages.Setting{
				{Name: "from", Label: t.T("console.messages.from"), Hint: t.T("console.messages.from.hint"), Optional: true, Values: given(mail.From)},
				{Name: "reply", Label: t.T("console.messages.reply"), Hint: t.T("console.messages.reply.hint"), Optional: true, Values: given(mail.ReplyToEmailAddress)},
				{Name: "option", Label: t.T("console.messages.option"), Kind: pages.One, Options: pages.EmailOptions(t), Values: []string{string(p.VerificationMessageTemplate.DefaultEmailOption)}},
			}
		},
		save: func(p *types.UserPoolType, x formValues) error {
			in := textsOf(p)
			mail := *p.EmailConfiguration
			mail.From, mail.ReplyToEmailAddress = some(x.text("from")), some(x.text("reply"))
			in.EmailConfiguration = &mail
			in.VerificationMessageTemplate.DefaultEmailOption = types.DefaultEmailOptionType(x.text("option"))
			_, err := call[idp.UpdateUserPoolOutput](h, v, in)
			return err
		},
	}
}

// given is a text that may be missing as the values of a setting.
func given(s *string) []string {
	if aws.ToString(s) == "" {
		return nil
	}
	return []string{*s}
}

func (h *Handlers) saveSender(v *visit, pool *types.UserPoolType) error {
	all, err := saveSection(v, []part[*types.UserPoolType]{h.senderPart(v)}, pool, aws.ToTime(pool.LastModifiedDate), v.messagesSection)
	if err != nil {
		return err
	}
	if all != nil {
		return h.messagesPage(v, pool, all)
	}
	return v.done(paths.Link(paths.ConsoleMessages, v.pool.ID), "settings_saved")
}
