package gatehouse

import (
	"context"
	"strings"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/privacy"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
)

// Privacy is *privacy.Service.
type Privacy interface {
	Export(ctx context.Context, pool *userpool.Pool, login string) (privacy.Export, error)
	Erase(ctx context.Context, pool *userpool.Pool, login string) (privacy.Erasure, error)
	List(ctx context.Context, poolID, before string, n int) ([]privacy.Erasure, error)
}

// ExportUserDataInput names a person, by any name or the sub.
type ExportUserDataInput struct{ UserPoolId, Username *string }

// ExportUserDataOutput is everything that is kept about them. Secrets are not: passwords, seeds and tokens are kept as
// hashes or sealed.
type ExportUserDataOutput struct {
	ExportDate   *time.Time
	UserPoolId   *string
	User         *ExportedUser
	Groups       []string
	Events       []AuthEvent
	Messages     []Message // that were sent, without their text
	Sessions     []ExportedSession
	Tokens       []ExportedTokens
	AuditRecords []ExportedRecord // that name the person, oldest first
	Incomplete   []string         // lists that were too long to be whole
}

// ExportedUser is the person in the directory.
type ExportedUser struct {
	Sub, Username, Status *string
	Enabled, MfaEnabled   *bool
	Attributes            map[string]string
	CreationDate          *time.Time
	LastModifiedDate      *time.Time
	PasswordDate          *time.Time
}

// ExportedSession is a browser that is signed in on the hosted pages.
type ExportedSession struct {
	SignInDate, ExpirationDate *time.Time
	Methods                    []string
	IpAddress, UserAgent       *string
}

// ExportedTokens are those of one sign-in, without the tokens.
type ExportedTokens struct {
	ClientId                   *string
	Scopes, Methods            []string
	SignInDate, ExpirationDate *time.Time
	RevocationDate             *time.Time
}

// ExportedRecord is an act of an administrator on the person. Whence the administrator acted is not told.
type ExportedRecord struct {
	Date                    *time.Time
	Operation, PrincipalArn *string
	Resource, Input         *string
	ErrorCode               *string
}

// EraseUserInput names a person to erase for good, by any name or the sub.
type EraseUserInput struct{ UserPoolId, Username *string }

// EraseUserOutput is that it was done.
type EraseUserOutput struct{ Erasure *Erasure }

// ListErasuresInput asks for the erasures of a pool, newest first.
type ListErasuresInput struct {
	UserPoolId *string
	MaxResults *int32 // 1 to 60; 60 when left out
	NextToken  *string
}

// ListErasuresOutput is a page of them.
type ListErasuresOutput struct {
	Erasures  []Erasure
	NextToken *string
}

// Erasure is that a person was erased. It does not tell who.
type Erasure struct {
	ErasureId        *string
	State            *string // Running while audit log and files are cleaned up, then Completed
	RequestDate      *time.Time
	CompletionDate   *time.Time
	RewrittenRecords *int64   // audit records that named the person, and no longer do
	Residue          []string // tables whose files may hold freed bytes still
}

func (s *Service) registerPrivacy(r *api.Registry) {
	api.Add(r, name, api.Op[ExportUserDataInput, ExportUserDataOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead,
		Resource: poolARN(s, func(in *ExportUserDataInput) *string { return in.UserPoolId }), Run: s.exportUserData,
	})
	api.Add(r, name, api.Op[EraseUserInput, EraseUserOutput]{
		Access: api.Signed(), Effect: api.Change,
		Resource: poolARN(s, func(in *EraseUserInput) *string { return in.UserPoolId }), Run: s.eraseUser,
	})
	api.Add(r, name, api.Op[ListErasuresInput, ListErasuresOutput]{
		Access: api.Signed(), Effect: api.Read,
		Resource: poolARN(s, func(in *ListErasuresInput) *string { return in.UserPoolId }), Run: s.listErasures,
	})
}

