package iam

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
)

// registerSSHPublicKeys adds the operations on users' public keys.
func (s *Service) registerSSHPublicKeys(r *api.Registry) {
	add(r, api.Op[awsiam.UploadSSHPublicKeyInput, awsiam.UploadSSHPublicKeyOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.UploadSSHPublicKeyInput) *string { return in.UserName }),
	}, s.uploadSSHPublicKey)
	add(r, api.Op[awsiam.GetSSHPublicKeyInput, awsiam.GetSSHPublicKeyOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.GetSSHPublicKeyInput) *string { return in.UserName }),
	}, s.getSSHPublicKey)
	add(r, api.Op[awsiam.ListSSHPublicKeysInput, awsiam.ListSSHPublicKeysOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.ListSSHPublicKeysInput) *string { return in.UserName }),
	}, s.listSSHPublicKeys)
	add(r, api.Op[awsiam.UpdateSSHPublicKeyInput, awsiam.UpdateSSHPublicKeyOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.UpdateSSHPublicKeyInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.UpdateSSHPublicKeyInput) (*awsiam.UpdateSSHPublicKeyOutput, error) {
		return &awsiam.UpdateSSHPublicKeyOutput{}, s.setStatus(ctx, account, identity.SSHPublicKey, in.UserName, *in.SSHPublicKeyId, in.Status)
	})
	add(r, api.Op[awsiam.DeleteSSHPublicKeyInput, awsiam.DeleteSSHPublicKeyOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.DeleteSSHPublicKeyInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteSSHPublicKeyInput) (*awsiam.DeleteSSHPublicKeyOutput, error) {
		return &awsiam.DeleteSSHPublicKeyOutput{}, s.deleteCredential(ctx, account, identity.SSHPublicKey, in.UserName, *in.SSHPublicKeyId)
	})
}

func (s *Service) uploadSSHPublicKey(ctx context.Context, account string, in *awsiam.UploadSSHPublicKeyInput) (*awsiam.UploadSSHPublicKeyOutput, error) {
	u, err := s.user(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	c, err := s.Identities.UploadSSHPublicKey(ctx, account, u.ID, *in.SSHPublicKeyBody)
	if err != nil {
		return nil, err
	}
	key, err := identity.ShowSSHPublicKey(c)
	return &awsiam.UploadSSHPublicKeyOutput{SSHPublicKey: showSSHPublicKey(key, u.Name, key.Body)}, err
}

func (s *Service) getSSHPublicKey(ctx context.Context, account string, in *awsiam.GetSSHPublicKeyInput) (*awsiam.GetSSHPublicKeyOutput, error) {
	if in.Encoding != types.EncodingTypeSsh && in.Encoding != types.EncodingTypePem {
		return nil, identity.ErrUnrecognizedEncoding
	}
	u, err := s.user(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	key, err := s.Identities.SSHPublicKey(ctx, account, u.ID, *in.SSHPublicKeyId)
	body := key.Body
	if in.Encoding == types.EncodingTypePem {
		body = key.PEM
	}
	return &awsiam.GetSSHPublicKeyOutput{SSHPublicKey: showSSHPublicKey(key, u.Name, body)}, err
}

func showSSHPublicKey(key identity.ShownSSHPublicKey, user, body string) *types.SSHPublicKey {
	return &types.SSHPublicKey{
		SSHPublicKeyId: &key.ID, SSHPublicKeyBody: &body, Fingerprint: &key.Fingerprint, Status: types.StatusType(key.Status), UserName: &user, UploadDate: &key.CreatedAt,
	}
}

func (s *Service) listSSHPublicKeys(ctx context.Context, account string, in *awsiam.ListSSHPublicKeysInput) (*awsiam.ListSSHPublicKeysOutput, error) {
	u, err := s.user(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	p, err := s.Identities.ListCredentials(ctx, account, identity.CredentialFilter{OwnerID: u.ID, Kind: identity.SSHPublicKey}, placeOf(in.Marker, in.MaxItems))
	out := &awsiam.ListSSHPublicKeysOutput{SSHPublicKeys: []types.SSHPublicKeyMetadata{}, Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	for _, c := range p.Items {
		out.SSHPublicKeys = append(out.SSHPublicKeys, types.SSHPublicKeyMetadata{SSHPublicKeyId: &c.ID, Status: types.StatusType(c.Status), UserName: &u.Name, UploadDate: &c.CreatedAt})
	}
	return out, err
}
