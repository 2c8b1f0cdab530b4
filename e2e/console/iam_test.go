package console_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

// iam is the AWS SDK's client with root's access key.
func (d *desk) iam() *iam.Client {
	return iam.New(iam.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(d.server.URL),
		Credentials: credentials.NewStaticCredentialsProvider(d.server.RootAccessKeyID, d.server.RootSecretAccessKey, ""),
	})
}

// explains asks what an administrator may, by each of the pages that tell.
func (d *desk) explains(arn string) {
	d.t.Helper()
	d.to(paths.Link(paths.ConsoleIAMOnePermissions, "users", "dana"))
	d.on("Effective permissions of dana")
	if got := d.Text("details"); !strings.Contains(got, "actions") {
		d.t.Errorf("permissions: %q", got)
	}
	d.Press(".page-head .btn")
	d.on("Explain a decision")
	d.Press("form[method=get] .btn-primary")
	d.refuses("Say which action.")
	d.write("actions", "iam:GetUser\niam:Nonsense*")
	d.Press("form[method=get] .btn-primary")
	d.refuses("iam:Nonsense* is no action")
	d.write("actions", "iam:GetUser")
	d.write("resources", arn)
	d.Press("form[method=get] .btn-primary")
	d.on("Explain a decision")
	if got := d.Text(".decision"); !strings.Contains(got, "Allowed by: Identity policies") || !strings.Contains(got, "AdministratorAccess") {
		d.t.Errorf("explained: %q", got)
	}
	d.to(paths.ConsoleIAMWho)
	d.Press("form[method=get] .btn-primary")
	d.refuses("Say which action.")
	d.Fill("action", "iam:GetUser")
	d.Press("form[method=get] .btn-primary")
	d.on("Who can")
	if got := d.rows(); len(got) != 2 || got[0] != "dana" || got[1] != administrator {
		d.t.Errorf("who can: %q", got)
	}
	d.readsSome()
}

