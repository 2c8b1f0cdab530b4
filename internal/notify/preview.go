package notify

import "gatehouse/internal/fault"

// ErrNoOwnText is for a text where the pool can have none of its own.
var ErrNoOwnText = fault.New("ValidationException", "Messages of this kind and medium have no such text of the pool's own.")

// Preview is a message as it would be sent now.
type Preview struct{ From, ReplyTo, Subject, Text, HTML string }

// Preview fills a message in as Enqueue would. For text messages all but Text is empty.
func (o *Outbox) Preview(m Message) Preview {
	var p Preview
	if p.Subject, p.Text, p.HTML = render(m, o.Localize); m.Channel == Email {
		if p.From, p.ReplyTo = m.Texts.From, m.Texts.ReplyTo; p.From == "" {
			p.From = o.From
		}
	}
	return p
}

// Draft puts other texts in place of the pool's own, to see how they would do; nil leaves one as it is, "" takes the
// default. Errors: ErrNoOwnText, and those of userpool.Messages.Check.
func (m *Message) Draft(subject, body *string) error {
	ownSubject, ownBody := m.own()
	if subject != nil && ownSubject == nil || body != nil && ownBody == nil {
		return ErrNoOwnText
	}
	if subject != nil {
		*ownSubject = *subject
	}
	if body != nil {
		*ownBody = *body
	}
	return m.Texts.Check()
}
