package gatehouse

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/notify"
)

// Outbox is the part of *notify.Outbox that these operations call.
type Outbox interface {
	List(ctx context.Context, poolID string, before notify.Cursor, n int) ([]notify.Entry, error)
}

// ListMessagesInput selects the messages of a pool, newest first.
type ListMessagesInput struct {
	UserPoolId *string
	MaxResults *int32 // 1 to 60; 60 when left out
	NextToken  *string
}

// ListMessagesOutput is a page of them.
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
	Reason                   *string // why the last attempt failed
	CreationDate             *time.Time
	ExpirationDate           *time.Time
	CompletionDate           *time.Time
	Subject, Text            *string
}

func (s *Service) registerMessages(r *api.Registry) {
	api.Add(r, name, api.Op[ListMessagesInput, ListMessagesOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead,
		Resource: poolARN(func(in *ListMessagesInput) *string { return in.UserPoolId }),
		Run:      s.listMessages,
	})
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
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	entries, err := s.Outbox.List(ctx, p.ID, before, n)
	if err != nil {
		return nil, err
	}
	out := &ListMessagesOutput{Messages: []Message{}}
	for _, e := range entries {
		out.Messages = append(out.Messages, message(e))
	}
	if len(entries) == n {
		last := entries[n-1]
		out.NextToken = some(strconv.FormatInt(last.Created.UnixMilli(), 10) + "." + last.ID)
	}
	return out, nil
}

func message(e notify.Entry) Message {
	kind, medium, status, attempts := string(e.Kind), string(e.Channel), string(e.State), int32(e.Attempts)
	m := Message{Id: &e.ID, Kind: &kind, DeliveryMedium: &medium, Destination: &e.To, Status: &status, Attempts: &attempts,
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
