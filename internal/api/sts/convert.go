package sts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"gatehouse/internal/audit"
	"gatehouse/internal/identity"
	"gatehouse/internal/sts"
)

// issue makes the credentials of a session, with how much of what it may hold they take and how long their token is.
func (s *Service) issue(ctx context.Context, v *sts.Session, atLeast *int32) (c *types.Credentials, packed, size *int32, err error) {
	if n := aws.ToInt32(atLeast); n < 0 || n > sts.MaxPadded {
		return nil, nil, nil, sts.ErrValidation.With("MinimumSessionTokenSize must be from 0 to %d.", sts.MaxPadded)
	}
	percent, err := v.Packed()
	if err != nil {
		return nil, nil, nil, err
	}
	if percent > 0 {
		packed = &percent
	}
	made, err := s.give(ctx, v, int(aws.ToInt32(atLeast)))
	if err != nil {
		return nil, nil, nil, err
	}
	return credentials(made), packed, aws.Int32(int32(len(made.Token))), nil
}

// give makes the credentials of a session, with a token of some size at least, and notes in the audit record which they are.
func (s *Service) give(ctx context.Context, v *sts.Session, atLeast int) (sts.Credentials, error) {
	made, err := s.Sessions.Issue(v, atLeast)
	if err == nil {
		audit.Issued(ctx, audit.Credentials{AccessKeyID: made.AccessKeyID, AccountID: v.AccountID})
	}
	return made, err
}

func credentials(c sts.Credentials) *types.Credentials {
	return &types.Credentials{AccessKeyId: &c.AccessKeyID, SecretAccessKey: aws.String(c.Secret.Reveal()), SessionToken: &c.Token, Expiration: &c.Expires}
}

func tagsOf(list []types.Tag) []identity.Tag {
	var tags []identity.Tag
	for _, t := range list {
		tags = append(tags, identity.Tag{Key: aws.ToString(t.Key), Value: aws.ToString(t.Value)})
	}
	return tags
}

func tagMap(tags []identity.Tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

func arnsOf(list []types.PolicyDescriptorType) []string {
	var arns []string
	for _, p := range list {
		arns = append(arns, aws.ToString(p.Arn))
	}
	return arns
}