func (s *Service) exportUserData(ctx context.Context, in *ExportUserDataInput) (*ExportUserDataOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	at := time.Now().UTC().Truncate(time.Second)
	x, err := s.Privacy.Export(ctx, p, text(in.Username))
	if err != nil {
		return nil, err
	}
	out := &ExportUserDataOutput{ExportDate: &at, UserPoolId: &p.ID, User: exportedUser(x.User), Groups: []string{}, Events: []AuthEvent{}, Messages: []Message{},
		Sessions: []ExportedSession{}, Tokens: []ExportedTokens{}, AuditRecords: []ExportedRecord{}, Incomplete: x.Cut}
	for _, g := range x.Groups {
		out.Groups = append(out.Groups, g.Name)
	}
	for _, e := range x.Events {
		out.Events = append(out.Events, eventView(e))
	}
	for _, m := range x.Messages {
		kind, medium, status, attempts := string(m.Kind), string(m.Channel), strings.ToLower(string(m.State)), int32(m.Attempts)
		out.Messages = append(out.Messages, Message{Id: &m.ID, Kind: &kind, DeliveryMedium: &medium, Destination: &m.Masked, Status: &status, Attempts: &attempts,
			CreationDate: &m.Created, ExpirationDate: &m.Expires, CompletionDate: someTime(m.Done)})
	}
	for _, v := range x.Sessions {
		out.Sessions = append(out.Sessions, exportedSession(v))
	}
	for _, f := range x.Families {
		out.Tokens = append(out.Tokens, exportedTokens(f))
	}
	for _, r := range x.Records {
		out.AuditRecords = append(out.AuditRecords, exportedRecord(r))
	}
	return out, nil
}

func exportedUser(u *directory.User) *ExportedUser {
	status := string(u.Status)
	return &ExportedUser{Sub: &u.Sub, Username: &u.Username, Status: &status, Enabled: &u.Enabled, MfaEnabled: &u.MFA.TOTP, Attributes: u.Attributes,
		CreationDate: &u.Created, LastModifiedDate: &u.Modified, PasswordDate: someTime(u.PasswordSet)}
}

func exportedSession(v session.Session) ExportedSession {
	return ExportedSession{SignInDate: &v.AuthTime, ExpirationDate: &v.Expires, Methods: v.Methods, IpAddress: some(v.IP), UserAgent: some(v.UserAgent)}
}

func exportedTokens(f token.Family) ExportedTokens {
	return ExportedTokens{ClientId: &f.ClientID, Scopes: f.Scopes, Methods: f.Methods, SignInDate: &f.AuthTime, ExpirationDate: &f.Expires, RevocationDate: someTime(f.Revoked)}
}

func exportedRecord(r audit.Record) ExportedRecord {
	return ExportedRecord{Date: &r.Time, Operation: &r.Operation, PrincipalArn: some(r.PrincipalARN), Resource: some(r.Resource), Input: some(string(r.Input)), ErrorCode: some(r.ErrorCode)}
}

func (s *Service) eraseUser(ctx context.Context, in *EraseUserInput) (*EraseUserOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	e, err := s.Privacy.Erase(ctx, p, text(in.Username))
	if err != nil {
		return nil, err
	}
	v := erasureView(e)
	return &EraseUserOutput{Erasure: &v}, nil
}

func (s *Service) listErasures(ctx context.Context, in *ListErasuresInput) (*ListErasuresOutput, error) {
	n := 60
	if in.MaxResults != nil {
		if n = int(*in.MaxResults); n < 1 || n > 60 {
			return nil, errValidation.With("MaxResults must be from 1 to 60.")
		}
	}
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	all, err := s.Privacy.List(ctx, p.ID, text(in.NextToken), n)
	if err != nil {
		return nil, err
	}
	out := &ListErasuresOutput{Erasures: []Erasure{}}
	for _, e := range all {
		out.Erasures = append(out.Erasures, erasureView(e))
	}
	if len(all) == n {
		out.NextToken = &all[n-1].ID
	}
	return out, nil
}

func erasureView(e privacy.Erasure) Erasure {
	return Erasure{ErasureId: &e.ID, State: &e.State, RequestDate: &e.Requested, CompletionDate: someTime(e.Finished), RewrittenRecords: &e.Rewritten, Residue: e.Residue}
}
