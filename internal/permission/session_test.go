package permission_test

import (
	"context"
	"testing"

	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// limited has one managed policy that sessions may name.
type limited struct{ held }

func (*limited) ManagedPolicies(_ context.Context, _ string, arns []string) (found []permission.Source, err error) {
	for _, a := range arns {
		if a == "arn:aws:iam::111122223333:policy/pools" {
			found = append(found, source(a, `{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"}`))
		}
	}
	return found, nil
}

func TestSessionPoliciesLimitAndNeverWiden(t *testing.T) {
	users := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}`
	const managed, gone = "arn:aws:iam::111122223333:policy/pools", "arn:aws:iam::111122223333:policy/gone"
	for name, c := range map[string]struct {
		has         string
		kind        policy.PrincipalKind
		by          *permission.Session
		users, pool bool
	}{
		"a role":                              {all, policy.RoleSession, &permission.Session{}, true, true},
		"a role, limited":                     {all, policy.RoleSession, &permission.Session{Policy: users}, true, false},
		"a role, limited by a managed policy": {all, policy.RoleSession, &permission.Session{PolicyARNs: []string{managed}}, false, true},
		"a role, by both":                     {all, policy.RoleSession, &permission.Session{Policy: users, PolicyARNs: []string{managed}}, true, true},
		"a role whose limit was deleted":      {all, policy.RoleSession, &permission.Session{PolicyARNs: []string{gone}}, false, false},
		"a role that may less than the limit": {`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"}`, policy.RoleSession, &permission.Session{Policy: users}, false, false},
		"a session of a user":                 {all, policy.User, &permission.Session{}, true, true},
		"a federated user":                    {all, policy.FederatedUser, &permission.Session{Policy: users}, true, false},
		"a federated user without policies":   {all, policy.FederatedUser, &permission.Session{}, false, false},
		"a federated user of who may nothing": {`{"Effect":"Deny","Action":"*","Resource":"*"}`, policy.FederatedUser, &permission.Session{Policy: users}, false, false},
	} {
		s := &permission.Service{Store: &limited{held{Held: permission.Held{Version: 1, Policies: []permission.Source{source("own", c.has)}}}}}
		for action, want := range map[string]bool{"iam:GetUser": c.users, "cognito-idp:ListUsers": c.pool} {
			q := ask(action, "*")
			q.Principal.Kind = c.kind
			d, err := s.Decide(t.Context(), q, permission.By{Version: 1, Session: c.by})
			if err != nil || d.Allowed != want {
				t.Errorf("%s, %s: %v %v", name, action, d, err)
			}
		}
	}
}

func TestFederatedByRootMayWhatTheSessionPoliciesSay(t *testing.T) {
	s := &permission.Service{Store: &held{gone: true}}
	for action, want := range map[string]bool{"iam:GetUser": true, "cognito-idp:ListUsers": false} {
		q := ask(action, "*")
		q.Principal.Kind, q.Principal.ID = policy.FederatedUser, q.Principal.Account
		d, err := s.Decide(t.Context(), q, permission.By{Version: 1, Session: &permission.Session{Policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}`}})
		if err != nil || d.Allowed != want {
			t.Error(action, d, err)
		}
	}
}

func TestTagsOfASessionStandForThoseOfItsRole(t *testing.T) {
	s := &permission.Service{Store: &held{Held: permission.Held{Version: 1, Tags: []identity.Tag{{Key: "team", Value: "blue"}, {Key: "x", Value: "1"}},
		Policies: []permission.Source{source("own", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red","aws:PrincipalTag/x":"1"}}}`)}}}}
	for value, want := range map[string]bool{"red": true, "blue": false} {
		q := ask("iam:GetUser", "*")
		q.Principal.Kind = policy.RoleSession
		d, err := s.Decide(t.Context(), q, permission.By{Version: 1, Session: &permission.Session{Tags: []identity.Tag{{Key: "Team", Value: value}}}})
		if err != nil || d.Allowed != want {
			t.Error(value, d, err)
		}
	}
}

func TestSessionOfARenamedUserIsKnownByTheNewName(t *testing.T) {
	s := &permission.Service{Store: &held{Held: permission.Held{Version: 1, ARN: "arn:aws:iam::111122223333:user/new",
		Policies: []permission.Source{source("own", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/ann"}}}`)}}}}
	q := ask("iam:GetUser", "*")
	q.Context = policy.PrincipalContext(&q.Principal)
	if d, err := s.Decide(t.Context(), q, permission.By{Version: 1, Session: &permission.Session{}}); err != nil || d.Allowed || q.Principal.ARN != "arn:aws:iam::111122223333:user/new" {
		t.Error(d, err, q.Principal)
	}
}
