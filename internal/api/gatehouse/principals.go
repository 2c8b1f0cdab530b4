package gatehouse

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// Identities finds users and roles: *identity.Service.
type Identities interface {
	ByName(ctx context.Context, accountID string, k identity.Kind, name string) (identity.Identity, error)
	List(ctx context.Context, accountID string, k identity.Kind, pathPrefix string, at identity.Place) (identity.Page[identity.Identity], error)
	ShownTrust(ctx context.Context, role identity.Identity) (string, error)
}

// Permissions decides for whoever is asked about, and compiles policies: *permission.Service.
type Permissions interface {
	Decide(ctx context.Context, q *policy.Request, by permission.By) (policy.Decision, error)
	Explain(ctx context.Context, q *policy.Request, by permission.By) (*policy.Explanation, error)
	Reach(ctx context.Context, q *policy.Request, actions []string) ([]policy.Reach, error)
	Set(kind policy.Kind, sources ...permission.Source) (*policy.Set, error)
}

var errNoPrincipal = identity.ErrNotFound

// principal understands the ARN of a user, a role, a session of a role or the root of the caller's account.
func (s *Service) principal(ctx context.Context, given string) (policy.Principal, error) {
	account := api.ScopeFrom(ctx).AccountID
	a, err := arn.Parse(given)
	if err != nil || a.Service != "iam" && a.Service != "sts" || a.AccountID != account {
		return policy.Principal{}, errNoPrincipal.With("%s is not the ARN of a user, a role or a session of this account.", given)
	}
	kind, name, _ := strings.Cut(a.Resource, "/")
	switch a.Service + ":" + kind {
	case "iam:root":
		return policy.Principal{Kind: policy.Root, Account: account, ARN: given}, nil
	case "iam:user", "iam:role":
		i, err := s.Identities.ByName(ctx, account, identity.Kind(kind), name[strings.LastIndexByte(name, '/')+1:])
		if err == nil && i.ARN() != given {
			err = errNoPrincipal.With("There is no %s %s.", kind, given)
		}
		return principalOf(i, "session"), err
	case "sts:assumed-role":
		role, session, _ := strings.Cut(name, "/")
		i, err := s.Identities.ByName(ctx, account, identity.Role, role)
		return principalOf(i, session), err
	}
	return policy.Principal{}, errNoPrincipal.With("%s is not the ARN of a user, a role or a session of this account.", given)
}

// principalOf is a user, or a session of a role.
func principalOf(i identity.Identity, session string) policy.Principal {
	p := policy.Principal{Kind: policy.User, Account: i.AccountID, ARN: i.ARN(), ID: i.ID}
	if i.Kind == identity.Role {
		p.Kind, p.Issuer = policy.RoleSession, i.ARN()
		p.ARN = arn.ARN{Service: "sts", AccountID: i.AccountID, Resource: "assumed-role/" + i.Name + "/" + session}.String()
	}
	return p
}

// request is what a principal would ask for now, from where the caller is: an action on a resource, with the keys that
// follow from these and those that are given.
func (s *Service) request(ctx context.Context, p policy.Principal, action, resource string, given []ContextKey) (*policy.Request, permission.By, error) {
	q := &policy.Request{Principal: p, Action: action, Resource: resource, Context: policy.PrincipalContext(&p)}
	now := s.Clock().UTC()
	q.Context.Set("aws:CurrentTime", now.Format(time.RFC3339))
	q.Context.Set("aws:EpochTime", strconv.FormatInt(now.Unix(), 10))
	q.Context.Set("aws:SecureTransport", "true")
	q.Context.Set("aws:ViaAWSService", "false")
	if p.Kind == policy.RoleSession {
		q.Context.Set("aws:TokenIssueTime", now.Format(time.RFC3339))
	}
	r := api.RequestFrom(ctx)
	if r.ClientIP.IsValid() {
		q.Context.Set("aws:SourceIp", r.ClientIP.Unmap().String())
	}
	if r.Region != "" {
		q.Context.Set("aws:RequestedRegion", r.Region)
	}
	by, err := s.ofResource(ctx, q)
	for _, k := range given {
		switch name := text(k.Name); {
		case len(k.Values) == 1:
			q.Context.Set(name, k.Values[0])
		default:
			q.Context.SetList(name, k.Values...)
		}
	}
	return q, by, err
}

// ofResource adds what is known of the resource: its account, the tags of a user or role of the principal's account, and tags
// and trust policy of a role that the action assumes, whatever its account.
func (s *Service) ofResource(ctx context.Context, q *policy.Request) (by permission.By, err error) {
	a, err := arn.Parse(q.Resource)
	if err != nil || a.AccountID == "" {
		return by, nil
	}
	if q.ResourceAccount = a.AccountID; a.AccountID == identity.AWS {
		q.ResourceAccount = ""
	}
	q.Context.Set("aws:ResourceAccount", a.AccountID)
	if permission.Assumes(q.Action, q.Resource) {
		var role *identity.Identity
		if role, by.Resource, err = permission.Trust(ctx, s.Identities, s.Permissions, q.Resource); role != nil {
			resourceTags(&q.Context, role.Tags)
		}
		return by, err
	}
	kind, name, _ := strings.Cut(a.Resource, "/")
	if a.Service != "iam" || a.AccountID != q.Principal.Account || kind != string(identity.User) && kind != string(identity.Role) {
		return by, nil
	}
	i, err := s.Identities.ByName(ctx, a.AccountID, identity.Kind(kind), name[strings.LastIndexByte(name, '/')+1:])
	if errors.Is(err, identity.ErrNotFound) || err == nil && i.ARN() != q.Resource {
		return by, nil
	}
	resourceTags(&q.Context, i.Tags)
	return by, err
}

func resourceTags(c *policy.Context, tags []identity.Tag) {
	for _, t := range tags {
		c.Set("aws:ResourceTag/"+t.Key, t.Value)
		c.Set("iam:ResourceTag/"+t.Key, t.Value)
	}
}
