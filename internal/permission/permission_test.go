package permission_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// held is a store of one account; it counts how often policies are read.
type held struct {
	mu    sync.Mutex
	reads int
	permission.Held
	gone bool
}

func (h *held) PolicyVersion(context.Context, string) (int64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.Version, nil
}

func (h *held) PoliciesOf(_ context.Context, accountID, id string) (permission.Held, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reads++
	switch {
	case id == accountID:
		return permission.Held{Version: h.Version, Closed: h.Closed, Organization: h.Organization}, nil
	case h.gone:
		return permission.Held{}, identity.ErrNotFound
	}
	return h.Held, nil
}

func (h *held) ManagedPolicies(context.Context, string, []string) ([]permission.Source, error) {
	return nil, nil
}

func source(name, statement string) permission.Source {
	return permission.Source{Name: name, Document: `{"Version":"2012-10-17","Statement":[` + statement + `]}`}
}

func ask(action, resource string) *policy.Request {
	return &policy.Request{
		Principal: policy.Principal{Kind: policy.User, Account: "111122223333", ARN: "arn:aws:iam::111122223333:user/ann", ID: "AIDA"},
		Action:    action, Resource: resource,
	}
}

func decide(t *testing.T, s *permission.Service, version int64, q *policy.Request) policy.Decision {
	t.Helper()
	d, err := s.Decide(t.Context(), q, permission.By{Version: version})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const all = `{"Effect":"Allow","Action":"*","Resource":"*"}`

func TestPoliciesAreReadAnewAfterAnyWriteAndOnlyThen(t *testing.T) {
	h := &held{Held: permission.Held{Version: 1}}
	s := &permission.Service{Store: h}
	for range 3 {
		if decide(t, s, 1, ask("iam:GetUser", "*")).Allowed {
			t.Error("allowed by nothing")
		}
	}
	if h.reads != 1 {
		t.Error("read", h.reads, "times")
	}
	h.Version, h.Policies = 2, []permission.Source{source("own", all)}
	if !decide(t, s, 2, ask("iam:GetUser", "*")).Allowed || !decide(t, s, 0, ask("iam:GetUser", "*")).Allowed || h.reads != 2 {
		t.Error("the write does not count; read", h.reads, "times")
	}
	// A call whose key was looked up before the write may be decided by what is newer.
	if !decide(t, s, 1, ask("iam:GetUser", "*")).Allowed || h.reads != 2 {
		t.Error("read", h.reads, "times")
	}
	h.Version, h.Policies = 3, nil
	if decide(t, s, 0, ask("iam:GetUser", "*")).Allowed {
		t.Error("who does not say a version is answered from before the write")
	}
}

func TestBoundaryLimitsAndTagsOfThePrincipalCount(t *testing.T) {
	boundary := source("b", `{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}}`)
	h := &held{Held: permission.Held{Version: 1, Policies: []permission.Source{source("own", all)}, Boundary: &boundary, Tags: []identity.Tag{{Key: "Team", Value: "blue"}}}}
	s := &permission.Service{Store: h}
	if !decide(t, s, 1, ask("iam:GetUser", "*")).Allowed {
		t.Error("refused within the boundary")
	}
	if d := decide(t, s, 1, ask("sts:AssumeRole", "*")); d.Allowed || d.Kind != policy.Boundary {
		t.Errorf("%+v", d)
	}
	h.Version, h.Tags = 2, nil
	if decide(t, s, 2, ask("iam:GetUser", "*")).Allowed {
		t.Error("a tag that was taken away counts")
	}
}

func TestAttackDeletedUserMayNothing(t *testing.T) {
	h := &held{Held: permission.Held{Version: 1, Policies: []permission.Source{source("own", all)}}}
	s := &permission.Service{Store: h}
	if !decide(t, s, 1, ask("iam:GetUser", "*")).Allowed {
		t.Fatal("refused")
	}
	h.Version, h.gone = 2, true
	if decide(t, s, 2, ask("iam:GetUser", "*")).Allowed {
		t.Error("a deleted user is allowed")
	}
}

func TestUnreadablePolicyRefusesEverything(t *testing.T) {
	for _, bad := range []permission.Held{
		{Version: 1, Policies: []permission.Source{source("own", all), {Name: "deny", Document: "{"}}},
		{Version: 1, Policies: []permission.Source{source("own", all)}, Boundary: &permission.Source{Name: "b", Document: ""}},
	} {
		s := &permission.Service{Store: &held{Held: bad}}
		if d, err := s.Decide(t.Context(), ask("iam:GetUser", "*"), permission.By{Version: 1}); err == nil || d.Allowed {
			t.Error(d, err)
		}
	}
}

func TestOtherPrincipalsMayNothing(t *testing.T) {
	s := &permission.Service{Store: &held{Held: permission.Held{Version: 1, Policies: []permission.Source{source("own", all)}}}}
	for _, k := range []policy.PrincipalKind{policy.Anonymous, policy.FederatedUser, policy.AWSService, policy.Provider} {
		q := ask("iam:GetUser", "*")
		q.Principal.Kind = k
		if decide(t, s, 1, q).Allowed {
			t.Error(k)
		}
	}
	q := ask("iam:GetUser", "*")
	q.Principal.Kind = policy.Root
	if !decide(t, s, 1, q).Allowed {
		t.Error("root is refused")
	}
}

func TestManyPrincipalsAreForgottenNotMixedUp(t *testing.T) {
	s := &permission.Service{Store: byID{}}
	for round := range 2 {
		for i := range 5000 {
			q := ask("iam:GetUser", "*")
			q.Principal.ID = fmt.Sprint("AIDA", i)
			if d := decide(t, s, 1, q); d.Allowed != (i%2 == 0) {
				t.Fatal(round, i, d.Allowed)
			}
		}
	}
}

// byID allows every second user.
type byID struct{ permission.Store }

func (byID) PoliciesOf(_ context.Context, _, id string) (permission.Held, error) {
	if strings.HasSuffix(id, "0") || strings.HasSuffix(id, "2") || strings.HasSuffix(id, "4") || strings.HasSuffix(id, "6") || strings.HasSuffix(id, "8") {
		return permission.Held{Version: 1, Policies: []permission.Source{source("own", all)}}, nil
	}
	return permission.Held{Version: 1}, nil
}

func TestStoreThatFailsAllowsNothing(t *testing.T) {
	s := &permission.Service{Store: failing{}}
	for _, version := range []int64{0, 1} {
		if d, err := s.Decide(t.Context(), ask("iam:GetUser", "*"), permission.By{Version: version}); err == nil || d.Allowed {
			t.Error(d, err)
		}
	}
}

type failing struct{}

func (failing) PolicyVersion(context.Context, string) (int64, error) { return 0, errors.New("no") }
func (failing) ManagedPolicies(context.Context, string, []string) ([]permission.Source, error) {
	return nil, errors.New("down")
}

func (failing) PoliciesOf(context.Context, string, string) (permission.Held, error) {
	return permission.Held{}, errors.New("no")
}
