package aws

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/iam"
	"gatehouse/internal/sts"
)

// Lookup finds the secret of an access key and whose it is, as sigv4.Verifier.Lookup says.
type Lookup func(ctx context.Context, accessKeyID, token string) (secret string, p api.Principal, err error)

// Credentials answers Options.Credentials: whoever sends a session token has temporary credentials, which say who they
// are themselves; anybody else has an access key of IAM.
func Credentials(keys *iam.Service, sessions *sts.Service) Lookup {
	return func(ctx context.Context, accessKeyID, token string) (string, api.Principal, error) {
		if token != "" {
			return temporary(ctx, sessions, accessKeyID, token)
		}
		c, err := keys.Credential(ctx, accessKeyID)
		if err != nil {
			return "", api.Principal{}, err
		}
		p := api.Principal{AccountID: c.AccountID, ARN: c.ARN, UserID: c.UserID, AccessKeyID: c.AccessKeyID,
			Kind: api.IAMUser, PolicyVersion: c.PolicyVersion, KeyUsed: c.LastUsed}
		if c.Root {
			p.Kind = api.Root
		}
		return c.Secret.Reveal(), p, nil
	}
}

func temporary(ctx context.Context, sessions *sts.Service, accessKeyID, token string) (string, api.Principal, error) {
	secret, v, err := sessions.Open(ctx, accessKeyID, token)
	if err != nil {
		return "", api.Principal{}, err
	}
	p := api.SessionPrincipal(v)
	p.AccessKeyID = accessKeyID
	return secret.Reveal(), p, nil
}
