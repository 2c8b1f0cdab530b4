package permission

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// ErrClosed is a decision for somebody of an account that is closed: nobody there may anything.
var ErrClosed = fault.Status(403, "AccessDenied", "The account is closed.")

// Organization is what the organization of an account says of it; the zero value for an account in none.
type Organization struct {
	ID   string // o-…
	Path string // o-…/r-…/ou-…/: where the account is
	// ServiceControl and ResourceControl are the policies of the root, of each unit above the account and of the account, in
	// this order. There are none for the management account, and while policies of the type do not count.
	ServiceControl, ResourceControl [][]Source
}

// control compiles what limits an account. A level without policies allows nothing.
func (s *Service) control(g *granted, o Organization) (err error) {
	if g.policies.ServiceControl, err = s.levels(policy.ServiceControl, o.ServiceControl); err != nil {
		return err
	}
	g.policies.ResourceControl, err = s.levels(policy.ResourceControl, o.ResourceControl)
	return err
}

func (s *Service) levels(kind policy.Kind, levels [][]Source) (sets []*policy.Set, err error) {
	for _, sources := range levels {
		compiled, err := s.Set(kind, sources...)
		if err != nil {
			return nil, err
		}
		sets = append(sets, compiled)
	}
	return sets, nil
}

// Unlimited tells whether the root user of an account may everything in it, as no organization limits it. Version is as
// in By. ErrClosed for an account that is closed.
func (s *Service) Unlimited(ctx context.Context, accountID string, version int64) (bool, error) {
	g, err := s.account(ctx, accountID, version)
	if err != nil {
		return false, err
	}
	return len(g.policies.ServiceControl)+len(g.policies.ResourceControl) == 0, nil
}

// Live is nil for an account that is there, and ErrClosed for one that is closed.
func (s *Service) Live(ctx context.Context, accountID string) error {
	_, err := s.account(ctx, accountID, 0)
	return err
}

// account is what limits everybody of an account.
func (s *Service) account(ctx context.Context, accountID string, version int64) (*granted, error) {
	g, err := s.granted(ctx, holder{accountID, accountID}, version)
	switch {
	case errors.Is(err, identity.ErrNotFound), err == nil && g.closed:
		return nil, ErrClosed
	case err != nil:
		return nil, fmt.Errorf("read what limits the account: %w", err)
	}
	return g, nil
}

// resourceSide adds what the organization of the resource's account says, which limits whoever comes from another account
// too. own is what the principal's account has; nil for a principal of none.
func (s *Service) resourceSide(ctx context.Context, q *policy.Request, own *granted, all *policy.Policies) error {
	g := own
	if other := q.ResourceAccount; other != "" && (own == nil || other != q.Principal.Account) {
		var err error
		if g, err = s.account(ctx, other, 0); errors.Is(err, ErrClosed) {
			*all = policy.Policies{Resource: nothing, ResourceDecides: true}
			return nil
		} else if err != nil {
			return err
		}
		all.ResourceControl = g.policies.ResourceControl
	}
	if g == nil {
		return nil
	}
	if !controlled(q.Action) {
		all.ResourceControl = nil
	}
	g.organization.keys(&q.Context, "aws:Resource")
	return nil
}

// nothing is the policy of a resource that nobody reaches.
var nothing = &policy.Set{Kind: policy.Trust}

// controlled tells whether resource control policies are about an action: those that administer accounts are not.
func controlled(action string) bool {
	service, _, _ := strings.Cut(strings.ToLower(action), ":")
	return service != "iam" && service != "organizations"
}

// keys are the condition keys that tell where an account is; of begins them.
func (o Organization) keys(c *policy.Context, of string) {
	if o.ID != "" {
		c.Set(of+"OrgID", o.ID)
		c.SetList(of+"OrgPaths", o.Path)
	}
}
