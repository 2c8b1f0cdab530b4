// Package permission decides what the principals of an account may do. It gathers the policies that a principal has
// now, compiles them once per version of the account's policies, and asks package policy. It does not know
// operations: who calls it (the gate in internal/api) says which action on which resource in which context.
package permission

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// Source is a policy as it is kept.
type Source struct {
	Kind     identity.Kind // of the identity that an inline policy lives with; empty for a managed policy
	Name     string        // of an inline policy, or an ARN
	Document string        // empty for a managed policy of AWS
}

// Text is what a policy says; AWS's are part of the program.
func (src Source) Text() string {
	if src.Kind == "" && src.Document == "" {
		src.Document, _ = identity.DocumentOfAWS(src.Name)
	}
	return src.Document
}

// Held is what a user or role has, read at one moment.
type Held struct {
	Version  int64  // of the account's policies
	ARN      string // of the user or role
	Tags     []identity.Tag
	Policies []Source // its own and its groups', inline and attached
	Boundary *Source
	// Closed tells that the account is, and Organization what limits it; control policies leave service-linked roles alone.
	Closed       bool
	Organization Organization
}

// Store reads what is held.
type Store interface {
	// PolicyVersion is that of an account.
	PolicyVersion(ctx context.Context, accountID string) (int64, error)
	// PoliciesOf answers what a user or role has, by its id; for the account's id what everybody of it has, root too.
	// identity.ErrNotFound when there is none.
	PoliciesOf(ctx context.Context, accountID, id string) (Held, error)
	// ManagedPolicies answers managed policies of an account, or AWS's, as they are now; one that is gone is not among them.
	ManagedPolicies(ctx context.Context, accountID string, arns []string) ([]Source, error)
}

// By is what a principal brings to a decision beyond what it is.
type By struct {
	// Version is the account's as the look-up of the caller's key read it in this very request, so that no write that
	// was answered before can be missed; 0 has it read.
	Version  int64
	Session  *Session    // of temporary credentials; nil for long-term ones
	Resource *policy.Set // the policy of what is asked about; nil when it has none
	// ResourceSide asks the policies of the resource and its organization alone, as if the principal's own, of whatever
	// account, allowed everything.
	ResourceSide bool
}

// Service decides. Store is required.
type Service struct {
	Store Store

	mu       sync.Mutex
	compiled map[holder]*granted
	size     int // characters of all policies in it
	texts    sets
}

type holder struct{ account, id string }

// granted is what a principal has, compiled.
type granted struct {
	version  int64
	arn      string
	tags     []identity.Tag
	policies policy.Policies
	size     int // characters of its policies

	closed       bool
	organization Organization // without what is compiled
}

// Decide answers a request of a root user, of a user or of a session, whose id or whose issuer's id the principal has;
// anybody else may nothing save by a policy of the resource. What the tags of the principal say is added to the context.
func (s *Service) Decide(ctx context.Context, q *policy.Request, by By) (policy.Decision, error) {
	all, err := s.policies(ctx, q, by)
	if err != nil {
		return policy.Decision{}, err
	}
	if d, refused := untrusted(&all, q); refused {
		return d, nil
	}
	return all.Evaluate(q), nil
}

func (s *Service) policies(ctx context.Context, q *policy.Request, by By) (all policy.Policies, err error) {
	var g *granted
	switch k := q.Principal.Kind; {
	case by.ResourceSide:
		all.Resource = by.Resource
		all.Identity, err = s.Set(policy.Identity, Source{Name: administrator})
	case k == policy.Root, k == policy.User, k == policy.RoleSession, k == policy.FederatedUser:
		g, all, err = s.own(ctx, q, by)
	default:
		all.Resource = by.Resource
	}
	if err == nil && by.Session != nil {
		by.Session.tags(&q.Context)
		if by.Session.limits() {
			all.Session, err = s.session(ctx, q.Principal.Account, by)
		}
	}
	if err == nil {
		err = s.resourceSide(ctx, q, g, &all)
	}
	return all, err
}

// administrator is the policy of AWS that allows everything.
const administrator = "arn:aws:iam::aws:policy/AdministratorAccess"

