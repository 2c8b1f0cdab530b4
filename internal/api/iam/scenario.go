package iam

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/arn"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// scenario is a simulation's input, understood.
type scenario struct {
	policies   policy.Policies
	boundary   bool // were given, as were organizations' policies
	organized  bool
	caller     policy.Principal
	size       int // characters of all policies
	context    policy.Context
	owner      string // account of resources whose ARN names none
	resources  []string
	everything bool       // no resource was named, or "*"
	anybody    bool       // no caller was named
	lacking    []string   // condition keys that the policies ask for and nobody gave
	of         *simulated // whose policies are simulated; nil where they are the input's alone
	roles      map[string]*trusting
}

// newScenario understands an input. Of is whose policies count beside those of the input; nil for nobody's.
func newScenario(account string, of *simulated, in *awsiam.SimulateCustomPolicyInput) (*scenario, error) {
	s := &scenario{resources: in.ResourceArns, boundary: len(in.PermissionsBoundaryPolicyInputList) > 0, organized: len(in.OrderedOrganizationPolicyInputList) > 0, of: of}
	s.caller = policy.Principal{Kind: policy.User, Account: account}
	for _, read := range []func(*awsiam.SimulateCustomPolicyInput) error{s.readCaller, s.readOwner, s.readPolicies, s.readActions, s.readResources, s.readContext} {
		if err := read(in); err != nil {
			return nil, err
		}
	}
	return s, s.affordable()
}

// affordable refuses what reads too much for an action, roles that are known included.
func (s *scenario) affordable() error {
	s.size = size(&s.policies)
	largest := 0
	for _, r := range s.roles {
		largest = max(largest, size(&policy.Policies{Resource: r.trust}))
	}
	s.size += largest
	if cost := s.size * len(s.resources); cost > maxAction {
		return ErrInvalidInput.With("Invalid Input ResourceArns: %d resources are too many for policies of %d characters.", len(s.resources), s.size)
	}
	return nil
}

// findRoles takes the trust policies of roles as they are, where the input has none.
func (s *scenario) findRoles(ctx context.Context, in *awsiam.SimulateCustomPolicyInput) (err error) {
	if s.of == nil || in.ResourcePolicy != nil {
		return nil
	}
	own := s.caller.Account == s.of.who.AccountID && !slices.ContainsFunc(in.ContextEntries, forges)
	if s.roles, err = s.of.roles(ctx, assumed(in.ActionNames, in.ResourceArns), own); err != nil {
		return err
	}
	return s.affordable()
}

