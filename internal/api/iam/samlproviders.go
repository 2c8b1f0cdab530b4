package iam

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
	"gatehouse/internal/seal"
)

// registerSAMLProviders adds the operations on SAML providers, their private keys and tags.
func (s *Service) registerSAMLProviders(r *api.Registry) {
	add(r, api.Op[awsiam.CreateSAMLProviderInput, awsiam.CreateSAMLProviderOutput]{
		Resource: func(ctx context.Context, in *awsiam.CreateSAMLProviderInput) (api.Resource, error) {
			return api.Resource{ARN: identity.SAMLProviderARN(api.ScopeFrom(ctx).AccountID, *in.Name)}, nil
		},
		Conditions: func(in *awsiam.CreateSAMLProviderInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging("iam:TagSAMLProvider", func(in *awsiam.CreateSAMLProviderInput) int { return len(in.Tags) }),
	}, s.createSAMLProvider)
	add(r, api.Op[awsiam.GetSAMLProviderInput, awsiam.GetSAMLProviderOutput]{
		Resource: samlProvider(s, func(in *awsiam.GetSAMLProviderInput) *string { return in.SAMLProviderArn }),
	}, s.getSAMLProvider)
	add(r, api.Op[awsiam.UpdateSAMLProviderInput, awsiam.UpdateSAMLProviderOutput]{
		Resource: samlProvider(s, func(in *awsiam.UpdateSAMLProviderInput) *string { return in.SAMLProviderArn }),
	}, s.updateSAMLProvider)
	add(r, api.Op[awsiam.DeleteSAMLProviderInput, awsiam.DeleteSAMLProviderOutput]{
		Resource: samlProvider(s, func(in *awsiam.DeleteSAMLProviderInput) *string { return in.SAMLProviderArn }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteSAMLProviderInput) (*awsiam.DeleteSAMLProviderOutput, error) {
		return &awsiam.DeleteSAMLProviderOutput{}, s.Identities.DeleteSAMLProvider(ctx, account, *in.SAMLProviderArn)
	})
	add(r, api.Op[awsiam.ListSAMLProvidersInput, awsiam.ListSAMLProvidersOutput]{}, s.listSAMLProviders)
	s.registerSAMLProviderTags(r)
}

// samlProvider is the Resource of an operation on a provider. One that is not there has no tags.
func samlProvider[In any](s *Service, providerARN func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(_ context.Context, in *In) (api.Resource, error) {
		given := *providerARN(in)
		return api.Resource{ARN: given, Tags: func(ctx context.Context) (map[string]string, error) {
			p, err := s.Identities.SAMLProvider(ctx, api.ScopeFrom(ctx).AccountID, given)
			if errors.Is(err, identity.ErrNotFound) {
				return nil, nil
			}
			return tagMap(p.Tags), err
		}}, nil
	}
}

func (s *Service) createSAMLProvider(ctx context.Context, account string, in *awsiam.CreateSAMLProviderInput) (*awsiam.CreateSAMLProviderOutput, error) {
	p, err := s.Identities.CreateSAMLProvider(ctx, account, identity.NewSAMLProvider{
		Name: *in.Name, Metadata: *in.SAMLMetadataDocument, Encryption: identity.Encryption(in.AssertionEncryptionMode),
		PrivateKey: seal.Secret(aws.ToString(in.AddPrivateKey)), Tags: tagsOf(in.Tags),
	})
	if err != nil {
		return nil, err
	}
	return &awsiam.CreateSAMLProviderOutput{SAMLProviderArn: aws.String(p.ARN()), Tags: showTags(p.Tags)}, nil
}

func (s *Service) getSAMLProvider(ctx context.Context, account string, in *awsiam.GetSAMLProviderInput) (*awsiam.GetSAMLProviderOutput, error) {
	p, err := s.Identities.SAMLProvider(ctx, account, *in.SAMLProviderArn)
	if err != nil {
		return nil, err
	}
	document, err := s.Identities.SAMLMetadata(ctx, account, *in.SAMLProviderArn)
	if err != nil {
		return nil, err
	}
	out := &awsiam.GetSAMLProviderOutput{
		SAMLMetadataDocument: &document, SAMLProviderUUID: &p.UUID, AssertionEncryptionMode: types.AssertionEncryptionModeType(p.Encryption),
		CreateDate: &p.CreatedAt, ValidUntil: aws.Time(p.ValidUntil()), Tags: showTags(p.Tags),
	}
	for _, k := range p.Keys {
		out.PrivateKeyList = append(out.PrivateKeyList, types.SAMLPrivateKey{KeyId: &k.ID, Timestamp: &k.CreatedAt})
	}
	return out, nil
}

func (s *Service) updateSAMLProvider(ctx context.Context, account string, in *awsiam.UpdateSAMLProviderInput) (*awsiam.UpdateSAMLProviderOutput, error) {
	err := s.Identities.UpdateSAMLProvider(ctx, account, *in.SAMLProviderArn, identity.SAMLChange{
		Metadata: aws.ToString(in.SAMLMetadataDocument), Encryption: identity.Encryption(in.AssertionEncryptionMode),
		AddKey: seal.Secret(aws.ToString(in.AddPrivateKey)), RemoveKey: aws.ToString(in.RemovePrivateKey),
	})
	return &awsiam.UpdateSAMLProviderOutput{SAMLProviderArn: in.SAMLProviderArn}, err
}

func (s *Service) listSAMLProviders(ctx context.Context, account string, _ *awsiam.ListSAMLProvidersInput) (*awsiam.ListSAMLProvidersOutput, error) {
	all, err := s.Identities.ListSAMLProviders(ctx, account)
	out := &awsiam.ListSAMLProvidersOutput{SAMLProviderList: []types.SAMLProviderListEntry{}}
	for _, p := range all {
		out.SAMLProviderList = append(out.SAMLProviderList, types.SAMLProviderListEntry{Arn: aws.String(p.ARN()), CreateDate: &p.CreatedAt, ValidUntil: aws.Time(p.ValidUntil())})
	}
	return out, err
}
