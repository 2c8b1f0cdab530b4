package authorizer

import (
	"context"
	"errors"
	"strings"

	"gatehouse/internal/arn"
	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
)

// Subject is somebody whose request is decided.
type Subject struct {
	Principal policy.Principal
	UserID    string // aws:userid; "" where the name of a session is not known
	// Proved tells that a token or a signature says who it is, rather than the service that asks.
	Proved  bool
	session *sts.Session        // of temporary credentials
	limits  *permission.Session // what a session adds to a decision
	version int64               // of the account's policies, as the look-up of a key read it; 0 for unknown
	nobody  string              // why this is somebody without any permissions; "" for others
}

// Facts are what a service says of the session of a principal that it names: nothing proves them.
type Facts struct {
	Policy string // a session policy
	Tags   []identity.Tag
}

// ByARN is a principal of an account: its root, a user, a role (a session of it, whatever its name) or the session of a
// role. Federated users are known by their token alone, which says who is behind them.
func (s *Service) ByARN(ctx context.Context, accountID, principalARN string, f Facts) (*Subject, error) {
	a, err := arn.Parse(principalARN)
	sort, rest, _ := strings.Cut(a.Resource, "/")
	switch {
	case err != nil || a.Service != "iam" && a.Service != "sts":
		return nil, ErrInvalid.With("%q is not the ARN of a principal.", principalARN)
	case a.AccountID != accountID:
		return nil, noSuch(principalARN)
	}
	v := &Subject{Principal: policy.Principal{Account: accountID, ARN: principalARN}}
	switch a.Service + ":" + sort {
	case "iam:root":
		v.Principal.Kind, v.UserID = policy.Root, accountID
	case "iam:user":
		err = s.named(ctx, v, identity.User, rest)
	case "iam:role":
		err = s.named(ctx, v, identity.Role, rest)
	case "sts:assumed-role":
		err = s.roleSession(ctx, v, rest)
	default:
		return nil, ErrInvalid.With("%q is not the ARN of a root user, a user, a role or a session of a role.", principalARN)
	}
	if err != nil {
		return nil, err
	}
	return v, v.add(f)
}

func noSuch(principalARN string) error {
	return ErrNotFound.With("There is no principal %s in this account.", principalARN)
}

// named finds a user or role by path and name.
func (s *Service) named(ctx context.Context, v *Subject, k identity.Kind, path string) error {
	i, err := s.Identities.ByName(ctx, v.Principal.Account, k, path[strings.LastIndexByte(path, '/')+1:])
	switch {
	case errors.Is(err, identity.ErrNotFound), err == nil && i.ARN() != v.Principal.ARN:
		return noSuch(v.Principal.ARN)
	case err != nil:
		return err
	}
	v.Principal.Kind, v.Principal.ID, v.UserID = policy.User, i.ID, i.ID
	if k == identity.Role {
		v.Principal.Kind, v.Principal.Issuer, v.Principal.ARN, v.UserID = policy.RoleSession, i.ARN(), "", ""
	}
	return nil
}

func (s *Service) roleSession(ctx context.Context, v *Subject, resource string) error {
	role, session, ok := strings.Cut(resource, "/")
	if !ok || session == "" || strings.Contains(session, "/") {
		return ErrInvalid.With("%q is not the ARN of a session of a role.", v.Principal.ARN)
	}
	i, err := s.Identities.ByName(ctx, v.Principal.Account, identity.Role, role)
	switch {
	case errors.Is(err, identity.ErrNotFound), err == nil && i.Name != role:
		return noSuch(v.Principal.ARN)
	case err != nil:
		return err
	}
	v.Principal.Kind, v.Principal.Issuer, v.Principal.ID, v.UserID = policy.RoleSession, i.ARN(), i.ID, i.ID+":"+session
	return nil
}

// add takes what is said of a session.
func (v *Subject) add(f Facts) error {
	if f.Policy == "" && len(f.Tags) == 0 {
		return nil
	}
	if v.Principal.Kind == policy.Root {
		return ErrInvalid.With("A root user has no session policy and no session tags.")
	}
	if f.Policy != "" {
		if _, err := policy.ParseValid(f.Policy, policy.Session); err != nil {
			return err
		}
	}
	v.limits = &permission.Session{Policy: f.Policy, Tags: f.Tags}
	return nil
}

// BySession is who holds temporary credentials, by their token and the id of their access key. Whoever has seen both has
// not shown the secret: it is for the service that asks to have verified a signature.
func (s *Service) BySession(ctx context.Context, accessKeyID, sessionToken string, by Asker) (*Subject, error) {
	_, v, err := s.Sessions.Open(ctx, accessKeyID, sessionToken)
	if err != nil {
		return nil, unproved(err)
	}
	who := ofSession(v)
	return who, s.keyUsed(ctx, who, &Signed{AccessKeyID: accessKeyID}, by)
}

func ofSession(v *sts.Session) *Subject {
	return &Subject{Principal: v.Principal(), UserID: v.UserID(), Proved: true, session: v, limits: v.Limits()}
}

// Type is what sort of principal it is, as aws:PrincipalType names it; "" for who is of no account.
func (v *Subject) Type() string {
	if v.session != nil {
		return string(v.session.Kind)
	}
	c := policy.PrincipalContext(&v.Principal)
	if kinds := c.Values("aws:PrincipalType"); len(kinds) == 1 {
		return kinds[0]
	}
	return ""
}
