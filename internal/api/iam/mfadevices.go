package iam

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"rsc.io/qr"

	"gatehouse/internal/api"
	"gatehouse/internal/authn/totp"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
	"gatehouse/internal/seal"
)

// registerMFADevices adds the operations on MFA devices.
func (s *Service) registerMFADevices(r *api.Registry) {
	add(r, api.Op[awsiam.CreateVirtualMFADeviceInput, awsiam.CreateVirtualMFADeviceOutput]{
		Resource: func(ctx context.Context, in *awsiam.CreateVirtualMFADeviceInput) (api.Resource, error) {
			return api.Resource{ARN: identity.MFASerial(api.ScopeFrom(ctx).AccountID, aws.ToString(in.Path), *in.VirtualMFADeviceName)}, nil
		},
		Conditions: func(in *awsiam.CreateVirtualMFADeviceInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging("iam:TagMFADevice", func(in *awsiam.CreateVirtualMFADeviceInput) int { return len(in.Tags) }),
	}, s.createVirtualMFADevice)
	add(r, api.Op[awsiam.DeleteVirtualMFADeviceInput, awsiam.DeleteVirtualMFADeviceOutput]{
		Resource: device(s, func(in *awsiam.DeleteVirtualMFADeviceInput) *string { return in.SerialNumber }),
	}, s.deleteVirtualMFADevice)
	add(r, api.Op[awsiam.ListVirtualMFADevicesInput, awsiam.ListVirtualMFADevicesOutput]{}, s.listVirtualMFADevices)
	add(r, api.Op[awsiam.EnableMFADeviceInput, awsiam.EnableMFADeviceOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.EnableMFADeviceInput) *string { return in.UserName }),
	}, s.enableMFADevice)
	add(r, api.Op[awsiam.ResyncMFADeviceInput, awsiam.ResyncMFADeviceOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.ResyncMFADeviceInput) *string { return in.UserName }),
	}, s.resyncMFADevice)
	add(r, api.Op[awsiam.DeactivateMFADeviceInput, awsiam.DeactivateMFADeviceOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.DeactivateMFADeviceInput) *string { return in.UserName }),
	}, s.deactivateMFADevice)
	add(r, api.Op[awsiam.GetMFADeviceInput, awsiam.GetMFADeviceOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.GetMFADeviceInput) *string { return in.UserName }),
	}, s.getMFADevice)
	add(r, api.Op[awsiam.ListMFADevicesInput, awsiam.ListMFADevicesOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.ListMFADevicesInput) *string { return in.UserName }),
	}, s.listMFADevices)
}

// device is the Resource of an operation on a device that is given by its serial. One that is not there has no tags.
func device[In any](s *Service, serial func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		given, account := *serial(in), api.ScopeFrom(ctx).AccountID
		arn := given
		if !strings.HasPrefix(given, "arn:") {
			arn = identity.MFASerial(account, "/", given)
		}
		return api.Resource{ARN: arn, Tags: func(ctx context.Context) (map[string]string, error) {
			d, err := s.Identities.MFADevice(ctx, account, given)
			if errors.Is(err, identity.ErrNotFound) {
				return nil, nil
			}
			return tagMap(d.Tags), err
		}}, nil
	}
}

func (s *Service) createVirtualMFADevice(ctx context.Context, account string, in *awsiam.CreateVirtualMFADeviceInput) (*awsiam.CreateVirtualMFADeviceOutput, error) {
	of, err := s.Identities.Alias(ctx, account)
	if err != nil {
		return nil, err
	}
	if of == "" {
		of = account
	}
	d, secret, err := s.Identities.CreateMFADevice(ctx, account, aws.ToString(in.Path), *in.VirtualMFADeviceName, tagsOf(in.Tags))
	if err != nil {
		return nil, err
	}
	picture, err := qrCode(*in.VirtualMFADeviceName+"@"+of, secret)
	if err != nil {
		return nil, err
	}
	seed := base32.StdEncoding.EncodeToString([]byte(secret.Reveal()))
	return &awsiam.CreateVirtualMFADeviceOutput{VirtualMFADevice: &types.VirtualMFADevice{
		SerialNumber: &d.Serial, Base32StringSeed: []byte(seed), QRCodePNG: picture, Tags: showTags(d.Tags),
	}}, nil
}

// qrCode is a PNG that an authenticator app reads a secret from.
func qrCode(label string, secret seal.Secret) ([]byte, error) {
	code, err := qr.Encode(totp.URL("Gatehouse", label, []byte(secret.Reveal())), qr.M)
	if err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	return code.PNG(), nil
}