// forges tells an entry that makes another of the principal, the session, where it comes from, or the role: what a real
// request could not say.
func forges(e types.ContextEntry) bool {
	key := strings.ToLower(aws.ToString(e.ContextKeyName))
	return permission.Follows(key) || slices.ContainsFunc([]string{
		"aws:resource", "aws:multifactorauth", "aws:source", "aws:vpcsourceip", "aws:federatedprovider", "aws:tokenissuetime", "aws:securetransport",
	}, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

func size(p *policy.Policies) (n int) {
	for _, set := range append([]*policy.Set{p.Identity, p.Boundary, p.Resource}, p.ServiceControl...) {
		if set == nil {
			continue
		}
		for _, one := range set.Policies {
			n += one.Document.Size
		}
	}
	return n
}

// readCaller takes the ARN of a user, group, role or root. Without one the policies are those of somebody of the
// account that asks, and every resource is of that account.
func (s *scenario) readCaller(in *awsiam.SimulateCustomPolicyInput) error {
	s.anybody = in.CallerArn == nil
	if s.anybody {
		if in.ResourcePolicy != nil {
			return ErrInvalidInput.With("Invalid Input CallerArn: a simulation with a ResourcePolicy needs a CallerArn.")
		}
		return nil
	}
	a, err := arn.Parse(*in.CallerArn)
	sort, who, _ := strings.Cut(a.Resource, "/")
	if err != nil || a.Service != "iam" || !isAccount(a.AccountID) || a.Resource != "root" && who == "" {
		return ErrInvalidInput.With("Invalid Input CallerArn: %s is not the ARN of an IAM user, group or role.", *in.CallerArn)
	}
	s.caller.Account = a.AccountID
	switch sort {
	case "group": // is no principal; policies see somebody who is in it
	case "user":
		s.caller.ARN = *in.CallerArn
	case "role":
		s.caller.Kind, s.caller.Issuer = policy.RoleSession, *in.CallerArn
	case "root":
		s.caller.Kind, s.caller.ARN = policy.Root, *in.CallerArn
	default:
		return ErrInvalidInput.With("Invalid Input CallerArn: %s is not the ARN of an IAM user, group or role.", *in.CallerArn)
	}
	return nil
}

func (s *scenario) readOwner(in *awsiam.SimulateCustomPolicyInput) error {
	s.owner = s.caller.Account
	if in.ResourceOwner == nil {
		return nil
	}
	a, err := arn.Parse(*in.ResourceOwner)
	switch {
	case isAccount(*in.ResourceOwner):
		s.owner = *in.ResourceOwner
	case err == nil && a.Service == "iam" && a.Resource == "root" && isAccount(a.AccountID):
		s.owner = a.AccountID
	default:
		return ErrInvalidInput.With("Invalid Input ResourceOwner: %s is not the ARN of an account, such as arn:aws:iam::123456789012:root.", *in.ResourceOwner)
	}
	return nil
}

func isAccount(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

func (s *scenario) readPolicies(in *awsiam.SimulateCustomPolicyInput) (err error) {
	given, err := read("PolicyInputList", policy.Identity, in.PolicyInputList...)
	if err != nil {
		return err
	}
	if s.of != nil {
		if given, err = s.of.add(given); err != nil {
			return err
		}
	}
	if s.policies.Identity, err = compile("PolicyInputList", policy.Identity, given); err != nil {
		return err
	}
	if len(in.PermissionsBoundaryPolicyInputList) > 1 {
		return ErrInvalidInput.With("Invalid Input PermissionsBoundaryPolicyInputList: there is one permissions boundary.")
	}
	if s.boundary {
		if s.policies.Boundary, err = readAndCompile("PermissionsBoundaryPolicyInputList", policy.Boundary, in.PermissionsBoundaryPolicyInputList...); err != nil {
			return err
		}
	} else if s.of != nil && s.of.held.Boundary != nil {
		s.boundary = true
		if s.policies.Boundary, err = s.of.boundary(); err != nil {
			return err
		}
	}
	for _, level := range in.OrderedOrganizationPolicyInputList {
		set, err := readAndCompile("ServiceControlPolicyInputList", policy.ServiceControl, level.ServiceControlPolicyInputList...)
		if err != nil {
			return err
		}
		s.policies.ServiceControl = append(s.policies.ServiceControl, set)
	}
	if s.of != nil && len(s.of.held.Organization.ServiceControl) > 0 {
		s.organized = true
		if s.policies.ServiceControl, err = s.of.organization(); err != nil {
			return err
		}
	}
	return s.readResourcePolicy(in)
}

// readResourcePolicy takes the policy of the resources: where all are roles to be assumed it is a trust policy, and counts
// for assuming them alone.
func (s *scenario) readResourcePolicy(in *awsiam.SimulateCustomPolicyInput) (err error) {
	roles := assumed(in.ActionNames, in.ResourceArns)
	switch {
	case in.ResourcePolicy == nil:
	case len(roles) > 0 && len(roles) == len(in.ResourceArns):
		var trust *policy.Set
		if trust, err = readAndCompile("ResourcePolicy", policy.Trust, *in.ResourcePolicy); err == nil {
			s.roles = trustedBy(trust, roles)
		}
	default:
		s.policies.Resource, err = readAndCompile("ResourcePolicy", policy.Resource, *in.ResourcePolicy)
	}
	return err
}

func (s *scenario) readActions(in *awsiam.SimulateCustomPolicyInput) error {
	for _, a := range in.ActionNames {
		service, op, ok := strings.Cut(a, ":")
		if !ok || service == "" || op == "" || strings.ContainsAny(a, "*? ") || strings.Contains(op, ":") {
			return ErrInvalidInput.With("Invalid Input Action: %s. An action is written service:Name, without wildcards.", a)
		}
	}
	if in.ResourceHandlingOption != nil {
		return ErrInvalidInput.With("Invalid Input ResourceHandlingOption: the scenarios of EC2 are not simulated.")
	}
	return nil
}

func (s *scenario) readResources(*awsiam.SimulateCustomPolicyInput) error {
	if len(s.resources) == 0 {
		s.resources = []string{"*"}
	}
	s.everything = slices.Equal(s.resources, []string{"*"})
	for _, r := range s.resources {
		if _, err := arn.Parse(r); err != nil && r != "*" {
			return ErrInvalidInput.With("Invalid Input Resource: %s must be in ARN format or \"*\".", r)
		}
	}
	return nil
}

// readContext takes the entries; what follows from the caller is there already and may be overridden.
func (s *scenario) readContext(in *awsiam.SimulateCustomPolicyInput) error {
	if s.of != nil && s.caller.ARN == s.of.who.ARN() {
		s.caller.ID = s.of.who.ID
	}
	if !s.anybody {
		s.context = policy.PrincipalContext(&s.caller)
	}
	if s.of != nil {
		s.of.keys(&s.context)
	}
	for _, e := range in.ContextEntries {
		if err := s.entry(e); err != nil {
			return err
		}
	}
	return nil
}

func (s *scenario) entry(e types.ContextEntry) error {
	if e.ContextKeyName == nil || !slices.Contains(e.ContextKeyType.Values(), e.ContextKeyType) {
		return ErrInvalidInput.With("Invalid Input ContextEntries: an entry has a ContextKeyName and a ContextKeyType.")
	}
	kind, list := strings.CutSuffix(string(e.ContextKeyType), "List")
	for _, v := range e.ContextKeyValues {
		if !policy.IsValue(kind, v) {
			return ErrInvalidInput.With("Invalid Input ContextEntries: %q is not a value of type %s for %s.", v, kind, *e.ContextKeyName)
		}
	}
	switch {
	case list:
		s.context.SetList(*e.ContextKeyName, e.ContextKeyValues...)
	case len(e.ContextKeyValues) == 1:
		s.context.Set(*e.ContextKeyName, e.ContextKeyValues[0])
	default:
		return ErrInvalidInput.With("Invalid Input ContextEntries: %s is of type %s, and has one value.", *e.ContextKeyName, kind)
	}
	return nil
}
