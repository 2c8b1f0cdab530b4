package console

import (
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
)

// Mediums are how messages go.
func Mediums(t messages.Printer) []ui.Option {
	return []ui.Option{{Value: "EMAIL", Label: t.T("console.messages.email")}, {Value: "SMS", Label: t.T("console.messages.sms")}}
}

// MessageStates are where a message can be.
func MessageStates(t messages.Printer) []ui.Option {
	return []ui.Option{
		{Value: "queued", Label: t.T("console.outbox.queued")}, {Value: "sent", Label: t.T("console.outbox.sent")},
		{Value: "failed", Label: t.T("console.outbox.failed")}, {Value: "expired", Label: t.T("console.outbox.expired")},
	}
}

// MessageKinds are why messages are sent.
func MessageKinds(t messages.Printer) []ui.Option {
	return []ui.Option{
		{Value: "SignUp", Label: t.T("console.outbox.kind_signup")}, {Value: "ResendCode", Label: t.T("console.outbox.kind_resend")},
		{Value: "ForgotPassword", Label: t.T("console.outbox.kind_forgot")}, {Value: "VerifyUserAttribute", Label: t.T("console.outbox.kind_verify")},
		{Value: "UpdateUserAttribute", Label: t.T("console.outbox.kind_update")}, {Value: "AdminCreateUser", Label: t.T("console.outbox.kind_invite")},
		{Value: "Authentication", Label: t.T("console.outbox.kind_auth")}, {Value: "TestMessage", Label: t.T("console.outbox.kind_test")},
	}
}

// EmailOptions are how a sign-up is confirmed by mail.
func EmailOptions(t messages.Printer) []ui.Option {
	return []ui.Option{
		{Value: "CONFIRM_WITH_CODE", Label: t.T("console.messages.with_code"), Hint: t.T("console.messages.with_code.hint")},
		{Value: "CONFIRM_WITH_LINK", Label: t.T("console.messages.with_link"), Hint: t.T("console.messages.with_link.hint")},
	}
}

// Placeholders are what a text can hold; a link has words of its own in place of a code.
func Placeholders(t messages.Printer, link bool, code string) []Placeholder {
	first := Placeholder{"{####}", code}
	if link {
		first = Placeholder{"{##" + t.T("console.messages.link.words") + "##}", t.T("console.messages.link.meaning")}
	}
	return []Placeholder{first, {"{username}", t.T("console.messages.username")}}
}

// labelOf is an option's label; the value itself where there is none.
func labelOf(options []ui.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}
