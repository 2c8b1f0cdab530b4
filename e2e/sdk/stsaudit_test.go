package sdk_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	org "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// issuing is an audit record of credentials that were given out.
type issuing struct {
	Id, PrincipalArn, Resource, AccessKeyId, IssuedAccessKeyId, ErrorCode, Input string
}

func (k *kit) issuings(t *testing.T, as aws.Credentials, in map[string]any) []issuing {
	t.Helper()
	var out struct{ Records []issuing }
	if status := k.gatehouseAs(t, as, "ListAuditRecords", region, in, &out); status != 200 {
		t.Fatal(status)
	}
	return out.Records
}

// TestCredentialsAreTracedToWhoTookThem begins with a key that was used in an account, and finds there who took it and
// from where, though the caller was of another account.
func TestCredentialsAreTracedToWhoTookThem(t *testing.T) {
	k := start(t)
	boss := k.worker(t, "boss", allow(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	c := k.rootOrganizations()
	must(c.CreateOrganization(ctx, &org.CreateOrganizationInput{}))(t)
	dev := k.administrated(t, boss, c, "dev")
	role := "arn:aws:iam::" + dev.id + ":role/OrganizationAccountAccessRole"
	taken := must(boss.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("trace")}))(t).Credentials
	_, err := boss.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + dev.id + ":role/Nothing"), RoleSessionName: aws.String("trace")})
	refused(t, err, "AccessDenied", "")
	in := map[string]any{"Operation": "sts:AssumeRole", "Text": *taken.AccessKeyId}
	find := func(as aws.Credentials, in map[string]any) []issuing { return k.issuings(t, as, in) }
	inside := aws.Credentials{AccessKeyID: *taken.AccessKeyId, SecretAccessKey: *taken.SecretAccessKey, SessionToken: *taken.SessionToken}
	root := aws.Credentials{AccessKeyID: k.RootAccessKeyID, SecretAccessKey: k.RootSecretAccessKey}
	there, here := find(inside, in), find(root, in)
	if len(there) != 1 || len(here) != 1 || there[0].AccessKeyId != "" || there[0].Input != "" || here[0].AccessKeyId != *boss.key.AccessKeyId || here[0].Input == "" {
		t.Fatalf("in the account of the role %+v, of the caller %+v", there, here)
	}
	here[0].AccessKeyId, here[0].Input = "", ""
	if there[0] != here[0] || here[0].PrincipalArn != boss.arn || here[0].Resource != role || here[0].IssuedAccessKeyId != *taken.AccessKeyId {
		t.Errorf("in the account of the role %+v, of the caller %+v", there, here)
	}
	delete(in, "Text")
	in["Outcome"] = "Failed"
	if there, here := find(inside, in), find(root, in); len(there) != 0 || len(here) != 1 || here[0].IssuedAccessKeyId != "" {
		t.Errorf("refusals in the account of the role %+v, of the caller %+v", there, here)
	}
}