// readsSome asks who may what only one role may, of some resources.
func (d *desk) readsSome() {
	d.t.Helper()
	ctx, name := context.Background(), aws.String("backup")
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"backup.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	reads := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::todoapp/*"},{"Effect":"Allow","Action":"other:Nonsense","Resource":"*"}]}`
	if _, err := d.iam().CreateRole(ctx, &iam.CreateRoleInput{RoleName: name, AssumeRolePolicyDocument: &trust}); err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.iam().PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: name, PolicyName: aws.String("reads"), PolicyDocument: &reads}); err != nil {
		d.t.Fatal(err)
	}
	for action, want := range map[string][]string{"s3:GetObject": {"dana", administrator, "backup"}, "s3:PutObject": {"dana", administrator}} {
		d.to(paths.Link(paths.ConsoleIAMWho, "action", action))
		if got := d.rows(); !slices.Equal(got, want) {
			d.t.Errorf("who can %s: %q", action, got)
		}
	}
	d.to(paths.Link(paths.ConsoleIAMWho, "action", "s3:GetObject"))
	if got := d.Text("main table"); !strings.Contains(got, "Some resources") {
		d.t.Errorf("who can: %q", got)
	}
	d.to(paths.Link(paths.ConsoleIAMOnePermissions, "roles", "backup"))
	d.on("Effective permissions of backup")
	if got := d.Text("main"); !strings.Contains(got, "arn:aws:s3:::todoapp/*") {
		d.t.Errorf("permissions: %q", got)
	}
}

// renames gives a user or group another name and path, and then its own again.
func (d *desk) renames(kind, name, other string) {
	d.t.Helper()
	rename := `form[action$="/rename"] .btn-secondary`
	d.to(paths.Link(paths.ConsoleIAMOne, kind, name))
	d.Fill("name", "")
	d.Press(rename)
	d.refuses("Give it a name")
	d.Fill("name", "no name")
	d.Press(rename)
	d.refuses("The name may have letters, digits")
	d.Fill("name", other)
	d.Fill("path", "/ops/")
	d.Press(rename)
	d.says("It has its new name and path")
	d.on(other)
	if got := d.Text(".page-head .copyid code"); !strings.HasSuffix(got, "/ops/"+other) {
		d.t.Errorf("renamed: %s", got)
	}
	d.Fill("name", name)
	d.Fill("path", "")
	d.Press(rename)
	d.on(name)
}

// newRole makes a role that another account may assume.
func (d *desk) newRole(name string) {
	d.t.Helper()
	d.to(paths.ConsoleIAMRoleNew)
	d.on("Create role")
	d.Fill("name", name)
	d.unfold()
	d.Fill("t_account", "12345")
	d.press("template-account")
	d.refuses("An account has 12 digits")
	d.on("Create role")
	d.Fill("t_account", "210987654321")
	d.Fill("t_external", "tenant-7")
	d.press("template-account")
	if got := d.value("document"); !strings.Contains(got, "arn:aws:iam::210987654321:root") || !strings.Contains(got, `"sts:ExternalId": "tenant-7"`) {
		d.t.Errorf("the template writes %s", got)
	}
	d.press("review")
	d.on("Create role")
	d.press("save")
	d.says("The role is created")
}

// givesPassword gives a user a password, takes it away, gives another, and takes an MFA device that is lost.
func (d *desk) givesPassword(ctx context.Context) {
	d.t.Helper()
	user, page := aws.String("dana"), paths.Link(paths.ConsoleIAMOne, "users", "dana")
	if _, err := d.iam().DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: user, PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")}); err != nil {
		d.t.Fatal(err)
	}
	give := `a[href$="/login"]`
	d.to(page)
	d.Press(give)
	d.on("Set console password")
	d.Submit()
	d.refuses("Give a password")
	d.Fill("password", "weak")
	d.Submit()
	d.refuses("minimum length of 8")
	d.Fill("password", firstPassword)
	d.Submit()
	d.says("The password is set")
	d.on("dana")
	d.Press(give)
	d.Fill("password", ownPassword)
	d.Submit()
	d.says("The password is set")
	profile, err := d.iam().GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: user})
	if err != nil || !profile.LoginProfile.PasswordResetRequired {
		d.t.Errorf("%+v %v", profile, err)
	}
	if got := d.Text("main"); !strings.Contains(got, "IAMUserChangePassword") || !strings.Contains(got, "/console/?account=") {
		d.t.Errorf("the user cannot change the password, or is not told where: %q", got)
	}
	d.Press(`form[action$="/login"] .btn-danger`)
	d.says("The password is gone")
	d.Press(give)
	d.Fill("password", ownPassword)
	d.Submit()
	d.says("The password is set")

	device, err := d.iam().CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("phone")})
	if err != nil {
		d.t.Fatal(err)
	}
	secret := string(device.VirtualMFADevice.Base32StringSeed)
	if _, err := d.iam().EnableMFADevice(ctx, &iam.EnableMFADeviceInput{UserName: user, SerialNumber: device.VirtualMFADevice.SerialNumber,
		AuthenticationCode1: aws.String(code(d.t, secret, -30*time.Second)), AuthenticationCode2: aws.String(code(d.t, secret, 0))}); err != nil {
		d.t.Fatal(err)
	}
	d.to(page)
	d.on("dana")
	d.Press(`form[action$="/devices"] button`)
	d.says("The device is removed")
	left, err := d.iam().ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{})
	if err != nil || len(left.VirtualMFADevices) != 0 {
		d.t.Errorf("%+v %v", left, err)
	}
}

func TestIAMIdentitiesInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		d.to(paths.Link(paths.ConsoleIAMList, "users"))
		d.on("IAM users")
		d.Press(".page-head .btn-primary")
		d.on("Create IAM user")
		d.Submit()
		d.refuses("Give it a name")
		d.Fill("name", "dana")
		d.Submit()
		d.says("The user is created")
		d.Fill("policy", "arn:aws:iam::aws:policy/Nonsense")
		d.Press(`form[action$="/policies"].card-foot .btn-secondary`)
		d.refuses("does not exist")
		d.Fill("policy", "arn:aws:iam::aws:policy/AdministratorAccess")
		d.Press(`form[action$="/policies"].card-foot .btn-secondary`)
		d.says("The policy is attached")
		d.leave()
		d.Press(`form[action$="/keys"] .btn-secondary`)
		d.on("Is it you?")
		d.Fill("proof_password", server.RootPassword)
		d.Submit()
		d.on("dana")
		id, secret := d.Text(".secret-value code"), d.Text(".secret-value + .secret-value code")
		who := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: aws.String(d.server.URL), Credentials: credentials.NewStaticCredentialsProvider(id, secret, "")})
		me, err := who.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil || !strings.HasSuffix(aws.ToString(me.Arn), ":user/dana") {
			t.Fatal(me, err)
		}
		d.to(paths.Link(paths.ConsoleIAMOne, "users", "dana"))
		if strings.Contains(d.Text("main"), secret) {
			t.Error("the secret is shown again")
		}
		d.Press(`button[name="off"]`)
		d.says("The access key is off")
		if _, err := who.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); err == nil {
			t.Error("a key that is off signs")
		}
		d.Press(`form[action$="/keys"] .btn-danger`)
		d.on("Delete access key")
		d.Fill("confirm", id)
		d.Press("form .btn-danger")
		d.says("The access key is deleted")

		if _, err := d.iam().CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("admins")}); err != nil {
			t.Fatal(err)
		}
		d.to(paths.Link(paths.ConsoleIAMOne, "groups", "admins"))
		d.Fill("member", "dana")
		d.Press(`form[action$="/members"].card-foot .btn-secondary`)
		d.says("The user is in the group")
		d.on("admins")
		d.to(paths.Link(paths.ConsoleIAMList, "users", "text", "AN"))
		if got := d.rows(); len(got) != 1 || got[0] != "dana" {
			t.Errorf("found %q", got)
		}
		d.explains(aws.ToString(me.Arn))
		d.renames("users", "dana", "dora")
		d.renames("groups", "admins", "owners")
		if _, err := d.iam().CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{UserName: aws.String("dana"), ServiceName: aws.String("codecommit.amazonaws.com")}); err != nil {
			t.Fatal(err)
		}
		d.givesPassword(ctx)
		d.to(paths.Link(paths.ConsoleIAMOneDelete, "users", "dana"))
		d.Fill("confirm", "dana")
		d.Press("form .btn-danger")
		d.says("The user is deleted") // with policy, membership, password and the credential

		d.newRole("deploy")
		d.on("deploy")
		d.Fill("session", "120")
		d.write("tags", "team = ops")
		d.Press(`form[action$="/settings"] .btn-secondary`)
		d.says("Saved")
		d.write("tags", "team = ops")
		d.Press(`form[action$="/tags"] .btn-secondary`)
		d.says("The tags are saved")
		d.Fill("boundary", "arn:aws:iam::aws:policy/AdministratorAccess")
		d.Press(`form[action$="/boundary"] .btn-secondary`)
		d.says("The boundary is set")
		role, err := d.iam().GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("deploy")})
		if err != nil || *role.Role.MaxSessionDuration != 7200 || len(role.Role.Tags) != 1 || role.Role.PermissionsBoundary == nil {
			t.Errorf("%+v %v", role, err)
		}
	})
}
