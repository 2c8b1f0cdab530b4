package sts

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/federation/oidc"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
	"gatehouse/internal/sts"
)

// Providers finds the OpenID Connect providers of accounts: *identity.Service.
type Providers interface {
	OIDCProvider(ctx context.Context, accountID, arnOrURL string) (identity.OIDCProvider, error)
}

// Tokens verifies tokens of issuers: *oidc.Verifier.
type Tokens interface {
	Verify(ctx context.Context, issuer, raw string) (*oidc.Token, error)
}

func (s *Service) registerWebIdentity(r *api.Registry) {
	api.Add(r, name, api.Op[awssts.AssumeRoleWithWebIdentityInput, awssts.AssumeRoleWithWebIdentityOutput]{
		Access: api.PublicAsks(),
		Run:    s.assumeRoleWithWebIdentity,
	})
}

func (s *Service) assumeRoleWithWebIdentity(ctx context.Context, in *awssts.AssumeRoleWithWebIdentityInput) (*awssts.AssumeRoleWithWebIdentityOutput, error) {
	if in.ProviderId != nil {
		return nil, sts.ErrIdentityToken.With("OAuth 2.0 access tokens of %s are not taken; send an OpenID Connect ID token without ProviderId.", *in.ProviderId)
	}
	role, err := arn.Parse(*in.RoleArn)
	if err != nil {
		return nil, sts.ErrValidation.With("%s is invalid", *in.RoleArn)
	}
	issuer := oidc.IssuerOf(*in.WebIdentityToken)
	who, err := s.webIdentity(ctx, role.AccountID, issuer, *in.WebIdentityToken)
	if err != nil {
		return nil, err
	}
	w := sts.Want{
		Name: *in.RoleSessionName, Duration: seconds(in.DurationSeconds), Policy: aws.ToString(in.Policy), PolicyARNs: arnsOf(in.PolicyArns),
		Tags: who.Tags, Transitive: who.Transitive, SourceIdentity: who.SourceIdentity,
	}
	p := api.Principal{AccountID: role.AccountID, Kind: api.WebIdentityUser, ARN: who.Provider + ":" + who.Audience + ":" + who.Subject, Provider: who.Provider}
	v, err := s.vouchedFor(ctx, p, "AssumeRoleWithWebIdentity", *in.RoleArn, w, who.Claims)
	if err != nil {
		return nil, err
	}
	out := &awssts.AssumeRoleWithWebIdentityOutput{
		AssumedRoleUser: assumed(v), SourceIdentity: some(v.SourceIdentity), Audience: &who.Audience, Provider: &issuer, SubjectFromWebIdentityToken: &who.Subject,
	}
	out.Credentials, out.SessionTokenUtilization, out.SessionTokenSize, err = s.issue(ctx, v, in.MinimumSessionTokenSize)
	out.PackedPolicySize = out.SessionTokenUtilization //lint:ignore SA1019 older SDKs read it
	return out, err
}

// webIdentity verifies a token of an issuer that the account knows.
func (s *Service) webIdentity(ctx context.Context, accountID, issuer, raw string) (*sts.WebIdentity, error) {
	if issuer == "" {
		return nil, sts.ErrIdentityToken.With("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
	}
	var audiences []string
	p, err := s.Providers.OIDCProvider(ctx, accountID, issuer)
	provider, everywhere := sts.KnownProvider(issuer)
	switch {
	case err == nil && p.Issuer == issuer:
		provider, audiences = p.ARN(), append([]string{}, p.ClientIDs...)
	case err != nil && !errors.Is(err, identity.ErrNotFound):
		return nil, err
	case !everywhere:
		return nil, sts.ErrIdentityToken.With("No OpenIDConnect provider found in your account for %s", issuer)
	}
	t, err := s.Tokens.Verify(ctx, issuer, raw)
	if err != nil {
		return nil, err
	}
	return sts.ReadWebIdentity(provider, audiences, t)
}

// vouchedFor is the session of a role for whom a provider vouches, where the role's trust policy lets it; what is refused
// does not tell whether the role is there.
func (s *Service) vouchedFor(ctx context.Context, p api.Principal, operation, roleARN string, w sts.Want, claims map[string][]string) (*sts.Session, error) {
	t, err := s.target(ctx, roleARN)
	if err != nil {
		return nil, err
	}
	err = api.AskFor(ctx, p, t.questions("sts:"+operation, w, func(c *policy.Context) { sts.SetClaims(c, claims) })...)
	if errors.Is(err, api.ErrAccessDenied) {
		return nil, sts.ErrNotAuthorized(operation)
	}
	if err != nil {
		return nil, err
	}
	v, err := s.roleSession(ctx, t, nil, w)
	if err != nil {
		return nil, err
	}
	v.Provider, v.Claims = p.Provider, claims
	return v, nil
}
