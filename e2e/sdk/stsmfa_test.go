package sdk_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/pquerna/otp/totp"
)

// TestSecondFactorsOfSessions shows a code to STS, by an authenticator that is not ours: for a session of the user, which
// then may call IAM, and for a role that wants one.
func TestSecondFactorsOfSessions(t *testing.T) {
	k := start(t)
	ann := k.worker(t, "ann", allow(`{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"NumericLessThan":{"aws:MultiFactorAuthAge":"300"}}}`))
	device := must(k.rootIAM().CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("phone")}))(t).VirtualMFADevice
	began := time.Now()
	code := func(steps int) *string {
		return aws.String(must(totp.GenerateCode(string(device.Base32StringSeed), began.Add(time.Duration(steps)*30*time.Second)))(t))
	}
	must(k.rootIAM().EnableMFADevice(ctx, &iam.EnableMFADeviceInput{UserName: &ann.name, SerialNumber: device.SerialNumber, AuthenticationCode1: code(-2), AuthenticationCode2: code(-1)}))(t)
	list := func(w *worker) error {
		_, err := w.iam.ListUsers(ctx, &iam.ListUsersInput{})
		return err
	}
	refused(t, list(ann), "AccessDenied", "") // a long-term key does not tell
	got := must(ann.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{SerialNumber: device.SerialNumber, TokenCode: code(0)}))(t)
	if err := list(k.session(got.Credentials)); err != nil {
		t.Error(err)
	}
	_, err := ann.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{SerialNumber: device.SerialNumber, TokenCode: code(0)})
	refused(t, err, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.") // replayed

	role := k.role(t, "factor", aws.String(allow(`{"Effect":"Allow","Principal":{"AWS":"`+ann.arn+`"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`)), allow(poolsOnly))
	_, err = ann.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("ann")})
	refused(t, err, "AccessDenied", "because no role trust policy allows")
	k.session(got.Credentials).assume(t, role) // a session that has shown one
	w := k.session(ann.assume(t, role, func(in *sts.AssumeRoleInput) { in.SerialNumber, in.TokenCode = device.SerialNumber, code(1) }).Credentials)
	if err := listPools(w); err != nil {
		t.Error(err)
	}
	eve := k.worker(t, "eve", "")
	_, err = eve.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{SerialNumber: device.SerialNumber, TokenCode: code(1)})
	refused(t, err, "AccessDenied", "MultiFactorAuthentication failed") // another's device
}
