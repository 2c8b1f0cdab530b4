package iam

import (
	"context"
	"errors"
	"strings"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/arn"
	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// simulated is somebody whose policies are simulated as they are now.
type simulated struct {
	who   identity.Identity
	held  permission.Held
	types map[*policy.Document]types.PolicySourceType // names may be those of several
	// roles finds those that it would assume, by ARN. Own tells that the caller is of the account, as it is.
	roles func(ctx context.Context, roles []string, own bool) (map[string]*trusting, error)
}

// simulated finds a user, group or role of the account by its ARN, and what it has.
func (s *Service) simulated(ctx context.Context, account, sourceARN string) (*simulated, error) {
	a, err := arn.Parse(sourceARN)
	kind, resource, _ := strings.Cut(a.Resource, "/")
	switch k := identity.Kind(kind); {
	case err != nil || a.Service != "iam" || k != identity.User && k != identity.Group && k != identity.Role:
		return nil, ErrInvalidInput.With("Invalid Entity Arn: %s is not the ARN of an IAM user, group or role.", sourceARN)
	case a.AccountID != account:
		return nil, identity.ErrNotFound.With("The %s with ARN %s cannot be found.", kind, sourceARN)
	}
	who, err := s.Identities.ByName(ctx, account, identity.Kind(kind), resource[strings.LastIndexByte(resource, '/')+1:])
	if errors.Is(err, identity.ErrNotFound) || err == nil && who.ARN() != sourceARN {
		return nil, identity.ErrNotFound.With("The %s with ARN %s cannot be found.", kind, sourceARN)
	}
	if err != nil {
		return nil, err
	}
	held, err := s.Permissions.PoliciesOf(ctx, account, who.ID)
	return &simulated{who: who, held: held, types: map[*policy.Document]types.PolicySourceType{}}, err
}

// add puts what is held before the policies of the input.
func (s *simulated) add(given []policy.Policy) ([]policy.Policy, error) {
	var all []policy.Policy
	for _, src := range s.held.Policies {
		name, sort := src.Name, types.PolicySourceType(src.Kind)
		switch {
		case strings.HasPrefix(name, identity.PolicyARN(identity.AWS, "/", "")):
			sort = types.PolicySourceTypeAwsManaged
		case src.Kind == "":
			sort = types.PolicySourceTypeUserManaged
		}
		d, problems := policy.Parse(src.Text())
		if err := problems.Err(); err != nil {
			return nil, err
		}
		s.types[d] = sort
		all = append(all, policy.Policy{Name: name, Document: d})
	}
	return append(all, given...), nil
}

func (s *simulated) sourceType(d *policy.Document) types.PolicySourceType {
	if t, ok := s.types[d]; ok {
		return t
	}
	return types.PolicySourceTypeNone
}

func (s *simulated) boundary() (*policy.Set, error) {
	return compileHeld(policy.Boundary, *s.held.Boundary)
}

// organization are the service control policies that limit the account, from the organization's root down.
func (s *simulated) organization() (levels []*policy.Set, err error) {
	for _, sources := range s.held.Organization.ServiceControl {
		set, err := compileHeld(policy.ServiceControl, sources...)
		if err != nil {
			return nil, err
		}
		levels = append(levels, set)
	}
	return levels, nil
}

func compileHeld(kind policy.Kind, sources ...permission.Source) (*policy.Set, error) {
	list := make([]policy.Policy, len(sources))
	for i, src := range sources {
		d, problems := policy.Parse(src.Text())
		if err := problems.Err(); err != nil {
			return nil, err
		}
		list[i] = policy.Policy{Name: src.Name, Document: d}
	}
	return policy.Compile(kind, list...)
}

// keys are the tags of a user or role and where its account is, as of the principal of a request.
func (s *simulated) keys(c *policy.Context) {
	if o := s.held.Organization; o.ID != "" {
		c.Set("aws:PrincipalOrgID", o.ID)
		c.SetList("aws:PrincipalOrgPaths", o.Path)
	}
	for _, t := range s.held.Tags {
		c.Set("aws:PrincipalTag/"+t.Key, t.Value)
	}
}

func (s *Service) simulatePrincipalPolicy(ctx context.Context, account string, in *awsiam.SimulatePrincipalPolicyInput) (*awsiam.SimulatePrincipalPolicyOutput, error) {
	if len(in.PolicyExclusionList) > 0 {
		return nil, ErrInvalidInput.With("Invalid Input PolicyExclusionList: no policy can be left out.")
	}
	of, err := s.simulated(ctx, account, *in.PolicySourceArn)
	if err != nil {
		return nil, err
	}
	of.roles = func(ctx context.Context, roles []string, own bool) (map[string]*trusting, error) {
		return s.trusting(ctx, account, roles, own)
	}
	caller := in.CallerArn
	if caller == nil && of.who.Kind == identity.User {
		caller = in.PolicySourceArn
	}
	out, err := simulate(ctx, of, &awsiam.SimulateCustomPolicyInput{
		ActionNames: in.ActionNames, PolicyInputList: in.PolicyInputList, CallerArn: caller, ContextEntries: in.ContextEntries, Marker: in.Marker, MaxItems: in.MaxItems,
		PermissionsBoundaryPolicyInputList: in.PermissionsBoundaryPolicyInputList, ResourceArns: in.ResourceArns, ResourceHandlingOption: in.ResourceHandlingOption,
		ResourceOwner: in.ResourceOwner, ResourcePolicy: in.ResourcePolicy,
	})
	if err != nil {
		return nil, err
	}
	return &awsiam.SimulatePrincipalPolicyOutput{EvaluationResults: out.EvaluationResults, IsTruncated: out.IsTruncated, Marker: out.Marker}, nil
}

func (s *Service) getContextKeysForPrincipalPolicy(ctx context.Context, account string, in *awsiam.GetContextKeysForPrincipalPolicyInput) (*awsiam.GetContextKeysForPrincipalPolicyOutput, error) {
	of, err := s.simulated(ctx, account, *in.PolicySourceArn)
	if err != nil {
		return nil, err
	}
	all, err := read("PolicyInputList", policy.Identity, in.PolicyInputList...)
	if err != nil {
		return nil, err
	}
	if all, err = of.add(all); err != nil {
		return nil, err
	}
	var docs []*policy.Document
	for _, p := range all {
		docs = append(docs, p.Document)
	}
	return &awsiam.GetContextKeysForPrincipalPolicyOutput{ContextKeyNames: contextKeys(docs)}, nil
}
