package api

import "context"

// Uses notes when principals last called services.
type Uses interface {
	// Note is told of every signed call, refused ones too, and so must cost next to nothing. The principal is the user or
	// role that a session is of, or the account for root.
	Note(accountID, principalID, service, region string)
}

func (a *API) noteUse(ctx context.Context, o *Operation) {
	if a.Uses == nil {
		return
	}
	p := PrincipalFrom(ctx)
	id := p.UserID
	if p.Session != nil {
		id = p.Session.IssuerID
	}
	a.Uses.Note(p.AccountID, id, o.Service, RequestFrom(ctx).Region)
}
