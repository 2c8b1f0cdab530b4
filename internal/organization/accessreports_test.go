package organization_test

import (
	"fmt"
	"testing"

	"gatehouse/internal/identity"
	"gatehouse/internal/organization"
)

func TestAccessReports(t *testing.T) {
	each(t, func(k *kit) {
		unit, dev, other := k.unit(k.o.RootID, "u"), k.account("dev"), k.account("other")
		k.ok(k.Move(ctx, k.o, dev, k.o.RootID, unit))
		_, err := k.Reporting(ctx, management)
		k.wants(err, identity.ErrInvalid, "not enabled")
		_, err = k.Reporting(ctx, dev)
		k.wants(err, organization.ErrReporting, "")
		k.ok(k.EnablePolicyType(ctx, k.o, k.o.RootID, organization.ServiceControl))
		_, err = k.Reporting(ctx, management)
		k.ok(err)
		only := k.scp("only", `{"Effect":"Allow","Action":["iam:*","sts:*"],"Resource":"*"}`)
		k.ok(k.Attach(ctx, k.o, only, unit))
		k.ok(k.Detach(ctx, k.o, organization.FullAccess, unit))
		k.ok(k.iam.SaveServiceUses(ctx, []identity.ServiceUse{
			{AccountID: dev, PrincipalID: "AIDA1", Service: "iam", Region: "us-east-1", At: k.now},
			{AccountID: dev, PrincipalID: "AIDA2", Service: "cognito-idp", Region: "eu-west-1", At: k.now},
			{AccountID: other, PrincipalID: "AIDA3", Service: "iam", Region: "eu-west-1", At: k.now.Add(-1e9)},
			{AccountID: management, PrincipalID: management, Service: "gatehouse", Region: "eu-west-1", At: k.now},
			{AccountID: other, PrincipalID: "AIDA3", Service: "s3", Region: "eu-west-1", At: k.now}, // of others, and known for it was used
		}))
		root := k.o.ID + "/" + k.o.RootID
		atDev := root + "/" + unit + "/" + dev
		for _, c := range []struct{ path, policy, want string }{
			{root, "", "cognito-idp 1 " + atDev + " gatehouse 0  iam 2 " + atDev + " organizations 0  rolesanywhere 0  s3 1 " + root + "/" + other + " sts 0  "},
			{root + "/" + unit, "", "iam 1 " + atDev + " sts 0  "},
			{atDev + "/", "", "iam 1 " + atDev + " sts 0  "},
			{root + "/" + other, "", "cognito-idp 0  gatehouse 0  iam 1 " + root + "/" + other + " organizations 0  rolesanywhere 0  s3 1 " + root + "/" + other + " sts 0  "},
			{root + "/" + management, "", "cognito-idp 0  gatehouse 1 " + root + "/" + management + " iam 0  organizations 0  rolesanywhere 0  sts 0  "},
			{root, only, "iam 1 " + atDev + " sts 0  "},
			{root + "/" + other, only, "iam 0  sts 0  "},
		} {
			id, err := k.RequestAccessReport(ctx, k.o, c.path, c.policy)
			k.ok(err)
			r, err := k.AccessReport(ctx, k.o, id)
			k.ok(err)
			all, err := k.ServicesAccessed(ctx, k.o, r)
			k.ok(err)
			got := ""
			for _, a := range all {
				got += fmt.Sprint(a.Service, " ", a.Accounts, " ", a.Path, " ")
			}
			if got != c.want {
				k.Errorf("%s %s:\ngot  %s\nwant %s", c.path, c.policy, got, c.want)
			}
		}
		for _, path := range []string{root + "/" + dev, k.o.ID + "/r-none", root + "/ou-none-12345678", root + "/999922223333", root + "//", ""} {
			_, err := k.RequestAccessReport(ctx, k.o, path, "")
			k.wants(err, identity.ErrNotFound, "")
		}
		_, err = k.RequestAccessReport(ctx, k.o, root, "p-12345678")
		k.wants(err, identity.ErrNotFound, "")
		_, err = k.AccessReport(ctx, k.o, "12345678-1234-4123-8123-123456789012")
		k.wants(err, identity.ErrNotFound, "")
	})
}
