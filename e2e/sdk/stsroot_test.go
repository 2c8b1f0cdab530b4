package sdk_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	org "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

const rootTask = "arn:aws:iam::aws:policy/root-task/"

func TestAssumeRoot(t *testing.T) {
	k := start(t)
	c := k.rootOrganizations()
	boss := k.worker(t, "boss", allow(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	must(c.CreateOrganization(ctx, &org.CreateOrganizationInput{}))(t)
	dev := k.administrated(t, boss, c, "dev")
	assume := func(w *worker, change ...func(*sts.AssumeRootInput)) (*sts.AssumeRootOutput, error) {
		in := &sts.AssumeRootInput{TargetPrincipal: &dev.id, TaskPolicyArn: &types.PolicyDescriptorType{Arn: aws.String(rootTask + "IAMAuditRootUserCredentials")}}
		for _, f := range change {
			f(in)
		}
		return w.sts.AssumeRoot(ctx, in)
	}
	_, err := assume(boss)
	refused(t, err, "AccessDenied", "may not act as the root user of "+dev.id) // before it is enabled
	must(c.EnableAWSServiceAccess(ctx, &org.EnableAWSServiceAccessInput{ServicePrincipal: aws.String("iam.amazonaws.com")}))(t)
	must(k.rootIAM().EnableOrganizationsRootSessions(ctx, &iam.EnableOrganizationsRootSessionsInput{}))(t)

	out := must(assume(boss))(t)
	root := k.session(out.Credentials)
	if who := must(root.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t); *who.Arn != "arn:aws:iam::"+dev.id+":root" || *who.UserId != dev.id || time.Until(*out.Credentials.Expiration).Round(time.Minute) != 15*time.Minute {
		t.Errorf("%+v", who)
	}
	must(root.iam.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t)
	_, err = root.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("back-door")})
	refused(t, err, "AccessDenied", "because no session policy allows the iam:CreateUser action")
	refused(t, listPools(root), "AccessDeniedException", "because no session policy allows")

	for _, task := range []string{"IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials"} { // a way in that outlasts the task
		w := k.session(must(assume(boss, func(in *sts.AssumeRootInput) { in.TaskPolicyArn.Arn = aws.String(rootTask + task) }))(t).Credentials)
		_, err := w.iam.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: &dev.admin.name, Password: aws.String("Back-Door-Password-1")})
		refused(t, err, "AccessDenied", "because no session policy allows")
		_, err = w.iam.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: &dev.admin.name})
		refused(t, err, "AccessDenied", "because no session policy allows")
	}
	for name, attack := range map[string]struct {
		by     *worker
		change func(*sts.AssumeRootInput)
		code   string
	}{
		"by a member":               {dev.admin, func(in *sts.AssumeRootInput) { in.TargetPrincipal = aws.String(boss.account()) }, "AccessDenied"},
		"of oneself":                {dev.admin, func(*sts.AssumeRootInput) {}, "AccessDenied"},
		"of the management account": {boss, func(in *sts.AssumeRootInput) { in.TargetPrincipal = aws.String(boss.account()) }, "AccessDenied"},
		"of a stranger":             {boss, func(in *sts.AssumeRootInput) { in.TargetPrincipal = aws.String("999999999999") }, "AccessDenied"},
		"without a policy":          {k.worker(t, "eve", ""), func(*sts.AssumeRootInput) {}, "AccessDenied"},
		"with more than a task":     {boss, func(in *sts.AssumeRootInput) { in.TaskPolicyArn.Arn = aws.String(administrator) }, "ValidationError"},
		"of a user": {boss, func(in *sts.AssumeRootInput) {
			in.TargetPrincipal = aws.String("arn:aws:iam::" + dev.id + ":user/admin")
		}, "ValidationError"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := assume(attack.by, attack.change)
			refused(t, err, attack.code, "")
		})
	}
}
