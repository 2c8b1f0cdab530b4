package sts

import (
	"context"
	"crypto/rsa"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/federation/saml"
	"gatehouse/internal/identity"
	"gatehouse/internal/sts"
)

// SAMLProviders finds the SAML providers of accounts: *identity.Service.
type SAMLProviders interface {
	SAMLProvider(ctx context.Context, accountID, providerARN string) (identity.SAMLProvider, error)
	SAMLProviderByUUID(ctx context.Context, uuid string) (identity.SAMLProvider, error)
	OpenSAMLKeys(p identity.SAMLProvider) ([]*rsa.PrivateKey, error)
}

// SAML is what assertions are taken by. All fields are required.
type SAML struct {
	Providers  SAMLProviders
	Validator  *saml.Validator
	Assertions sts.Assertions
	// URL is the installation's, without a slash at its end; people may sign in at its /saml as at AWS's, and at /saml/acs/SAMLSP….
	URL string
}

// What assertions for AWS are made for: its entity id and its sign-in address.
const (
	entityOfAWS = "urn:amazon:webservices"
	signInOfAWS = "https://signin.aws.amazon.com/saml"
)

func (s *Service) registerSAML(r *api.Registry) {
	api.Add(r, name, api.Op[awssts.AssumeRoleWithSAMLInput, awssts.AssumeRoleWithSAMLOutput]{
		Access: api.PublicAsks(),
		Run:    s.assumeRoleWithSAML,
	})
}

func (s *Service) assumeRoleWithSAML(ctx context.Context, in *awssts.AssumeRoleWithSAMLInput) (*awssts.AssumeRoleWithSAMLOutput, error) {
	provider, err := s.SAML.provider(ctx, *in.PrincipalArn)
	if err != nil {
		return nil, err
	}
	a, err := s.SAML.validate(provider, *in.SAMLAssertion)
	if err != nil {
		return nil, err
	}
	who, err := sts.ReadSAML(provider, a)
	if err != nil {
		return nil, err
	}
	role, err := arn.Parse(*in.RoleArn)
	if err != nil || role.AccountID != provider.AccountID || !who.Gives(*in.RoleArn) {
		return nil, sts.ErrNotAuthorized("AssumeRoleWithSAML")
	}
	w := sts.Want{
		Name: who.Name, Duration: seconds(in.DurationSeconds), Policy: aws.ToString(in.Policy), PolicyARNs: arnsOf(in.PolicyArns),
		Tags: who.Tags, Transitive: who.Transitive, SourceIdentity: who.SourceIdentity,
	}
	p := api.Principal{AccountID: provider.AccountID, Kind: api.SAMLUser, ARN: who.Provider + ":" + who.Subject, Provider: who.Provider}
	v, err := s.vouchedFor(ctx, p, "AssumeRoleWithSAML", *in.RoleArn, w, who.Claims)
	if err != nil {
		return nil, err
	}
	v.Claims = who.Kept
	if !a.SessionEnd.IsZero() && a.SessionEnd.Before(v.Expires) {
		v.Expires = a.SessionEnd.Truncate(time.Second)
	}
	out := &awssts.AssumeRoleWithSAMLOutput{
		AssumedRoleUser: assumed(v), SourceIdentity: some(v.SourceIdentity), Audience: &who.Audience, Issuer: &who.Issuer,
		NameQualifier: &who.NameQualifier, Subject: &who.Subject, SubjectType: some(who.SubjectType),
	}
	out.Credentials, out.SessionTokenUtilization, out.SessionTokenSize, err = s.issue(ctx, v, in.MinimumSessionTokenSize)
	out.PackedPolicySize = out.SessionTokenUtilization //lint:ignore SA1019 older SDKs read it
	if err != nil {
		return nil, err
	}
	return out, s.SAML.spend(ctx, a)
}

// provider finds a provider by its ARN, which names its account.
func (s *SAML) provider(ctx context.Context, providerARN string) (*identity.SAMLProvider, error) {
	a, err := arn.Parse(providerARN)
	if err != nil {
		return nil, sts.ErrValidation.With("%s is invalid", providerARN)
	}
	p, err := s.Providers.SAMLProvider(ctx, a.AccountID, providerARN)
	if errors.Is(err, identity.ErrNotFound) {
		return nil, saml.ErrInvalid.With("Specified provider doesn't exist")
	}
	return &p, err
}

// Offer is what a response offers that came to the sign-in address of a provider, which decrypts it: all is validated but that it
// was not used, which is not used up either. It answers the errors of AssumeRoleWithSAML.
func (s *SAML) Offer(ctx context.Context, uuid, response string) (sts.SAMLOffer, error) {
	p, err := s.Providers.SAMLProviderByUUID(ctx, uuid)
	if errors.Is(err, identity.ErrNotFound) {
		return sts.SAMLOffer{}, saml.ErrInvalid.With("Specified provider doesn't exist")
	}
	if err != nil {
		return sts.SAMLOffer{}, err
	}
	a, err := s.validate(&p, response)
	if err != nil {
		return sts.SAMLOffer{}, err
	}
	return sts.OfferOf(a), nil
}

func (s *SAML) validate(p *identity.SAMLProvider, response string) (*saml.Assertion, error) {
	keys, err := s.Providers.OpenSAMLKeys(*p)
	if err != nil {
		return nil, err
	}
	own, ofProvider := s.URL+"/saml", s.URL+"/saml/acs/"+p.UUID
	return s.Validator.Validate(response, &p.Trusted, saml.Expected{
		Audiences: []string{entityOfAWS, signInOfAWS, own, ofProvider}, Recipients: []string{signInOfAWS, own, ofProvider},
		AnyRequest: true, // of clients that ask the provider themselves
		Keys:       keys, EncryptedOnly: p.Encryption == identity.EncryptionRequired,
	})
}

// spend lets one session come of an assertion. What was refused did not use it.
func (s *SAML) spend(ctx context.Context, a *saml.Assertion) error {
	return s.Assertions.SpendAssertion(ctx, sts.AssertionID(a), a.UsableUntil, s.Validator.Clock())
}
