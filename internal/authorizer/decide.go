package authorizer

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// Question is what a service wants to know of a subject.
type Question struct {
	Action, Resource string
	Owner            string // account of the resource; its ARN may name another
	Policy           string // of the resource, in JSON; "" for none
	Context          policy.Context
}

// Answer is a decision, and the request as it was decided.
type Answer struct {
	policy.Decision
	Request policy.Request
	Reason  string // the sentence of a refusal; "" of what is allowed
	// Explanation is there where it was asked for.
	Explanation *policy.Explanation
}

// MaxPolicy is how many characters the policy of a resource may have, without white space: those of S3 have as many.
const MaxPolicy = 20 << 10

// Decide answers a question, with an explanation if one is wanted. Errors are ErrInvalid and those of package policy.
func (s *Service) Decide(ctx context.Context, who *Subject, q Question, explain bool) (*Answer, error) {
	r, err := s.request(who, q)
	if err != nil {
		return nil, err
	}
	a := &Answer{Request: *r}
	if who.nobody != "" {
		a.Kind, a.Reason = policy.Identity, who.nobody
		return a, nil
	}
	s.noteUse(who, r)
	by := permission.By{Version: who.version, Session: who.limits}
	if by.Resource, err = s.ofResource(ctx, &a.Request, q.Policy); err != nil {
		return nil, err
	}
	if explain {
		if a.Explanation, err = s.Permissions.Explain(ctx, &a.Request, by); err == nil {
			a.Decision = a.Explanation.Decision
		}
	} else {
		a.Decision, err = s.Permissions.Decide(ctx, &a.Request, by)
	}
	switch {
	case errors.Is(err, permission.ErrClosed):
		a.Kind, a.Reason = policy.Identity, "The account of the principal is closed."
		return a, nil
	case err != nil:
		return nil, err
	}
	if !a.Allowed {
		told := a.Request
		if told.Principal.ARN == "" {
			told.Principal.ARN = told.Principal.Issuer
		}
		a.Reason = a.Denied(&told)
	}
	return a, nil
}

// ofResource is the policy of a resource: what the service brings, or that of a role to be assumed, which it may not.
func (s *Service) ofResource(ctx context.Context, r *policy.Request, given string) (*policy.Set, error) {
	if !permission.Assumes(r.Action, r.Resource) {
		return s.resourcePolicy(given)
	}
	if given != "" {
		return nil, ErrInvalid.With("The policy of the role %s is its trust policy, which is known: there is no ResourcePolicy for %s.", r.Resource, r.Action)
	}
	role, trust, err := permission.Trust(ctx, s.Identities, s.Permissions, r.Resource)
	if role != nil {
		for _, t := range role.Tags {
			r.Context.Set("aws:ResourceTag/"+t.Key, t.Value)
		}
	}
	return trust, err
}

// noteUse notes that somebody who proved it uses the service of an action, as calls of ours are noted: refused ones too. Of
// what services say that they are, those of the mappings alone count: a report of another account is not theirs to fill.
func (s *Service) noteUse(who *Subject, r *policy.Request) {
	if !who.Proved {
		return
	}
	id := who.Principal.ID
	if who.Principal.Kind == policy.Root {
		id = who.Principal.Account
	}
	service, _, _ := strings.Cut(strings.ToLower(r.Action), ":")
	region := ""
	if a, err := arn.Parse(r.Resource); err == nil {
		region = a.Region
	}
	if asked := r.Context.Values("aws:RequestedRegion"); region == "" && len(asked) == 1 {
		region = asked[0]
	}
	if id != "" && (service == S3 || service == ExecuteAPI) && len(region) <= 64 {
		s.Uses.Note(who.Principal.Account, id, service, region)
	}
}

// resourcePolicy compiles the policy of a resource.
func (s *Service) resourcePolicy(text string) (*policy.Set, error) {
	if text == "" {
		return nil, nil
	}
	if err := policy.CheckSize(policy.Size(text), "ResourcePolicySize", MaxPolicy); err != nil {
		return nil, err
	}
	if _, err := policy.ParseValid(text, policy.Resource); err != nil {
		return nil, err
	}
	return s.Permissions.Set(policy.Resource, permission.Source{Name: "ResourcePolicy", Document: text})
}

// request is a question as policies are asked it. What follows from the subject is known here, and said by nobody else.
func (s *Service) request(who *Subject, q Question) (*policy.Request, error) {
	service, op, ok := strings.Cut(q.Action, ":")
	if !ok || service == "" || op == "" || len(q.Action) > 128 || strings.ContainsAny(q.Action, "*? \t\r\n") || strings.Contains(op, ":") {
		return nil, ErrInvalid.With("%q is not an action: it is written service:Name, without wildcards.", q.Action)
	}
	a, err := arn.Parse(q.Resource)
	if q.Resource != "*" && (err != nil || len(q.Resource) > 2048) {
		return nil, ErrInvalid.With("The resource of %s must be an ARN of at most 2048 characters, or \"*\".", q.Action)
	}
	r := &policy.Request{Principal: who.Principal, Action: q.Action, Resource: q.Resource, ResourceAccount: q.Owner, Context: q.Context.Clone()}
	if a.AccountID != "" {
		r.ResourceAccount = a.AccountID
	}
	c := &r.Context
	s.now(c)
	if q.Resource != "*" {
		c.Set("aws:ResourceAccount", r.ResourceAccount)
	}
	c.Add(policy.PrincipalContext(&r.Principal))
	if who.UserID == "" {
		c.Delete("aws:userid")
	}
	if who.session != nil {
		who.session.Conditions(c, s.Clock())
	}
	return r, nil
}

// now is the time of a question, whatever time it says.
func (s *Service) now(c *policy.Context) {
	now := s.Clock().UTC()
	c.Set("aws:CurrentTime", now.Format(time.RFC3339))
	c.Set("aws:EpochTime", strconv.FormatInt(now.Unix(), 10))
}

// sessionKeys are the condition keys of temporary credentials, which a service may say of a principal that it names.
var sessionKeys = []string{"aws:tokenissuetime", "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:sourceidentity", "aws:federatedprovider"}

// MayGive refuses the condition keys that follow from the subject, which would be believed.
func (v *Subject) MayGive(key string) error {
	if permission.Follows(key) || v.Proved && slices.Contains(sessionKeys, strings.ToLower(key)) {
		return ErrInvalid.With("The condition key %s follows from the principal, the resource or the time, and is not taken from the context.", key)
	}
	return nil
}
