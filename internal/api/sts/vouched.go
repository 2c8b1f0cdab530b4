package sts

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
)

// SessionFor gives out a session of a role to a service that acts for whom it has verified, where the role's trust policy
// lets that service: IAM Roles Anywhere.
func (s *Service) SessionFor(ctx context.Context, p api.Principal, roleARN string, w sts.Want, more func(*policy.Context)) (*sts.Session, sts.Credentials, error) {
	t, err := s.target(ctx, roleARN)
	if err != nil {
		return nil, sts.Credentials{}, err
	}
	if err := api.AskFor(ctx, p, t.questions("sts:AssumeRole", w, more)...); err != nil {
		return nil, sts.Credentials{}, err
	}
	v, err := s.roleSession(ctx, t, nil, w)
	if err != nil {
		return nil, sts.Credentials{}, err
	}
	if _, err := v.Packed(); err != nil {
		return nil, sts.Credentials{}, err
	}
	made, err := s.give(ctx, v, 0)
	return v, made, err
}