// own are the policies of the user or role, the resource's, and what limits its account. Whoever was deleted since has the
// latter alone: policies of resources that still name the id let nobody in.
func (s *Service) own(ctx context.Context, q *policy.Request, by By) (*granted, policy.Policies, error) {
	h := holder{q.Principal.Account, q.Principal.ID}
	if q.Principal.Kind == policy.Root {
		h.id = h.account
	}
	g, err := s.granted(ctx, h, by.Version)
	gone := errors.Is(err, identity.ErrNotFound) && h.id != h.account
	if h.id == h.account || errors.Is(err, identity.ErrNotFound) {
		g, err = s.account(ctx, h.account, by.Version)
	}
	switch {
	case err != nil:
		return nil, policy.Policies{}, err
	case g.closed:
		return nil, policy.Policies{}, ErrClosed
	}
	g.name(q)
	for _, t := range g.tags {
		q.Context.Set("aws:PrincipalTag/"+t.Key, t.Value)
	}
	g.organization.keys(&q.Context, "aws:Principal")
	all := g.policies
	if !gone {
		all.Resource = by.Resource
	}
	if h.id == h.account && q.Principal.Kind != policy.Root { // federated by root
		all.Identity, err = s.Set(policy.Identity, Source{Name: administrator})
	}
	return g, all, err
}

// name corrects what a session still calls a user who has another name or path since.
func (g *granted) name(q *policy.Request) {
	p := &q.Principal
	if p.Kind == policy.User && g.arn != "" && p.ARN != g.arn {
		p.ARN = g.arn
		q.Context.Add(policy.PrincipalContext(p))
	}
}

func (s *Service) granted(ctx context.Context, h holder, version int64) (*granted, error) {
	if version == 0 {
		var err error
		if version, err = s.Store.PolicyVersion(ctx, h.account); err != nil {
			return nil, fmt.Errorf("read policy version: %w", err)
		}
	}
	if g := s.cached(h); g != nil && g.version >= version {
		return g, nil
	}
	held, err := s.Store.PoliciesOf(ctx, h.account, h.id)
	if err != nil {
		return nil, fmt.Errorf("read policies: %w", err)
	}
	g, err := s.compile(held)
	if err != nil {
		return nil, err
	}
	s.keep(h, g)
	return g, nil
}

// compile refuses what it does not understand: a policy that cannot be read must not count as one that says nothing.
func (s *Service) compile(held Held) (*granted, error) {
	g := &granted{version: held.Version, arn: held.ARN, tags: held.Tags, closed: held.Closed, organization: Organization{ID: held.Organization.ID, Path: held.Organization.Path}}
	var err error
	if g.policies.Identity, err = set(policy.Identity, held.Policies...); err != nil {
		return nil, err
	}
	for _, p := range held.Policies {
		g.size += len(p.Text())
	}
	if held.Boundary != nil {
		g.size += len(held.Boundary.Text())
		if g.policies.Boundary, err = set(policy.Boundary, *held.Boundary); err != nil {
			return nil, err
		}
	}
	return g, s.control(g, held.Organization)
}

func set(kind policy.Kind, sources ...Source) (*policy.Set, error) {
	policies := make([]policy.Policy, len(sources))
	for i, src := range sources {
		d, problems := policy.Parse(src.Text())
		if err := problems.Err(); err != nil {
			return nil, fmt.Errorf("read policy %s: %w", src.Name, err)
		}
		policies[i] = policy.Policy{Name: src.Name, Document: d}
	}
	compiled, err := policy.Compile(kind, policies...)
	if err != nil {
		return nil, fmt.Errorf("compile policies: %w", err)
	}
	return compiled, nil
}

// What is kept compiled has a bound in principals and in characters of policies, each about ten bytes compiled.
const maxKept, maxKeptSize = 4096, 8 << 20

func (s *Service) cached(h holder) *granted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.compiled[h]
}

// keep remembers; where there is too much, any others go.
func (s *Service) keep(h holder, g *granted) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.compiled == nil {
		s.compiled = map[holder]*granted{}
	}
	have := s.compiled[h]
	if have != nil && have.version > g.version {
		return
	}
	s.forget(h)
	s.compiled[h] = g
	s.size += g.size
	for other := range s.compiled {
		if len(s.compiled) <= maxKept && s.size <= maxKeptSize {
			break
		}
		if other != h {
			s.forget(other)
		}
	}
}

func (s *Service) forget(h holder) {
	if g := s.compiled[h]; g != nil {
		s.size -= g.size
		delete(s.compiled, h)
	}
}
