package organization

import (
	"context"
	"errors"
	"strings"
	"time"

	"gatehouse/internal/identity"
)

// maxAccounts is how many an organization may have.
const maxAccounts = 1000

// accessRole is the role that the management account uses in an account that it made, unless it names another.
const accessRole = "OrganizationAccountAccessRole"

// Request is a request to create an account, and what became of it.
type Request struct {
	ID          string // car-
	AccountID   string // of the account that was made
	AccountName string
	Failure     string // AWS's reason; empty where the account was made
	RequestedAt time.Time
}

// NewAccount is what CreateAccount makes one of.
type NewAccount struct {
	Name, Email string
	RoleName    string // empty is OrganizationAccountAccessRole
	Tags        []Tag
}

// CreateAccount makes an account in the root of an organization, with a root user who has no password and a role that
// the management account may assume. A failure that AWS answers by the request's status is one here too.
func (s *Service) CreateAccount(ctx context.Context, o *Organization, in NewAccount) (Request, error) {
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return Request{}, err
	}
	r := Request{AccountName: in.Name, RequestedAt: s.now()}
	if r.ID, err = s.newID("car-", 32); err != nil {
		return r, err
	}
	if r.AccountID, err = s.newAccountID(); err != nil {
		return r, err
	}
	a := Account{
		ID: r.AccountID, Name: in.Name, Email: strings.ToLower(in.Email),
		OrganizationID: o.ID, ParentID: o.RootID, Method: Created, JoinedAt: r.RequestedAt, Tags: tags,
	}
	err = s.write(ctx, o, func(ctx context.Context) error {
		if r.Failure, err = s.cannotCreate(ctx, o, a.Email); err != nil {
			return err
		}
		if r.Failure != "" {
			return s.Requests.InsertRequest(ctx, o.ID, Request{ID: r.ID, AccountName: r.AccountName, Failure: r.Failure, RequestedAt: r.RequestedAt})
		}
		if err := s.Accounts.InsertAccount(ctx, a, r.RequestedAt); err != nil {
			return err
		}
		if err := s.join(ctx, o, a); err != nil {
			return err
		}
		if err := s.giveAccess(ctx, o, a.ID, in.RoleName); err != nil {
			return err
		}
		return s.Requests.InsertRequest(ctx, o.ID, r)
	})
	if r.Failure != "" {
		r.AccountID = ""
	}
	if errors.Is(err, ErrExists) { // the address was taken meanwhile
		err = invalid("INVALID_EMAIL_ADDRESS_TARGET", "The email address is of another account.")
	}
	return r, err
}

// cannotCreate answers why an account cannot be made, empty where it can.
func (s *Service) cannotCreate(ctx context.Context, o *Organization, email string) (string, error) {
	n, err := s.Accounts.CountAccounts(ctx, o.ID)
	switch {
	case err != nil:
		return "", err
	case n >= maxAccounts:
		return "ACCOUNT_LIMIT_EXCEEDED", nil
	}
	taken, err := s.Accounts.EmailTaken(ctx, email)
	if taken {
		return "EMAIL_ALREADY_EXISTS", err
	}
	return "", err
}

// giveAccess makes the role in a new account that lets the management account administer it.
func (s *Service) giveAccess(ctx context.Context, o *Organization, accountID, role string) error {
	if role == "" {
		role = accessRole
	}
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + o.ManagementID + `:root"},"Action":"sts:AssumeRole"}]}`
	if _, err := s.Identities.Create(ctx, accountID, identity.New{Kind: identity.Role, Name: role, TrustPolicy: trust}); err != nil {
		return err
	}
	return s.Identities.Attach(ctx, accountID, identity.Role, role, "arn:aws:iam::aws:policy/AdministratorAccess")
}

// Account is an account of an organization.
func (s *Service) Account(ctx context.Context, o *Organization, id string) (Account, error) {
	return s.member(ctx, o, id, ErrAccountNotFound)
}

// member is an account of an organization; reason says that there is none.
func (s *Service) member(ctx context.Context, o *Organization, id string, reason error) (Account, error) {
	a, err := s.Accounts.Account(ctx, id)
	if err == nil && a.OrganizationID != o.ID {
		err = ErrNotFound
	}
	if err != nil {
		return Account{}, none(err, reason)
	}
	return a, nil
}

// ListAccounts answers a page of the accounts of an organization.
func (s *Service) ListAccounts(ctx context.Context, o *Organization, at Place) (Page[Account], error) {
	return s.listAccounts(ctx, o, "", at)
}

func (s *Service) listAccounts(ctx context.Context, o *Organization, parentID string, at Place) (Page[Account], error) {
	return page(s, "accounts/"+o.ID+"/"+parentID, at, func(after string, limit int) ([]Account, error) {
		return s.Accounts.ListAccounts(ctx, o.ID, parentID, after, limit)
	}, func(a Account) string { return a.ID })
}

// CloseAccount closes a member account: from now on nobody in it may anything. It stays in the organization.
func (s *Service) CloseAccount(ctx context.Context, o *Organization, id string) error {
	return s.change(ctx, o, func(ctx context.Context) error {
		a, err := s.Account(ctx, o, id)
		switch {
		case err != nil:
			return err
		case o.Manages(id):
			return violates("CANNOT_CLOSE_MANAGEMENT_ACCOUNT", "You can't close the management account.")
		case !o.AllFeatures:
			return errUnavailableInBilling
		case a.Closed():
			return ErrAlreadyClosed
		}
		return s.Accounts.CloseAccount(ctx, id, s.now())
	})
}

// CreateRequest is a request to create an account.
func (s *Service) CreateRequest(ctx context.Context, o *Organization, id string) (Request, error) {
	r, err := s.Requests.Request(ctx, o.ID, id)
	return r, none(err, ErrRequestNotFound)
}

// ListCreateRequests answers a page of requests; failed and made say which, and both or none say all.
func (s *Service) ListCreateRequests(ctx context.Context, o *Organization, failed, made bool, at Place) (Page[Request], error) {
	p, err := page(s, "requests/"+o.ID, at, func(after string, limit int) ([]Request, error) {
		return s.Requests.ListRequests(ctx, o.ID, after, limit)
	}, func(r Request) string { return r.ID })
	if failed == made {
		return p, err
	}
	var some []Request
	for _, r := range p.Items {
		if (r.Failure != "") == failed {
			some = append(some, r)
		}
	}
	p.Items = some
	return p, err
}