func (s *Service) deleteVirtualMFADevice(ctx context.Context, account string, in *awsiam.DeleteVirtualMFADeviceInput) (*awsiam.DeleteVirtualMFADeviceOutput, error) {
	return &awsiam.DeleteVirtualMFADeviceOutput{}, s.Identities.DeleteMFADevice(ctx, account, *in.SerialNumber)
}

func (s *Service) listVirtualMFADevices(ctx context.Context, account string, in *awsiam.ListVirtualMFADevicesInput) (*awsiam.ListVirtualMFADevicesOutput, error) {
	var assigned *bool
	switch in.AssignmentStatus {
	case types.AssignmentStatusTypeAssigned:
		assigned = aws.Bool(true)
	case types.AssignmentStatusTypeUnassigned:
		assigned = aws.Bool(false)
	}
	p, err := s.Identities.ListMFADevices(ctx, account, assigned, placeOf(in.Marker, in.MaxItems))
	if err != nil {
		return nil, err
	}
	out := &awsiam.ListVirtualMFADevicesOutput{VirtualMFADevices: []types.VirtualMFADevice{}, Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	for _, d := range p.Items {
		v := types.VirtualMFADevice{SerialNumber: &d.Serial}
		if d.OwnerID != "" {
			v.EnableDate = &d.EnabledAt
			u, err := s.Identities.ByID(ctx, account, d.OwnerID)
			if err != nil {
				return nil, err
			}
			v.User = pointer(showUser(u))
		}
		out.VirtualMFADevices = append(out.VirtualMFADevices, v)
	}
	return out, nil
}

func (s *Service) enableMFADevice(ctx context.Context, account string, in *awsiam.EnableMFADeviceInput) (*awsiam.EnableMFADeviceOutput, error) {
	u, err := s.login(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	return &awsiam.EnableMFADeviceOutput{}, s.Logins.EnableMFADevice(ctx, u, api.PrincipalFrom(ctx).SessionID, *in.SerialNumber, *in.AuthenticationCode1, *in.AuthenticationCode2)
}

func (s *Service) resyncMFADevice(ctx context.Context, account string, in *awsiam.ResyncMFADeviceInput) (*awsiam.ResyncMFADeviceOutput, error) {
	u, err := s.login(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	return &awsiam.ResyncMFADeviceOutput{}, s.Logins.ResyncMFADevice(ctx, u, *in.SerialNumber, *in.AuthenticationCode1, *in.AuthenticationCode2)
}

func (s *Service) deactivateMFADevice(ctx context.Context, account string, in *awsiam.DeactivateMFADeviceInput) (*awsiam.DeactivateMFADeviceOutput, error) {
	u, err := s.deviceOwner(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	return &awsiam.DeactivateMFADeviceOutput{}, s.Logins.DeactivateMFADevice(ctx, u, *in.SerialNumber)
}

func (s *Service) getMFADevice(ctx context.Context, account string, in *awsiam.GetMFADeviceInput) (*awsiam.GetMFADeviceOutput, error) {
	u, err := s.login(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	d, err := s.Logins.MFADevice(ctx, u, *in.SerialNumber)
	return &awsiam.GetMFADeviceOutput{SerialNumber: &d.Serial, UserName: &u.Name, EnableDate: &d.EnabledAt}, err
}

func (s *Service) listMFADevices(ctx context.Context, account string, in *awsiam.ListMFADevicesInput) (*awsiam.ListMFADevicesOutput, error) {
	u, err := s.deviceOwner(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	devices, err := s.Logins.MFADevices(ctx, u)
	if err != nil {
		return nil, err
	}
	p, err := s.Identities.PageOfMFADevices(u.ID, devices, placeOf(in.Marker, in.MaxItems))
	out := &awsiam.ListMFADevicesOutput{MFADevices: []types.MFADevice{}, Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	for _, d := range p.Items {
		out.MFADevices = append(out.MFADevices, types.MFADevice{SerialNumber: &d.Serial, UserName: &u.Name, EnableDate: &d.EnabledAt})
	}
	return out, err
}

// deviceOwner is the user who is named, or the caller, root too.
func (s *Service) deviceOwner(ctx context.Context, account string, name *string) (iam.User, error) {
	if p := api.PrincipalFrom(ctx); name == nil && p.Kind == api.Root {
		return iam.User{AccountID: account, ID: account, Name: "root"}, nil
	}
	return s.login(ctx, account, name)
}
