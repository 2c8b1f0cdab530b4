package sts

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/identity"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
)

// Organizations tells who administers whom: *organization.Service.
type Organizations interface {
	Of(ctx context.Context, accountID string) (organization.Organization, error)
	// DelegatedFor tells whether a member account administers a service for the organization.
	DelegatedFor(ctx context.Context, o *organization.Organization, accountID, principal string) (bool, error)
}

// tasks are the policies that a session of root may have (STS API Reference, AssumeRoot).
const tasks = "arn:aws:iam::aws:policy/root-task/"

func (s *Service) registerRoot(r *api.Registry) {
	api.Add(r, name, api.Op[awssts.AssumeRootInput, awssts.AssumeRootOutput]{
		Access: api.Signed(),
		Resource: func(_ context.Context, in *awssts.AssumeRootInput) (api.Resource, error) {
			return api.Resource{ARN: rootOf(*in.TargetPrincipal)}, nil
		},
		Conditions: func(in *awssts.AssumeRootInput, c *policy.Context) {
			c.Set("sts:TaskPolicyArn", aws.ToString(in.TaskPolicyArn.Arn))
		},
		Run: s.assumeRoot,
	})
}

// rootOf is the ARN of the root user of an account, which may be given by its id.
func rootOf(target string) string {
	if strings.HasPrefix(target, "arn:") {
		return target
	}
	return arn.ARN{Service: "iam", AccountID: target, Resource: "root"}.String()
}

func (s *Service) assumeRoot(ctx context.Context, in *awssts.AssumeRootInput) (*awssts.AssumeRootOutput, error) {
	p := api.PrincipalFrom(ctx)
	target := rootOf(*in.TargetPrincipal)
	a, err := arn.Parse(target)
	if err != nil || a.Service != "iam" || a.Resource != "root" {
		return nil, sts.ErrValidation.With("%s is not an account or its root user.", *in.TargetPrincipal)
	}
	task := aws.ToString(in.TaskPolicyArn.Arn)
	if _, known := identity.DocumentOfAWS(task); !known || !strings.HasPrefix(task, tasks) {
		return nil, sts.ErrValidation.With("%s is not a policy for a task of root.", task)
	}
	if err := s.administers(ctx, p.AccountID, a.AccountID); err != nil {
		return nil, err
	}
	var length *time.Duration
	if in.DurationSeconds != nil {
		length = aws.Duration(seconds(in.DurationSeconds))
	}
	v, err := s.Sessions.RootSession(a.AccountID, target, task, length, p.Session)
	if err != nil {
		return nil, err
	}
	c, _, _, err := s.issue(ctx, v, in.MinimumSessionTokenSize)
	return &awssts.AssumeRootOutput{Credentials: c, SourceIdentity: some(v.SourceIdentity)}, err
}

// administers refuses accounts that do not act for the root user of another: only the management account, or one that
// administers IAM for it, does so in members of its organization, where that is enabled.
func (s *Service) administers(ctx context.Context, caller, member string) error {
	denied := sts.ErrAccessDenied.With("The account %s may not act as the root user of %s.", caller, member)
	o, err := s.Organizations.Of(ctx, caller)
	switch {
	case errors.Is(err, organization.ErrNotInUse):
		return denied
	case err != nil:
		return err
	case !o.RootSessions || o.Manages(member):
		return denied
	}
	if !o.Manages(caller) {
		switch yes, err := s.Organizations.DelegatedFor(ctx, &o, caller, "iam.amazonaws.com"); {
		case err != nil:
			return err
		case !yes:
			return denied
		}
	}
	of, err := s.Organizations.Of(ctx, member)
	if err != nil && !errors.Is(err, organization.ErrNotInUse) {
		return err
	}
	if err != nil || of.ID != o.ID {
		return denied
	}
	return nil
}
