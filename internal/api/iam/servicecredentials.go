package iam

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
	"gatehouse/internal/seal"
)

// registerServiceCredentials adds the operations on service-specific credentials.
func (s *Service) registerServiceCredentials(r *api.Registry) {
	add(r, api.Op[awsiam.CreateServiceSpecificCredentialInput, awsiam.CreateServiceSpecificCredentialOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.CreateServiceSpecificCredentialInput) *string { return in.UserName }),
		Conditions: func(in *awsiam.CreateServiceSpecificCredentialInput, c *policy.Context) {
			c.Set("iam:ServiceSpecificCredentialServiceName", *in.ServiceName)
		},
	}, s.createServiceCredential)
	add(r, api.Op[awsiam.ListServiceSpecificCredentialsInput, awsiam.ListServiceSpecificCredentialsOutput]{
		Resource: s.ownerOfCredentials,
	}, s.listServiceCredentials)
	add(r, api.Op[awsiam.ResetServiceSpecificCredentialInput, awsiam.ResetServiceSpecificCredentialOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.ResetServiceSpecificCredentialInput) *string { return in.UserName }),
	}, s.resetServiceCredential)
	add(r, api.Op[awsiam.UpdateServiceSpecificCredentialInput, awsiam.UpdateServiceSpecificCredentialOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.UpdateServiceSpecificCredentialInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.UpdateServiceSpecificCredentialInput) (*awsiam.UpdateServiceSpecificCredentialOutput, error) {
		return &awsiam.UpdateServiceSpecificCredentialOutput{}, s.setStatus(ctx, account, identity.ServiceCredential, in.UserName, *in.ServiceSpecificCredentialId, in.Status)
	})
	add(r, api.Op[awsiam.DeleteServiceSpecificCredentialInput, awsiam.DeleteServiceSpecificCredentialOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.DeleteServiceSpecificCredentialInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteServiceSpecificCredentialInput) (*awsiam.DeleteServiceSpecificCredentialOutput, error) {
		return &awsiam.DeleteServiceSpecificCredentialOutput{}, s.deleteCredential(ctx, account, identity.ServiceCredential, in.UserName, *in.ServiceSpecificCredentialId)
	})
}

// ownerOfCredentials is one user, or every user where all are asked for.
func (s *Service) ownerOfCredentials(ctx context.Context, in *awsiam.ListServiceSpecificCredentialsInput) (api.Resource, error) {
	if aws.ToBool(in.AllUsers) {
		return api.Resource{ARN: identity.ARN(api.ScopeFrom(ctx).AccountID, identity.User, "/", "*")}, nil
	}
	return resource(s, identity.User, func(in *awsiam.ListServiceSpecificCredentialsInput) *string { return in.UserName })(ctx, in)
}

func (s *Service) createServiceCredential(ctx context.Context, account string, in *awsiam.CreateServiceSpecificCredentialInput) (*awsiam.CreateServiceSpecificCredentialOutput, error) {
	u, err := s.user(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	c, secret, err := s.Identities.CreateServiceCredential(ctx, u, *in.ServiceName, time.Duration(aws.ToInt32(in.CredentialAgeDays))*24*time.Hour)
	return &awsiam.CreateServiceSpecificCredentialOutput{ServiceSpecificCredential: showServiceSecret(c, u.Name, secret)}, err
}

func (s *Service) resetServiceCredential(ctx context.Context, account string, in *awsiam.ResetServiceSpecificCredentialInput) (*awsiam.ResetServiceSpecificCredentialOutput, error) {
	u, err := s.user(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	c, secret, err := s.Identities.ResetServiceCredential(ctx, account, u.ID, *in.ServiceSpecificCredentialId)
	return &awsiam.ResetServiceSpecificCredentialOutput{ServiceSpecificCredential: showServiceSecret(c, u.Name, secret)}, err
}

// showServiceSecret is the one time that a secret is shown: as a password, or of an API key as its secret.
func showServiceSecret(c identity.UserCredential, user string, secret seal.Secret) *types.ServiceSpecificCredential {
	m := showServiceCredential(c, user)
	out := &types.ServiceSpecificCredential{
		ServiceSpecificCredentialId: m.ServiceSpecificCredentialId, ServiceName: m.ServiceName, UserName: m.UserName, Status: m.Status, CreateDate: m.CreateDate,
		ExpirationDate: m.ExpirationDate, ServiceUserName: m.ServiceUserName, ServiceCredentialAlias: m.ServiceCredentialAlias,
	}
	if c.IsAPIKey() {
		out.ServiceCredentialSecret = aws.String(secret.Reveal())
	} else {
		out.ServicePassword = aws.String(secret.Reveal())
	}
	return out
}

func showServiceCredential(c identity.UserCredential, user string) types.ServiceSpecificCredentialMetadata {
	m := types.ServiceSpecificCredentialMetadata{
		ServiceSpecificCredentialId: &c.ID, ServiceName: &c.Service, UserName: &user, Status: types.StatusType(c.Status), CreateDate: &c.CreatedAt,
	}
	if c.IsAPIKey() {
		m.ServiceCredentialAlias = &c.UserName
	} else {
		m.ServiceUserName = &c.UserName
	}
	if !c.ExpiresAt.IsZero() {
		m.ExpirationDate = &c.ExpiresAt
	}
	return m
}

func (s *Service) listServiceCredentials(ctx context.Context, account string, in *awsiam.ListServiceSpecificCredentialsInput) (*awsiam.ListServiceSpecificCredentialsOutput, error) {
	f := identity.CredentialFilter{Kind: identity.ServiceCredential, Service: aws.ToString(in.ServiceName)}
	switch all := aws.ToBool(in.AllUsers); {
	case all && in.UserName != nil:
		return nil, identity.ErrInvalid.With("UserName and AllUsers cannot both be given.")
	case !all:
		u, err := s.user(ctx, account, in.UserName)
		if err != nil {
			return nil, err
		}
		f.OwnerID = u.ID
	}
	p, err := s.Identities.ListCredentials(ctx, account, f, placeOf(in.Marker, in.MaxItems))
	if err != nil {
		return nil, err
	}
	out := &awsiam.ListServiceSpecificCredentialsOutput{ServiceSpecificCredentials: []types.ServiceSpecificCredentialMetadata{}, Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	for _, c := range p.Items {
		u, err := s.Identities.ByID(ctx, account, c.OwnerID)
		if err != nil {
			return nil, err
		}
		out.ServiceSpecificCredentials = append(out.ServiceSpecificCredentials, showServiceCredential(c, u.Name))
	}
	return out, nil
}
