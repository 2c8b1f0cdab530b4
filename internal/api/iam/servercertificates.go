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

// registerServerCertificates adds the operations on server certificates; their tags are in servercertificatetags.go.
func (s *Service) registerServerCertificates(r *api.Registry) {
	add(r, api.Op[awsiam.UploadServerCertificateInput, awsiam.UploadServerCertificateOutput]{
		Resource: func(ctx context.Context, in *awsiam.UploadServerCertificateInput) (api.Resource, error) {
			return api.Resource{ARN: identity.ServerCertificateARN(api.ScopeFrom(ctx).AccountID, pathOr(in.Path), *in.ServerCertificateName)}, nil
		},
		Conditions: func(in *awsiam.UploadServerCertificateInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging("iam:TagServerCertificate", func(in *awsiam.UploadServerCertificateInput) int { return len(in.Tags) }),
	}, s.uploadServerCertificate)
	add(r, api.Op[awsiam.GetServerCertificateInput, awsiam.GetServerCertificateOutput]{
		Resource: serverCertificate(s, func(in *awsiam.GetServerCertificateInput) *string { return in.ServerCertificateName }),
	}, s.getServerCertificate)
	add(r, api.Op[awsiam.ListServerCertificatesInput, awsiam.ListServerCertificatesOutput]{
		Resource: func(ctx context.Context, in *awsiam.ListServerCertificatesInput) (api.Resource, error) {
			return api.Resource{ARN: identity.ServerCertificateARN(api.ScopeFrom(ctx).AccountID, pathOr(in.PathPrefix), "")}, nil
		},
	}, s.listServerCertificates)
	add(r, api.Op[awsiam.UpdateServerCertificateInput, awsiam.UpdateServerCertificateOutput]{
		Resource: serverCertificate(s, func(in *awsiam.UpdateServerCertificateInput) *string { return in.ServerCertificateName }),
		Also:     s.movedCertificate,
	}, func(ctx context.Context, account string, in *awsiam.UpdateServerCertificateInput) (*awsiam.UpdateServerCertificateOutput, error) {
		return &awsiam.UpdateServerCertificateOutput{}, s.Identities.MoveServerCertificate(ctx, account, *in.ServerCertificateName, aws.ToString(in.NewServerCertificateName), aws.ToString(in.NewPath))
	})
	add(r, api.Op[awsiam.DeleteServerCertificateInput, awsiam.DeleteServerCertificateOutput]{
		Resource: serverCertificate(s, func(in *awsiam.DeleteServerCertificateInput) *string { return in.ServerCertificateName }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteServerCertificateInput) (*awsiam.DeleteServerCertificateOutput, error) {
		return &awsiam.DeleteServerCertificateOutput{}, s.Identities.DeleteServerCertificate(ctx, account, *in.ServerCertificateName)
	})
	s.registerServerCertificateTags(r)
}

func pathOr(path *string) string {
	if path == nil {
		return "/"
	}
	return *path
}

// serverCertificate is the Resource of an operation on a certificate that is named. One that is not there has the ARN
// that it would have at the path "/".
func serverCertificate[In any](s *Service, name func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		account := api.ScopeFrom(ctx).AccountID
		told := identity.ServerCertificateARN(account, "/", *name(in))
		c, err := s.Identities.ServerCertificate(ctx, account, *name(in))
		if errors.Is(err, identity.ErrNotFound) {
			return api.Resource{ARN: told}, nil
		}
		r := certificateResource(c)
		r.Told = told
		return r, err
	}
}

func certificateResource(c identity.ServerCertificate) api.Resource {
	return api.Resource{ARN: c.ARN(), Tags: func(context.Context) (map[string]string, error) { return tagMap(c.Tags), nil }}
}

// movedCertificate asks for the right to act on what a certificate will be named, too.
func (s *Service) movedCertificate(ctx context.Context, in *awsiam.UpdateServerCertificateInput) ([]api.Also, error) {
	c, err := s.Identities.ServerCertificate(ctx, api.ScopeFrom(ctx).AccountID, *in.ServerCertificateName)
	switch {
	case errors.Is(err, identity.ErrNotFound): // which is told when it is run
		return nil, nil
	case err != nil:
		return nil, err
	}
	if in.NewServerCertificateName != nil {
		c.Name = *in.NewServerCertificateName
	}
	if in.NewPath != nil {
		c.Path = *in.NewPath
	}
	return []api.Also{{Action: "iam:UpdateServerCertificate", Resource: pointer(certificateResource(c))}}, nil
}

func (s *Service) uploadServerCertificate(ctx context.Context, account string, in *awsiam.UploadServerCertificateInput) (*awsiam.UploadServerCertificateOutput, error) {
	c, err := s.Identities.UploadServerCertificate(ctx, account, identity.ServerCertificate{
		Name: *in.ServerCertificateName, Path: aws.ToString(in.Path), Body: *in.CertificateBody, Chain: aws.ToString(in.CertificateChain), Tags: tagsOf(in.Tags),
	}, seal.Secret(*in.PrivateKey))
	return &awsiam.UploadServerCertificateOutput{ServerCertificateMetadata: showServerCertificate(c), Tags: showTags(c.Tags)}, err
}

func (s *Service) getServerCertificate(ctx context.Context, account string, in *awsiam.GetServerCertificateInput) (*awsiam.GetServerCertificateOutput, error) {
	c, err := s.Identities.ServerCertificate(ctx, account, *in.ServerCertificateName)
	return &awsiam.GetServerCertificateOutput{ServerCertificate: &types.ServerCertificate{
		ServerCertificateMetadata: showServerCertificate(c), CertificateBody: &c.Body, CertificateChain: some(c.Chain), Tags: showTags(c.Tags),
	}}, err
}

func (s *Service) listServerCertificates(ctx context.Context, account string, in *awsiam.ListServerCertificatesInput) (*awsiam.ListServerCertificatesOutput, error) {
	p, err := s.Identities.ListServerCertificates(ctx, account, aws.ToString(in.PathPrefix), placeOf(in.Marker, in.MaxItems))
	out := &awsiam.ListServerCertificatesOutput{ServerCertificateMetadataList: []types.ServerCertificateMetadata{}, Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	for _, c := range p.Items {
		out.ServerCertificateMetadataList = append(out.ServerCertificateMetadataList, *showServerCertificate(c))
	}
	return out, err
}

func showServerCertificate(c identity.ServerCertificate) *types.ServerCertificateMetadata {
	return &types.ServerCertificateMetadata{
		Arn: aws.String(c.ARN()), Path: &c.Path, ServerCertificateId: &c.ID, ServerCertificateName: &c.Name, Expiration: &c.ExpiresAt, UploadDate: &c.UploadedAt,
	}
}
