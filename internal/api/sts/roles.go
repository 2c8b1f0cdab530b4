package sts

import (
	"context"
	"errors"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
)

func (s *Service) registerRoles(r *api.Registry) {
	api.Add(r, name, api.Op[awssts.AssumeRoleInput, awssts.AssumeRoleOutput]{
		Access: api.Asks(),
		Resource: func(_ context.Context, in *awssts.AssumeRoleInput) (api.Resource, error) {
			return api.Resource{ARN: aws.ToString(in.RoleArn)}, nil
		},
		Run: s.assumeRole,
	})
}

func (s *Service) assumeRole(ctx context.Context, in *awssts.AssumeRoleInput) (*awssts.AssumeRoleOutput, error) {
	p := api.PrincipalFrom(ctx)
	if p.Kind == api.Root {
		return nil, sts.ErrAccessDenied.With("Roles may not be assumed by root accounts.")
	}
	mfaAt, err := s.factor(ctx, in.SerialNumber, in.TokenCode)
	if err != nil {
		return nil, err
	}
	target, err := s.target(ctx, *in.RoleArn)
	if err != nil {
		return nil, err
	}
	w := sts.Want{
		Name: *in.RoleSessionName, Duration: seconds(in.DurationSeconds), Policy: aws.ToString(in.Policy), PolicyARNs: arnsOf(in.PolicyArns),
		Tags: tagsOf(in.Tags), Transitive: in.TransitiveTagKeys, SourceIdentity: aws.ToString(in.SourceIdentity),
	}
	questions := target.questions("sts:AssumeRole", w.Inherited(p.Session), func(c *policy.Context) {
		if in.ExternalId != nil {
			c.Set("sts:ExternalId", *in.ExternalId)
		}
		if !mfaAt.IsZero() {
			c.Set("aws:MultiFactorAuthPresent", "true")
			c.Set("aws:MultiFactorAuthAge", "0")
		}
	})
	if err := api.Ask(ctx, questions...); err != nil {
		return nil, err
	}
	v, err := s.roleSession(ctx, target, p.Session, w)
	if err != nil {
		return nil, err
	}
	out := &awssts.AssumeRoleOutput{AssumedRoleUser: assumed(v), SourceIdentity: some(v.SourceIdentity)}
	out.Credentials, out.SessionTokenUtilization, out.SessionTokenSize, err = s.issue(ctx, v, in.MinimumSessionTokenSize)
	out.PackedPolicySize = out.SessionTokenUtilization //lint:ignore SA1019 older SDKs read it
	return out, err
}

// target is the role that somebody wants to assume.
type target struct {
	arn   string
	role  *identity.Identity // nil for one that is not there, whom nobody may assume
	owner string             // account
	trust *policy.Set
}

// target finds a role. That there is none is not told: its trust policy, which says nothing, trusts nobody.
func (s *Service) target(ctx context.Context, roleARN string) (*target, error) {
	a, ok := permission.RoleARN(roleARN)
	if !ok {
		return nil, sts.ErrValidation.With("%s is invalid", roleARN)
	}
	t := &target{arn: roleARN, owner: a.AccountID}
	var err error
	t.role, t.trust, err = permission.Trust(ctx, s.Identities, s.Policies, roleARN)
	return t, err
}

// questions are all that must be allowed for a session: to assume the role, to pass tags to it and a source identity.
func (t *target) questions(action string, w sts.Want, more func(*policy.Context)) []api.Also {
	resource := &api.Resource{ARN: t.arn, Account: t.owner, Policy: t.trust, Tags: t.tags}
	conditions := func(c *policy.Context) {
		c.Set("sts:RoleSessionName", w.Name)
		if w.Duration > 0 {
			c.Set("sts:DurationSeconds", strconv.Itoa(int(w.Duration.Seconds())))
		}
		if w.SourceIdentity != "" {
			c.Set("sts:SourceIdentity", w.SourceIdentity)
		}
		if len(w.Transitive) > 0 {
			c.SetList("sts:TransitiveTagKeys", w.Transitive...)
		}
		api.RequestTags(c, tagMap(w.Tags))
		more(c)
	}
	list := []api.Also{{Action: action, Resource: resource, Conditions: conditions}}
	if len(w.Tags) > 0 {
		list = append(list, api.Also{Action: "sts:TagSession", Resource: resource, Conditions: conditions})
	}
	if w.SourceIdentity != "" {
		list = append(list, api.Also{Action: "sts:SetSourceIdentity", Resource: resource, Conditions: conditions})
	}
	return list
}

func (t *target) tags(context.Context) (map[string]string, error) {
	if t.role == nil {
		return nil, nil
	}
	return tagMap(t.role.Tags), nil
}

// roleSession makes the session that policies allowed.
func (s *Service) roleSession(ctx context.Context, t *target, by *sts.Session, w sts.Want) (*sts.Session, error) {
	if t.role == nil { // a policy cannot have allowed it
		return nil, sts.ErrAccessDenied
	}
	if err := s.managed(ctx, t.owner, w.PolicyARNs); err != nil {
		return nil, err
	}
	return s.Sessions.RoleSession(t.role, by, w)
}

// managed checks that session policies are there.
func (s *Service) managed(ctx context.Context, accountID string, arns []string) error {
	if len(arns) > 10 {
		return sts.ErrValidation.With("A session has at most 10 managed policies.")
	}
	for _, a := range arns {
		switch _, err := s.Identities.Policy(ctx, accountID, a); {
		case errors.Is(err, identity.ErrNotFound):
			return sts.ErrValidation.With("Policy %s does not exist or is not attachable.", a)
		case err != nil:
			return err
		}
	}
	return nil
}

func assumed(v *sts.Session) *types.AssumedRoleUser {
	return &types.AssumedRoleUser{Arn: aws.String(v.ARN()), AssumedRoleId: aws.String(v.UserID())}
}
