package authorizer

import (
	"encoding/json"
	"fmt"
	"strings"

	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// The members of a decoded authorization message, as EC2 has them.
type (
	message struct {
		Allowed           bool             `json:"allowed"`
		ExplicitDeny      bool             `json:"explicitDeny"`
		MatchedStatements items[statement] `json:"matchedStatements"`
		Failures          items[failure]   `json:"failures"`
		Context           messageContext   `json:"context"`
	}
	items[T any] struct {
		Items []T `json:"items"`
	}
	statement struct {
		StatementID     string           `json:"statementId"`
		Effect          string           `json:"effect"`
		Principals      items[value]     `json:"principals"`
		PrincipalGroups items[value]     `json:"principalGroups"`
		Actions         items[value]     `json:"actions"`
		Resources       items[value]     `json:"resources"`
		Conditions      items[condition] `json:"conditions"`
	}
	value struct {
		Value string `json:"value"`
	}
	condition struct {
		Key    string       `json:"key"`
		Values items[value] `json:"values"`
	}
	// failure is what should have allowed and did not. EC2 leaves the list empty; it is ours.
	failure struct {
		PolicyType string `json:"policyType"`
		Reason     string `json:"reason"`
	}
	messageContext struct {
		Principal struct {
			ID   string `json:"id"`
			Name string `json:"name,omitempty"`
			ARN  string `json:"arn"`
		} `json:"principal"`
		Action     string           `json:"action"`
		Resource   string           `json:"resource"`
		Conditions items[condition] `json:"conditions"`
	}
)

// Message is the sealed message of a refusal, which DecodeAuthorizationMessage opens in the account. Whoever may not read
// the policies of the principal gets none of their statements: inside tells that the principal is of that account. One
// that would be too long is without statements and conditions.
func (s *Service) Message(accountID string, a *Answer, inside bool) (string, error) {
	m := message{ExplicitDeny: a.Explicit, Allowed: a.Allowed}
	m.MatchedStatements.Items, m.Failures.Items, m.Context.Conditions.Items = []statement{}, []failure{}, []condition{}
	m.Context.Action, m.Context.Resource = a.Request.Action, a.Request.Resource
	p := &a.Request.Principal
	m.Context.Principal.ARN, m.Context.Principal.ID = p.ARN, strings.Join(a.Request.Context.Values("aws:userid"), "")
	m.Context.Principal.Name = p.ARN[strings.LastIndexByte(p.ARN, '/')+1:]
	if p.ARN == "" {
		m.Context.Principal.ARN, m.Context.Principal.Name = p.Issuer, p.Name
	}
	if !a.Explicit {
		m.Failures.Items = append(m.Failures.Items, failure{a.Kind.String(), a.Reason})
	}
	short := m
	if inside {
		m.tell(a)
	}
	for _, one := range []message{m, short} {
		plain, err := json.Marshal(one)
		if err != nil {
			return "", fmt.Errorf("write authorization message: %w", err)
		}
		if sealed, err := s.Sessions.EncodeMessage(accountID, plain); err != nil || sealed != "" {
			return sealed, err
		}
	}
	return "", nil
}

// tell adds what only the principal's account may know: the statements that deny, and the condition keys.
func (m *message) tell(a *Answer) {
	secret := permission.SecretOf(&a.Request)
	for _, e := range a.Request.Context.Entries() {
		if secret.Key(e.Key) {
			continue
		}
		m.Context.Conditions.Items = append(m.Context.Conditions.Items, condition{e.Key, valuesOf(e.Values)})
	}
	if a.Explanation == nil {
		return
	}
	for _, t := range a.Explanation.Statements {
		if a.Explicit && t.Matched && t.Statement.Effect == policy.Deny {
			m.MatchedStatements.Items = append(m.MatchedStatements.Items, statementOf(t.Statement))
		}
	}
}

func statementOf(st *policy.Statement) statement {
	s := statement{StatementID: st.Sid.Value, Effect: strings.ToUpper(st.Effect.String()), Actions: texts(st.Actions), Resources: texts(st.Resources)}
	s.Principals.Items, s.PrincipalGroups.Items, s.Conditions.Items = []value{}, []value{}, []condition{}
	if p := st.Principal; p != nil {
		if p.Everyone {
			s.Principals.Items = append(s.Principals.Items, value{"*"})
		}
		for _, list := range [][]policy.Text{p.AWS, p.Federated, p.Service, p.Canonical} {
			s.Principals.Items = append(s.Principals.Items, texts(list).Items...)
		}
	}
	for _, c := range st.Conditions {
		s.Conditions.Items = append(s.Conditions.Items, condition{c.Key.Value, texts(c.Values)})
	}
	return s
}

func texts(list []policy.Text) items[value] {
	all := items[value]{Items: []value{}}
	for _, t := range list {
		all.Items = append(all.Items, value{t.Value})
	}
	return all
}

func valuesOf(list []string) items[value] {
	all := items[value]{Items: []value{}}
	for _, v := range list {
		all.Items = append(all.Items, value{v})
	}
	return all
}
