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
			return temporary(ctx, keys, sessions, accessKeyID, token)
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

func temporary(ctx context.Context, keys *iam.Service, sessions *sts.Service, accessKeyID, token string) (string, api.Principal, error) {
	secret, v, err := sessions.Open(accessKeyID, token)
	if err != nil {
		return "", api.Principal{}, err
	}
	if v.OfRoot() && !v.AssumedRoot { // what was taken with root's key ends when root's credentials are reset
		if err := keys.RootStands(ctx, v.AccountID, v.IssuedAt); err != nil {
			return "", api.Principal{}, err
		}
	}
	p := api.SessionPrincipal(v)
	p.AccessKeyID = accessKeyID
	return secret.Reveal(), p, nil
}
