package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
)

// registerSigningCertificates adds the operations on signing certificates. Without a user's name they are about the
// caller's own, root's too.
func (s *Service) registerSigningCertificates(r *api.Registry) {
	add(r, api.Op[awsiam.UploadSigningCertificateInput, awsiam.UploadSigningCertificateOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.UploadSigningCertificateInput) *string { return in.UserName }),
	}, s.uploadSigningCertificate)
	add(r, api.Op[awsiam.ListSigningCertificatesInput, awsiam.ListSigningCertificatesOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.ListSigningCertificatesInput) *string { return in.UserName }),
	}, s.listSigningCertificates)
	add(r, api.Op[awsiam.UpdateSigningCertificateInput, awsiam.UpdateSigningCertificateOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.UpdateSigningCertificateInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.UpdateSigningCertificateInput) (*awsiam.UpdateSigningCertificateOutput, error) {
		return &awsiam.UpdateSigningCertificateOutput{}, s.setStatus(ctx, account, identity.SigningCertificate, in.UserName, *in.CertificateId, in.Status)
	})
	add(r, api.Op[awsiam.DeleteSigningCertificateInput, awsiam.DeleteSigningCertificateOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.DeleteSigningCertificateInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteSigningCertificateInput) (*awsiam.DeleteSigningCertificateOutput, error) {
		return &awsiam.DeleteSigningCertificateOutput{}, s.deleteCredential(ctx, account, identity.SigningCertificate, in.UserName, *in.CertificateId)
	})
}

// setStatus turns a credential of a user on or off; nobody's name means the caller's own.
func (s *Service) setStatus(ctx context.Context, account string, k identity.CredentialKind, user *string, id string, status types.StatusType) error {
	want := iam.KeyStatus(status)
	if want != iam.Active && want != iam.Inactive {
		return identity.ErrInvalid.With("A credential is Active or Inactive; it is not made %s.", status)
	}
	owner, _, err := s.owner(ctx, account, user)
	if err != nil {
		return err
	}
	return s.Identities.SetCredentialStatus(ctx, account, owner, k, id, want)
}

func (s *Service) deleteCredential(ctx context.Context, account string, k identity.CredentialKind, user *string, id string) error {
	owner, _, err := s.owner(ctx, account, user)
	if err != nil {
		return err
	}
	return s.Identities.DeleteCredential(ctx, account, owner, k, id)
}

func (s *Service) uploadSigningCertificate(ctx context.Context, account string, in *awsiam.UploadSigningCertificateInput) (*awsiam.UploadSigningCertificateOutput, error) {
	owner, shown, err := s.owner(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	c, err := s.Identities.UploadSigningCertificate(ctx, account, owner, *in.CertificateBody)
	return &awsiam.UploadSigningCertificateOutput{Certificate: pointer(showSigningCertificate(c, shown))}, err
}

func (s *Service) listSigningCertificates(ctx context.Context, account string, in *awsiam.ListSigningCertificatesInput) (*awsiam.ListSigningCertificatesOutput, error) {
	owner, shown, err := s.owner(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	p, err := s.Identities.ListCredentials(ctx, account, identity.CredentialFilter{OwnerID: owner, Kind: identity.SigningCertificate}, placeOf(in.Marker, in.MaxItems))
	out := &awsiam.ListSigningCertificatesOutput{Certificates: []types.SigningCertificate{}, Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	for _, c := range p.Items {
		out.Certificates = append(out.Certificates, showSigningCertificate(c, shown))
	}
	return out, err
}

// showSigningCertificate names the user, who root is not one of.
func showSigningCertificate(c identity.UserCredential, user *string) types.SigningCertificate {
	return types.SigningCertificate{
		CertificateBody: &c.Body, CertificateId: &c.ID, Status: types.StatusType(c.Status), UserName: aws.String(aws.ToString(user)), UploadDate: &c.CreatedAt,
	}
}
