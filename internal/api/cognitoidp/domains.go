package cognitoidp

import (
	"context"
	"errors"
	"strconv"

	"gatehouse/internal/api"
	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// registerDomains adds the operations on domains of the hosted pages.
func (s *Service) registerDomains(r *api.Registry) {
	api.Add(r, name, api.Op[idp.CreateUserPoolDomainInput, idp.CreateUserPoolDomainOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.CreateUserPoolDomainInput) *string { return in.UserPoolId }),
		Run:      s.createUserPoolDomain,
	})
	api.Add(r, name, api.Op[idp.DescribeUserPoolDomainInput, idp.DescribeUserPoolDomainOutput]{
		Access: api.Signed(), Run: s.describeUserPoolDomain,
	})
	api.Add(r, name, api.Op[idp.UpdateUserPoolDomainInput, idp.UpdateUserPoolDomainOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.UpdateUserPoolDomainInput) *string { return in.UserPoolId }),
		Run:      s.updateUserPoolDomain,
	})
	api.Add(r, name, api.Op[idp.DeleteUserPoolDomainInput, idp.DeleteUserPoolDomainOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DeleteUserPoolDomainInput) *string { return in.UserPoolId }),
		Run:      s.deleteUserPoolDomain,
	})
}

func (s *Service) createUserPoolDomain(ctx context.Context, in *idp.CreateUserPoolDomainInput) (*idp.CreateUserPoolDomainOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if in.Routing != nil {
		return nil, notSupported("Routing", "a pool has no replica to fail over to")
	}
	d := userpool.Domain{Name: aws.ToString(in.Domain), PoolID: p.ID, ManagedLoginVersion: 1}
	if in.ManagedLoginVersion != nil {
		d.ManagedLoginVersion = int(*in.ManagedLoginVersion)
	}
	if in.CustomDomainConfig != nil {
		d.Custom, d.CertificateARN = true, aws.ToString(in.CustomDomainConfig.CertificateArn)
	}
	made, err := s.Pools.CreateDomain(ctx, d)
	if err != nil {
		return nil, err
	}
	return &idp.CreateUserPoolDomainOutput{
		ManagedLoginVersion: aws.Int32(int32(made.ManagedLoginVersion)), CloudFrontDomain: s.domainTarget(made),
	}, nil
}

func (s *Service) describeUserPoolDomain(ctx context.Context, in *idp.DescribeUserPoolDomainInput) (*idp.DescribeUserPoolDomainOutput, error) {
	unknown := &idp.DescribeUserPoolDomainOutput{DomainDescription: &types.DomainDescriptionType{}}
	d, err := s.Pools.Domain(ctx, aws.ToString(in.Domain))
	if errors.Is(err, userpool.ErrNotFound) {
		return unknown, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := s.ownPool(ctx, &d.PoolID); errors.Is(err, userpool.ErrNotFound) {
		return unknown, nil // of another account or region
	} else if err != nil {
		return nil, err
	}
	out := &types.DomainDescriptionType{
		Domain: &d.Name, UserPoolId: &d.PoolID, AWSAccountId: &d.AccountID, Status: types.DomainStatusTypeActive,
		ManagedLoginVersion: aws.Int32(int32(d.ManagedLoginVersion)), Version: aws.String(strconv.FormatInt(d.Version, 10)),
		CloudFrontDistribution: s.distribution(d),
	}
	if d.Custom {
		out.CustomDomainConfig = &types.CustomDomainConfigType{CertificateArn: unlessZero(d.CertificateARN)}
	}
	return &idp.DescribeUserPoolDomainOutput{DomainDescription: out}, nil
}

func (s *Service) updateUserPoolDomain(ctx context.Context, in *idp.UpdateUserPoolDomainInput) (*idp.UpdateUserPoolDomainOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	if in.Routing != nil {
		return nil, notSupported("Routing", "a pool has no replica to fail over to")
	}
	certificate := ""
	if in.CustomDomainConfig != nil {
		certificate = aws.ToString(in.CustomDomainConfig.CertificateArn)
	}
	version := 0
	if v := in.ManagedLoginVersion; v != nil {
		if version = int(*v); version == 0 {
			return nil, userpool.ErrInvalid.With("The managed login version is 1 or 2.")
		}
	}
	d, err := s.Pools.UpdateDomain(ctx, p.ID, aws.ToString(in.Domain), version, certificate)
	if err != nil {
		return nil, err
	}
	return &idp.UpdateUserPoolDomainOutput{
		ManagedLoginVersion: aws.Int32(int32(d.ManagedLoginVersion)), CloudFrontDomain: s.domainTarget(d),
	}, nil
}

func (s *Service) deleteUserPoolDomain(ctx context.Context, in *idp.DeleteUserPoolDomainInput) (*idp.DeleteUserPoolDomainOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.DeleteUserPoolDomainOutput{}, s.Pools.DeleteDomain(ctx, p.ID, aws.ToString(in.Domain))
}

// domainTarget is where the DNS record of a custom domain must lead; a prefix domain needs none.
func (s *Service) domainTarget(d *userpool.Domain) *string {
	if !d.Custom {
		return nil
	}
	return &s.Pools.BaseHost
}

// distribution is the host that answers for a domain, which a DNS record can lead to: for a prefix domain itself.
func (s *Service) distribution(d *userpool.Domain) *string {
	if d.Custom {
		return s.domainTarget(d)
	}
	return aws.String(s.Pools.Host(*d))
}
