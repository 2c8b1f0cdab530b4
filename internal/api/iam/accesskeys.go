package iam

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
)

// registerAccessKeys adds the operations on access keys. Without a user's name they are about the caller's own,
// root's too.
func (s *Service) registerAccessKeys(r *api.Registry) {
	add(r, api.Op[awsiam.CreateAccessKeyInput, awsiam.CreateAccessKeyOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.CreateAccessKeyInput) *string { return in.UserName }),
	}, s.createAccessKey)
	add(r, api.Op[awsiam.UpdateAccessKeyInput, awsiam.UpdateAccessKeyOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.UpdateAccessKeyInput) *string { return in.UserName }),
	}, s.updateAccessKey)
	add(r, api.Op[awsiam.DeleteAccessKeyInput, awsiam.DeleteAccessKeyOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.DeleteAccessKeyInput) *string { return in.UserName }),
	}, s.deleteAccessKey)
	add(r, api.Op[awsiam.ListAccessKeysInput, awsiam.ListAccessKeysOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.ListAccessKeysInput) *string { return in.UserName }),
	}, s.listAccessKeys)
	add(r, api.Op[awsiam.GetAccessKeyLastUsedInput, awsiam.GetAccessKeyLastUsedOutput]{
		Resource: s.ownerOfKey,
	}, s.getAccessKeyLastUsed)
}

// owner is whose keys are meant: its id, and the name, which root has not.
func (s *Service) owner(ctx context.Context, account string, name *string) (id string, shown *string, err error) {
	if p := api.PrincipalFrom(ctx); name == nil && p.Kind == api.Root {
		return account, nil, nil
	}
	u, err := s.user(ctx, account, name)
	return u.ID, &u.Name, err
}

func (s *Service) createAccessKey(ctx context.Context, account string, in *awsiam.CreateAccessKeyInput) (*awsiam.CreateAccessKeyOutput, error) {
	id, shown, err := s.owner(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	k, secret, err := s.Identities.CreateAccessKey(ctx, account, id)
	if err != nil {
		return nil, err
	}
	return &awsiam.CreateAccessKeyOutput{AccessKey: &types.AccessKey{
		AccessKeyId: &k.ID, SecretAccessKey: aws.String(secret.Reveal()), Status: types.StatusType(k.Status), UserName: shown, CreateDate: &k.CreatedAt,
	}}, nil
}

func (s *Service) updateAccessKey(ctx context.Context, account string, in *awsiam.UpdateAccessKeyInput) (*awsiam.UpdateAccessKeyOutput, error) {
	status := iam.KeyStatus(in.Status)
	if status != iam.Active && status != iam.Inactive {
		return nil, identity.ErrInvalid.With("A key is Active or Inactive; it is not made %s.", in.Status)
	}
	id, _, err := s.owner(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	return &awsiam.UpdateAccessKeyOutput{}, s.Identities.SetAccessKeyStatus(ctx, account, id, *in.AccessKeyId, status)
}

func (s *Service) deleteAccessKey(ctx context.Context, account string, in *awsiam.DeleteAccessKeyInput) (*awsiam.DeleteAccessKeyOutput, error) {
	id, _, err := s.owner(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	return &awsiam.DeleteAccessKeyOutput{}, s.Identities.DeleteAccessKey(ctx, account, id, *in.AccessKeyId)
}

func (s *Service) listAccessKeys(ctx context.Context, account string, in *awsiam.ListAccessKeysInput) (*awsiam.ListAccessKeysOutput, error) {
	id, shown, err := s.owner(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	p, err := s.Identities.ListAccessKeys(ctx, account, id, placeOf(in.Marker, in.MaxItems))
	out := &awsiam.ListAccessKeysOutput{AccessKeyMetadata: []types.AccessKeyMetadata{}, Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	for _, k := range p.Items {
		out.AccessKeyMetadata = append(out.AccessKeyMetadata, types.AccessKeyMetadata{AccessKeyId: &k.ID, Status: types.StatusType(k.Status), UserName: shown, CreateDate: &k.CreatedAt})
	}
	return out, err
}

// ownerOfKey is the user of a key; of one that is not of the account every user is asked about.
func (s *Service) ownerOfKey(ctx context.Context, in *awsiam.GetAccessKeyLastUsedInput) (api.Resource, error) {
	account := api.ScopeFrom(ctx).AccountID
	anybody := identity.ARN(account, identity.User, "/", "*")
	k, err := s.Identities.AccessKey(ctx, account, *in.AccessKeyId)
	switch {
	case errors.Is(err, identity.ErrNotFound):
		return api.Resource{ARN: anybody}, nil
	case err != nil:
		return api.Resource{}, err
	case k.OwnerID == account:
		return api.Resource{ARN: iam.Root{AccountID: account}.ARN(), Told: anybody}, nil
	}
	u, err := s.Identities.ByID(ctx, account, k.OwnerID)
	r := resourceOf(u)
	r.Told = anybody
	return r, err
}

// getAccessKeyLastUsed answers N/A for a key that was never used. A key of another account is not found.
func (s *Service) getAccessKeyLastUsed(ctx context.Context, account string, in *awsiam.GetAccessKeyLastUsedInput) (*awsiam.GetAccessKeyLastUsedOutput, error) {
	k, err := s.Identities.AccessKey(ctx, account, *in.AccessKeyId)
	if err != nil {
		return nil, err
	}
	out := &awsiam.GetAccessKeyLastUsedOutput{AccessKeyLastUsed: &types.AccessKeyLastUsed{Region: aws.String("N/A"), ServiceName: aws.String("N/A")}}
	if !k.LastUsed.IsZero() {
		out.AccessKeyLastUsed = &types.AccessKeyLastUsed{LastUsedDate: &k.LastUsed, Region: &k.LastUsedRegion, ServiceName: &k.LastUsedService}
	}
	if k.OwnerID == account {
		return out, nil
	}
	u, err := s.Identities.ByID(ctx, account, k.OwnerID)
	out.UserName = &u.Name
	return out, err
}
