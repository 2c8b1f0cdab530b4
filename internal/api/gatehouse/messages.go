package gatehouse

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/notify"
)

// Outbox is the part of *notify.Outbox that these operations call.
type Outbox interface {
	List(ctx context.Context, poolID string, f notify.Filter, before notify.Cursor, n int) (notify.Page, error)
	Message(ctx context.Context, poolID, id string) (notify.Entry, error)
	Retry(ctx context.Context, poolID, id string) (notify.Entry, error)
	Preview(m notify.Message) notify.Preview
	Way(c notify.Channel) notify.Way
	Enqueue(ctx context.Context, m notify.Message) error
}

// ListMessagesInput selects the messages of a pool, newest first.
type ListMessagesInput struct {
	UserPoolId     *string
	Status         *string // queued, sent, failed, expired
	Kind           *string // SignUp, ResendCode, …, TestMessage
	DeliveryMedium *string // EMAIL or SMS
	StartTime      *time.Time
	EndTime        *time.Time
	MaxResults     *int32 // 1 to 60; 60 when left out
	NextToken      *string
}

// ListMessagesOutput is a page of them. Where it is narrowed it may hold few messages or none and yet have a NextToken.
type ListMessagesOutput struct {
	Messages  []Message
	NextToken *string
}

// Message is one code, link or invitation, on its way or past. Outside demo its
// destination is masked and its codes are stars; its text goes when it is delivered or its code expires.
type Message struct {
	Id, Kind, DeliveryMedium *string
	Destination              *string
	Status                   *string // queued, sent, failed, expired
	Attempts                 *int32
	Retryable                *bool   // RetryMessage would queue it
	Reason                   *string // why the last attempt failed
	CreationDate             *time.Time
	ExpirationDate           *time.Time
	CompletionDate           *time.Time
	Subject, Text            *string
	Whole                    *bool // nothing of it is masked: the installation is a demo
}

// GetMessageInput names a message of a pool.
type GetMessageInput struct{ UserPoolId, MessageId *string }

// GetMessageOutput is the message.
type GetMessageOutput struct{ Message *Message }

// RetryMessageInput names a message that failed, to be sent once more.
type RetryMessageInput struct{ UserPoolId, MessageId *string }

// RetryMessageOutput is the message, queued.
type RetryMessageOutput struct{ Message *Message }

func (s *Service) registerMessages(r *api.Registry) {
	api.Add(r, name, api.Op[ListMessagesInput, ListMessagesOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead,
		Resource: poolARN(s, func(in *ListMessagesInput) *string { return in.UserPoolId }),
		Run:      s.listMessages,
	})
	api.Add(r, name, api.Op[GetMessageInput, GetMessageOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead,
		Resource: poolARN(s, func(in *GetMessageInput) *string { return in.UserPoolId }),
		Run:      s.getMessage,
	})
	api.Add(r, name, api.Op[RetryMessageInput, RetryMessageOutput]{
		Access: api.Signed(), Effect: api.Change,
		Resource: poolARN(s, func(in *RetryMessageInput) *string { return in.UserPoolId }),
		Run:      s.retryMessage,
	})
	s.registerTemplates(r)
}

func (s *Service) listMessages(ctx context.Context, in *ListMessagesInput) (*ListMessagesOutput, error) {
	n := 60
	if in.MaxResults != nil {
		if n = int(*in.MaxResults); n < 1 || n > 60 {
			return nil, errValidation.With("MaxResults must be from 1 to 60.")
		}
	}
	before, err := cursor(text(in.NextToken))
	if err != nil {
		return nil, err
	}
	f, err := messageFilter(in)
	if err != nil {
		return nil, err
	}
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	page, err := s.Outbox.List(ctx, p.ID, f, before, n)
	if err != nil {
		return nil, err
	}
	out := &ListMessagesOutput{Messages: []Message{}}
	for _, e := range page.Entries {
		out.Messages = append(out.Messages, message(e))
	}
	if next := page.Next; next.ID != "" {
		out.NextToken = some(strconv.FormatInt(next.Created.UnixMilli(), 10) + "." + next.ID)
	}
	return out, nil
}

func messageFilter(in *ListMessagesInput) (f notify.Filter, err error) {
	f = notify.Filter{State: notify.State(text(in.Status)), Kind: notify.Kind(text(in.Kind)), Channel: notify.Channel(text(in.DeliveryMedium))}
	if in.StartTime != nil {
		f.From = *in.StartTime
	}
	if in.EndTime != nil {
		f.Until = *in.EndTime
	}
	switch {
	case f.State != "" && !slices.Contains([]notify.State{notify.Queued, notify.Sent, notify.Failed, notify.Expired}, f.State):
		return f, errValidation.With("Status must be queued, sent, failed or expired.")
	case f.Kind != "" && f.Kind != notify.Test && !slices.Contains(notify.Kinds(), f.Kind):
		return f, errValidation.With("Kind is not one of messages.")
	case f.Channel != "" && f.Channel != notify.Email && f.Channel != notify.SMS:
		return f, errValidation.With("DeliveryMedium must be EMAIL or SMS.")
	}
	return f, nil
}

func (s *Service) getMessage(ctx context.Context, in *GetMessageInput) (*GetMessageOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	e, err := s.Outbox.Message(ctx, p.ID, text(in.MessageId))
	if err != nil {
		return nil, err
	}
	m := message(e)
	return &GetMessageOutput{Message: &m}, nil
}

func (s *Service) retryMessage(ctx context.Context, in *RetryMessageInput) (*RetryMessageOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	e, err := s.Outbox.Retry(ctx, p.ID, text(in.MessageId))
	if err != nil {
		return nil, err
	}
	m := message(e)
	return &RetryMessageOutput{Message: &m}, nil
}

func message(e notify.Entry) Message {
	kind, medium, status, attempts := string(e.Kind), string(e.Channel), string(e.State), int32(e.Attempts)
	m := Message{Id: &e.ID, Kind: &kind, DeliveryMedium: &medium, Destination: &e.To, Status: &status, Attempts: &attempts, Retryable: &e.Retryable, Whole: &e.Whole,
		Reason: some(e.Error), CreationDate: &e.Created, ExpirationDate: &e.Expires, Subject: some(e.Subject), Text: some(e.Text)}
	if !e.Done.IsZero() {
		m.CompletionDate = &e.Done
	}
	return m
}

// cursor reads a NextToken: milliseconds and the last message's id.
func cursor(token string) (notify.Cursor, error) {
	if token == "" {
		return notify.Cursor{}, nil
	}
	ms, id, _ := strings.Cut(token, ".")
	at, err := strconv.ParseInt(ms, 10, 64)
	if err != nil || at <= 0 || id == "" {
		return notify.Cursor{}, errValidation.With("NextToken is not one that this operation gave.")
	}
	return notify.Cursor{Created: time.UnixMilli(at).UTC(), ID: id}, nil
}
