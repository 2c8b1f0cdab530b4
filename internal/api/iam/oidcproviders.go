package iam

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// registerOIDCProviders adds the operations on OpenID Connect providers; their tags are in oidcprovidertags.go.
func (s *Service) registerOIDCProviders(r *api.Registry) {
	add(r, api.Op[awsiam.CreateOpenIDConnectProviderInput, awsiam.CreateOpenIDConnectProviderOutput]{
		Resource: func(ctx context.Context, in *awsiam.CreateOpenIDConnectProviderInput) (api.Resource, error) {
			if !strings.Contains(*in.Url, "://") {
				return api.Resource{}, identity.ErrValidation.With("Invalid Open ID Connect Provider URL: it must begin with https://")
			}
			return api.Resource{ARN: identity.OIDCProviderARN(api.ScopeFrom(ctx).AccountID, *in.Url)}, nil
		},
		Conditions: func(in *awsiam.CreateOpenIDConnectProviderInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging("iam:TagOpenIDConnectProvider", func(in *awsiam.CreateOpenIDConnectProviderInput) int { return len(in.Tags) }),
	}, s.createOIDCProvider)
	add(r, api.Op[awsiam.GetOpenIDConnectProviderInput, awsiam.GetOpenIDConnectProviderOutput]{
		Resource: oidcProvider(s, func(in *awsiam.GetOpenIDConnectProviderInput) *string { return in.OpenIDConnectProviderArn }),
	}, s.getOIDCProvider)
	add(r, api.Op[awsiam.ListOpenIDConnectProvidersInput, awsiam.ListOpenIDConnectProvidersOutput]{}, s.listOIDCProviders)
	add(r, api.Op[awsiam.DeleteOpenIDConnectProviderInput, awsiam.DeleteOpenIDConnectProviderOutput]{
		Resource: oidcProvider(s, func(in *awsiam.DeleteOpenIDConnectProviderInput) *string { return in.OpenIDConnectProviderArn }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteOpenIDConnectProviderInput) (*awsiam.DeleteOpenIDConnectProviderOutput, error) {
		return &awsiam.DeleteOpenIDConnectProviderOutput{}, s.Identities.DeleteOIDCProvider(ctx, account, *in.OpenIDConnectProviderArn)
	})
	add(r, api.Op[awsiam.AddClientIDToOpenIDConnectProviderInput, awsiam.AddClientIDToOpenIDConnectProviderOutput]{
		Resource: oidcProvider(s, func(in *awsiam.AddClientIDToOpenIDConnectProviderInput) *string { return in.OpenIDConnectProviderArn }),
	}, func(ctx context.Context, account string, in *awsiam.AddClientIDToOpenIDConnectProviderInput) (*awsiam.AddClientIDToOpenIDConnectProviderOutput, error) {
		return &awsiam.AddClientIDToOpenIDConnectProviderOutput{}, s.Identities.AddClientID(ctx, account, *in.OpenIDConnectProviderArn, *in.ClientID)
	})
	add(r, api.Op[awsiam.RemoveClientIDFromOpenIDConnectProviderInput, awsiam.RemoveClientIDFromOpenIDConnectProviderOutput]{
		Resource: oidcProvider(s, func(in *awsiam.RemoveClientIDFromOpenIDConnectProviderInput) *string {
			return in.OpenIDConnectProviderArn
		}),
	}, func(ctx context.Context, account string, in *awsiam.RemoveClientIDFromOpenIDConnectProviderInput) (*awsiam.RemoveClientIDFromOpenIDConnectProviderOutput, error) {
		return &awsiam.RemoveClientIDFromOpenIDConnectProviderOutput{}, s.Identities.RemoveClientID(ctx, account, *in.OpenIDConnectProviderArn, *in.ClientID)
	})
	add(r, api.Op[awsiam.UpdateOpenIDConnectProviderThumbprintInput, awsiam.UpdateOpenIDConnectProviderThumbprintOutput]{
		Resource: oidcProvider(s, func(in *awsiam.UpdateOpenIDConnectProviderThumbprintInput) *string {
			return in.OpenIDConnectProviderArn
		}),
	}, func(ctx context.Context, account string, in *awsiam.UpdateOpenIDConnectProviderThumbprintInput) (*awsiam.UpdateOpenIDConnectProviderThumbprintOutput, error) {
		return &awsiam.UpdateOpenIDConnectProviderThumbprintOutput{}, s.Identities.SetThumbprints(ctx, account, *in.OpenIDConnectProviderArn, in.ThumbprintList)
	})
	s.registerOIDCProviderTags(r)
}

// oidcProvider is the Resource of an operation on a provider. One that is not there has no tags.
func oidcProvider[In any](s *Service, providerARN func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(_ context.Context, in *In) (api.Resource, error) {
		given := *providerARN(in)
		return api.Resource{ARN: given, Tags: func(ctx context.Context) (map[string]string, error) {
			p, err := s.Identities.OIDCProvider(ctx, api.ScopeFrom(ctx).AccountID, given)
			if errors.Is(err, identity.ErrNotFound) {
				return nil, nil
			}
			return tagMap(p.Tags), err
		}}, nil
	}
}

func (s *Service) createOIDCProvider(ctx context.Context, account string, in *awsiam.CreateOpenIDConnectProviderInput) (*awsiam.CreateOpenIDConnectProviderOutput, error) {
	p, err := s.Identities.CreateOIDCProvider(ctx, account, identity.OIDCProvider{
		Issuer: *in.Url, ClientIDs: in.ClientIDList, Thumbprints: in.ThumbprintList, Tags: tagsOf(in.Tags),
	})
	if err != nil {
		return nil, err
	}
	return &awsiam.CreateOpenIDConnectProviderOutput{OpenIDConnectProviderArn: aws.String(p.ARN()), Tags: showTags(p.Tags)}, nil
}

// getOIDCProvider shows the URL without its https://, as AWS does.
func (s *Service) getOIDCProvider(ctx context.Context, account string, in *awsiam.GetOpenIDConnectProviderInput) (*awsiam.GetOpenIDConnectProviderOutput, error) {
	p, err := s.Identities.OIDCProvider(ctx, account, *in.OpenIDConnectProviderArn)
	return &awsiam.GetOpenIDConnectProviderOutput{
		Url: aws.String(strings.TrimPrefix(p.Issuer, "https://")), ClientIDList: append([]string{}, p.ClientIDs...), ThumbprintList: append([]string{}, p.Thumbprints...),
		CreateDate: &p.CreatedAt, Tags: showTags(p.Tags),
	}, err
}

func (s *Service) listOIDCProviders(ctx context.Context, account string, _ *awsiam.ListOpenIDConnectProvidersInput) (*awsiam.ListOpenIDConnectProvidersOutput, error) {
	all, err := s.Identities.ListOIDCProviders(ctx, account)
	out := &awsiam.ListOpenIDConnectProvidersOutput{OpenIDConnectProviderList: []types.OpenIDConnectProviderListEntry{}}
	for _, p := range all {
		out.OpenIDConnectProviderList = append(out.OpenIDConnectProviderList, types.OpenIDConnectProviderListEntry{Arn: aws.String(p.ARN())})
	}
	return out, err
}
