package aws

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/iam"
)

// Credentials answers Options.Credentials from IAM's access keys.
func Credentials(s *iam.Service) func(ctx context.Context, accessKeyID, token string) (string, api.Principal, error) {
	return func(ctx context.Context, accessKeyID, token string) (string, api.Principal, error) {
		c, err := s.Credential(ctx, accessKeyID, token)
		if err != nil {
			return "", api.Principal{}, err
		}
		p := api.Principal{AccountID: c.AccountID, ARN: c.ARN, UserID: c.UserID, SessionID: c.SessionID, AccessKeyID: c.AccessKeyID,
			Kind: api.IAMUser, PolicyVersion: c.PolicyVersion, KeyUsed: c.LastUsed}
		if c.Root {
			p.Kind = api.Root
		}
		return c.Secret.Reveal(), p, nil
	}
}
