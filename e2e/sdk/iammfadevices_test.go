package sdk_test

import (
	"bytes"
	"encoding/base32"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/pquerna/otp/totp"
)

// TestIAMMFADevices is a device's life, its codes made by an authenticator that is not ours.
func TestIAMMFADevices(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	ann := k.worker(t, "ann", allow(`{"Effect":"Allow","Action":["iam:EnableMFADevice","iam:ListMFADevices","iam:DeactivateMFADevice"],"Resource":"arn:aws:iam::*:user/${aws:username}"}`))

	made := must(root.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("phone"), Path: aws.String("/team/"), Tags: []iamtypes.Tag{{Key: aws.String("Team"), Value: aws.String("blue")}}}))(t).VirtualMFADevice
	if !strings.HasSuffix(*made.SerialNumber, ":mfa/team/phone") || len(made.Base32StringSeed) != 32 || len(made.Tags) != 1 {
		t.Errorf("%+v", made)
	}
	if _, err := base32.StdEncoding.DecodeString(string(made.Base32StringSeed)); err != nil {
		t.Error(err)
	}
	if picture, err := png.Decode(bytes.NewReader(made.QRCodePNG)); err != nil || picture.Bounds().Dx() < 100 {
		t.Error("QR code:", err)
	}
	_, err := root.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("phone"), Path: aws.String("/team/")})
	refused(t, err, "EntityAlreadyExists", "MFADevice entity at the same path and name already exists.")

	code := func(steps int) *string {
		c, err := totp.GenerateCode(string(made.Base32StringSeed), time.Now().Add(time.Duration(steps)*30*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		return &c
	}
	enable := func(first, second *string) error {
		_, err := ann.iam.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{UserName: &ann.name, SerialNumber: made.SerialNumber, AuthenticationCode1: first, AuthenticationCode2: second})
		return err
	}
	refused(t, enable(code(0), code(0)), "InvalidAuthenticationCode", "Authentication code for device is not valid.")
	if err := enable(code(-1), code(0)); err != nil {
		t.Fatal(err)
	}
	if l := must(ann.iam.ListMFADevices(ctx, &iam.ListMFADevicesInput{}))(t).MFADevices; len(l) != 1 || *l[0].SerialNumber != *made.SerialNumber || *l[0].UserName != "ann" || l[0].EnableDate == nil {
		t.Errorf("%+v", l)
	}
	_, err = ann.iam.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: aws.String("bob")})
	refused(t, err, "AccessDenied", "iam:ListMFADevices on resource:")
	if d := must(root.GetMFADevice(ctx, &iam.GetMFADeviceInput{UserName: &ann.name, SerialNumber: made.SerialNumber}))(t); *d.UserName != "ann" || d.EnableDate == nil {
		t.Errorf("%+v", d)
	}
	must(root.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("spare")}))(t)
	for status, want := range map[iamtypes.AssignmentStatusType]int{"": 2, iamtypes.AssignmentStatusTypeAny: 2, iamtypes.AssignmentStatusTypeAssigned: 1, iamtypes.AssignmentStatusTypeUnassigned: 1} {
		l := must(root.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{AssignmentStatus: status}))(t).VirtualMFADevices
		if len(l) != want || status == iamtypes.AssignmentStatusTypeAssigned && (*l[0].User.UserName != "ann" || l[0].Base32StringSeed != nil) {
			t.Errorf("%s: %+v", status, l)
		}
	}
	if first := must(root.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{MaxItems: aws.Int32(1)}))(t); !first.IsTruncated {
		t.Errorf("%+v", first)
	} else if rest := must(root.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{Marker: first.Marker}))(t); rest.IsTruncated || len(rest.VirtualMFADevices) != 1 {
		t.Errorf("%+v", rest)
	}
	sum := must(root.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap
	if sum["MFADevices"] != 2 || sum["MFADevicesInUse"] != 1 {
		t.Error(sum)
	}
	_, err = root.ResyncMFADevice(ctx, &iam.ResyncMFADeviceInput{UserName: &ann.name, SerialNumber: made.SerialNumber, AuthenticationCode1: code(-1), AuthenticationCode2: code(0)})
	refused(t, err, "InvalidAuthenticationCode", "")
	must(root.ResyncMFADevice(ctx, &iam.ResyncMFADeviceInput{UserName: &ann.name, SerialNumber: made.SerialNumber, AuthenticationCode1: code(0), AuthenticationCode2: code(1)}))(t)

	must(root.TagMFADevice(ctx, &iam.TagMFADeviceInput{SerialNumber: made.SerialNumber, Tags: []iamtypes.Tag{{Key: aws.String("team"), Value: aws.String("red")}, {Key: aws.String("a"), Value: aws.String("b")}}}))(t)
	must(root.UntagMFADevice(ctx, &iam.UntagMFADeviceInput{SerialNumber: made.SerialNumber, TagKeys: []string{"A"}}))(t)
	if l := must(root.ListMFADeviceTags(ctx, &iam.ListMFADeviceTagsInput{SerialNumber: made.SerialNumber}))(t).Tags; len(l) != 1 || *l[0].Value != "red" {
		t.Errorf("%+v", l)
	}

	must(root.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &ann.name, PolicyName: aws.String("own")}))(t)
	must(root.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &ann.name, AccessKeyId: ann.key.AccessKeyId}))(t)
	_, err = root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &ann.name})
	refused(t, err, "DeleteConflict", "Cannot delete entity, must delete MFA device first.")
	_, err = root.DeleteVirtualMFADevice(ctx, &iam.DeleteVirtualMFADeviceInput{SerialNumber: made.SerialNumber})
	refused(t, err, "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.")
	must(root.DeactivateMFADevice(ctx, &iam.DeactivateMFADeviceInput{UserName: &ann.name, SerialNumber: made.SerialNumber}))(t)
	must(root.DeleteVirtualMFADevice(ctx, &iam.DeleteVirtualMFADeviceInput{SerialNumber: made.SerialNumber}))(t)
	_, err = root.DeleteVirtualMFADevice(ctx, &iam.DeleteVirtualMFADeviceInput{SerialNumber: made.SerialNumber})
	refused(t, err, "NoSuchEntity", "VirtualMFADevice with serial number "+*made.SerialNumber+" does not exist.")
	must(root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &ann.name}))(t)
}
