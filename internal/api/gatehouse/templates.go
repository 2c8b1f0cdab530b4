package gatehouse

import (
	"context"
	"net/mail"
	"regexp"
	"slices"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/notify"
	"gatehouse/internal/userpool"
)

// Tx runs a function in one transaction: *store.DB.
type Tx interface {
	InTx(ctx context.Context, fn func(context.Context) error) error
}

// PreviewMessageInput asks how a message would look that the pool sends now. Subject and Body stand in for the pool's
// own texts, to try them before they are saved; an empty one is the default text.
type PreviewMessageInput struct {
	UserPoolId     *string
	Kind           *string // SignUp, ResendCode, ForgotPassword, VerifyUserAttribute, UpdateUserAttribute, AdminCreateUser, Authentication
	DeliveryMedium *string // EMAIL or SMS
	EmailOption    *string // of SignUp and ResendCode: CONFIRM_WITH_CODE or CONFIRM_WITH_LINK; the pool's when left out
	Locale         *string // BCP 47, for default texts; English when left out
	Subject, Body  *string
}

// PreviewMessageOutput is the message with sample values. Of a text message there is Text alone.
type PreviewMessageOutput struct {
	From, ReplyTo, Subject, Text, Html *string
}

// SendTestMessageInput sends the message that PreviewMessage shows, of the texts that are saved.
type SendTestMessageInput struct {
	UserPoolId                                *string
	Kind, DeliveryMedium, EmailOption, Locale *string // as in PreviewMessageInput
	Destination                               *string // an email address, or a phone number as +15550100
}

// SendTestMessageOutput is nothing: the message is in the outbox.
type SendTestMessageOutput struct{}

// DescribeMessageDeliveryInput asks what becomes of a pool's messages.
type DescribeMessageDeliveryInput struct{ UserPoolId *string }

// DescribeMessageDeliveryOutput is delivered (by the installation's mail server or SMS provider), kept (in the outbox of a
// demo) or nowhere (sending fails), of each medium; and who mails are from.
type DescribeMessageDeliveryOutput struct{ Email, Sms, From *string }

func (s *Service) registerTemplates(r *api.Registry) {
	api.Add(r, name, api.Op[DescribeMessageDeliveryInput, DescribeMessageDeliveryOutput]{
		Access: api.Signed(), Effect: api.Read,
		Resource: poolARN(s, func(in *DescribeMessageDeliveryInput) *string { return in.UserPoolId }),
		Run:      s.describeMessageDelivery,
	})
	api.Add(r, name, api.Op[PreviewMessageInput, PreviewMessageOutput]{
		Access: api.Signed(), Effect: api.Read,
		Resource: poolARN(s, func(in *PreviewMessageInput) *string { return in.UserPoolId }),
		Run:      s.previewMessage,
	})
	api.Add(r, name, api.Op[SendTestMessageInput, SendTestMessageOutput]{
		Access: api.Signed(), Effect: api.Change,
		Resource: poolARN(s, func(in *SendTestMessageInput) *string { return in.UserPoolId }),
		Run:      s.sendTestMessage,
	})
}

func (s *Service) describeMessageDelivery(ctx context.Context, in *DescribeMessageDeliveryInput) (*DescribeMessageDeliveryOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	mails, texts := string(s.Outbox.Way(notify.Email)), string(s.Outbox.Way(notify.SMS))
	from := s.Outbox.Preview(notify.Message{Kind: notify.SignUp, Channel: notify.Email, Texts: p.Messages}).From
	return &DescribeMessageDeliveryOutput{Email: &mails, Sms: &texts, From: some(from)}, nil
}

func (s *Service) previewMessage(ctx context.Context, in *PreviewMessageInput) (*PreviewMessageOutput, error) {
	m, err := s.sample(ctx, in.UserPoolId, template{in.Kind, in.DeliveryMedium, in.EmailOption, in.Locale})
	if err != nil {
		return nil, err
	}
	if err := m.Draft(in.Subject, in.Body); err != nil {
		return nil, err
	}
	p := s.Outbox.Preview(m)
	return &PreviewMessageOutput{From: some(p.From), ReplyTo: some(p.ReplyTo), Subject: some(p.Subject), Text: &p.Text, Html: some(p.HTML)}, nil
}

// sendTestMessage counts and sends in one transaction, so that calls at once do not pass the limit together.
func (s *Service) sendTestMessage(ctx context.Context, in *SendTestMessageInput) (*SendTestMessageOutput, error) {
	m, err := s.sample(ctx, in.UserPoolId, template{in.Kind, in.DeliveryMedium, in.EmailOption, in.Locale})
	if err != nil {
		return nil, err
	}
	if m.To = text(in.Destination); !reaches(m.Channel, m.To) {
		return nil, errValidation.With("Destination must be an email address for EMAIL, and a phone number such as +15550100 for SMS.")
	}
	m.Test, m.Expires = true, s.Clock().Add(time.Hour)
	err = s.Tx.InTx(ctx, func(ctx context.Context) error { return s.Outbox.Enqueue(ctx, m) })
	return &SendTestMessageOutput{}, err
}

var phoneNumber = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// reaches tells whether an address is one of a channel, and nothing more than that.
func reaches(c notify.Channel, to string) bool {
	if c == notify.SMS {
		return phoneNumber.MatchString(to)
	}
	a, err := mail.ParseAddress(to)
	return err == nil && a.Name == "" && a.Address == to && len(to) <= 254
}

// Sample values.
const (
	sampleName     = "jane.doe"
	sampleCode     = "123456"
	samplePassword = "Sample-Password-1"
	sampleClient   = "sample"
)

// template names a text of a pool: that of messages of a kind, by a medium, to somebody of a language.
type template struct{ kind, medium, option, locale *string }

// sample is the message of a template with values that are nobody's.
func (s *Service) sample(ctx context.Context, poolID *string, t template) (m notify.Message, err error) {
	p, err := s.ownPool(ctx, poolID)
	if err != nil {
		return m, err
	}
	m = notify.Message{PoolID: p.ID, PoolName: p.Name, Kind: notify.Kind(text(t.kind)), Channel: notify.Channel(text(t.medium)), Username: sampleName, Code: sampleCode,
		Locale: text(t.locale), Texts: p.Messages}
	option := text(t.option)
	signUp := m.Kind == notify.SignUp || m.Kind == notify.ResendCode
	switch {
	case !slices.Contains(notify.Kinds(), m.Kind):
		return m, errValidation.With("Kind must be one of %v.", notify.Kinds())
	case m.Channel != notify.Email && m.Channel != notify.SMS:
		return m, errValidation.With("DeliveryMedium must be EMAIL or SMS.")
	case option != "" && option != userpool.ConfirmWithCode && option != userpool.ConfirmWithLink:
		return m, errValidation.With("EmailOption must be %s or %s.", userpool.ConfirmWithCode, userpool.ConfirmWithLink)
	case len(m.Locale) > 64:
		return m, errValidation.With("Locale has at most 64 characters.")
	}
	if m.Kind == notify.AdminCreateUser {
		m.Code = samplePassword
	}
	asked := option != ""
	if !asked {
		option = p.Messages.EmailOption
	}
	if signUp && m.Channel == notify.Email && option == userpool.ConfirmWithLink {
		m.Link, err = s.ConfirmURL(ctx, p, &userpool.Client{ID: sampleClient}, sampleName, sampleCode)
		if err == nil && m.Link == "" && asked {
			return m, errValidation.With("The pool has no domain that a link could lead to; it sends codes.")
		}
	}
	return m, err
}
