package sdk_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

type statementAnswer struct {
	Policy           string
	Matched, Decides bool
	Misses           []struct {
		Element, Key string
		Have, Lacks  []string
	}
}

type decisionAnswer struct {
	Decision, PolicyType, Message string
	Statements                    []statementAnswer
	MissingKeys                   []string
	Changes                       []struct{ Text string }
}

type decisionsAnswer struct{ Decisions []decisionAnswer }

// Why somebody may or may not, what they may at all, and who may: asked by signed calls as the console does.
func TestDecisionsAreExplained(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	ann := k.worker(t, "ann", allow(`{"Sid":"Own","Effect":"Allow","Action":"iam:Get*","Resource":"arn:aws:iam::*:user/${aws:username}"},
		{"Sid":"MFA","Effect":"Allow","Action":"iam:DeleteUser","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`))
	me := aws.ToString(must(root.GetUser(ctx, &iam.GetUserInput{UserName: &ann.name}))(t).User.Arn)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + me + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}}]}`
	role := aws.ToString(must(root.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("deploy"), AssumeRolePolicyDocument: &trust}))(t).Role.Arn)
	type object = map[string]any
	explain := func(in object) (out decisionsAnswer) {
		t.Helper()
		if status := k.gatehouse(t, "ExplainDecision", "us-east-1", in, &out); status != 200 || len(out.Decisions) == 0 {
			t.Fatal(status, out)
		}
		return out
	}

	out := explain(object{"PrincipalArn": me, "Actions": []string{"iam:GetUser", "iam:DeleteUser"}, "Resources": []string{me}})
	if d := out.Decisions[0]; d.Decision != "ALLOWED" || len(d.Statements) != 2 || !d.Statements[0].Matched || !d.Statements[0].Decides {
		t.Errorf("%+v", d)
	}
	if d := out.Decisions[1]; d.Decision != "IMPLICIT_DENY" || !strings.Contains(d.Message, "no identity-based policy allows") || len(d.MissingKeys) != 1 || len(d.Changes) != 1 ||
		d.Statements[1].Misses[0].Key != "aws:MultiFactorAuthPresent" {
		t.Errorf("%+v", d)
	}
	assume := object{"PrincipalArn": me, "Actions": []string{"sts:AssumeRole"}, "Resources": []string{role}}
	if d := explain(assume).Decisions[0]; d.Decision != "IMPLICIT_DENY" || d.PolicyType != "role trust policy" {
		t.Errorf("%+v", d)
	}
	assume["Context"] = []object{{"Name": "sts:ExternalId", "Values": []string{"x"}}}
	if d := explain(assume).Decisions[0]; d.Decision != "ALLOWED" || d.PolicyType != "role trust policy" {
		t.Errorf("%+v", d)
	}

	var may struct {
		Services []struct {
			Service string
			Total   int
			Actions []struct{ Action, Extent string }
		}
	}
	if status := k.gatehouse(t, "ListEffectivePermissions", "us-east-1", object{"PrincipalArn": me}, &may); status != 200 {
		t.Fatal(status)
	}
	found := map[string]string{}
	for _, s := range may.Services {
		for _, a := range s.Actions {
			found[a.Action] = a.Extent
		}
	}
	if found["iam:GetUser"] != "SOMETIMES" || found["iam:DeleteUser"] != "SOMETIMES" || found["iam:CreateUser"] != "" || found["sts:AssumeRole"] != "" {
		t.Errorf("%v", found)
	}

	who := func(action, resource string) map[string]string {
		t.Helper()
		all := map[string]string{}
		in := object{"Action": action, "Resource": resource, "MaxResults": 1}
		for {
			var out struct {
				Principals []struct{ Name, Decision string }
				NextToken  string
			}
			if status := k.gatehouse(t, "ListWhoCan", "us-east-1", in, &out); status != 200 {
				t.Fatal(status)
			}
			for _, p := range out.Principals {
				all[p.Name] = p.Decision
			}
			if out.NextToken == "" {
				return all
			}
			in["NextToken"] = out.NextToken
		}
	}
	if got := who("iam:GetUser", me); len(got) != 1 || got["ann"] != "ALLOWED" {
		t.Errorf("%v", got)
	}
	if got := who("iam:DeleteUser", me); len(got) != 1 || got["ann"] != "CONDITIONAL" {
		t.Errorf("%v", got)
	}
	if got := who("sts:AssumeRole", role); len(got) != 1 || got["ann"] != "CONDITIONAL" {
		t.Errorf("%v", got)
	}
	k.worker(t, "bob", allow(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::todoapp/*"}`))
	k.worker(t, "cleo", allow(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`))
	k.worker(t, "dan", allow(`{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:Get*","Resource":"arn:aws:s3:::secret/*"}`))
	k.worker(t, "eve", allow(`{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:Get*","Resource":"*"}`))
	if got := who("s3:GetObject", ""); len(got) != 3 || got["bob"] != "SOMETIMES" || got["cleo"] != "ALLOWED" || got["dan"] != "SOMETIMES" {
		t.Errorf("on some resource at least: %v", got)
	}
	if got := who("s3:GetObject", "*"); len(got) != 2 {
		t.Errorf("on the resource *: %v", got)
	}
	for _, in := range []object{
		{"PrincipalArn": "arn:aws:iam::999900001111:user/ann", "Actions": []string{"iam:GetUser"}}, {"PrincipalArn": me, "Actions": []string{}}, {"PrincipalArn": me, "Actions": []string{"iam:*"}},
		{"PrincipalArn": me + "x", "Actions": []string{"iam:GetUser"}}, {"Actions": []string{"iam:GetUser"}}, {"PrincipalArn": me, "Actions": []string{"iam:GetUser"}, "Resources": []string{"x"}},
	} {
		if status := k.gatehouse(t, "ExplainDecision", "us-east-1", in, nil); status < 400 || status >= 500 {
			t.Errorf("%v is answered with %d", in, status)
		}
	}
	for _, in := range []object{
		{"Action": "sts:AssumeRole"}, {"Action": "STS:assumerole", "Resource": "*"}, {"Action": "sts:AssumeRoleWithSAML"}, {"Action": "sts:TagSession"},
		{"Action": "sts:AssumeRole", "Resource": "arn:aws:s3:::x"}, {"Action": "sts:AssumeRole", "Resource": strings.Replace(role, "role/deploy", "*", 1)},
		{"Action": "sts:AssumeRole", "Resource": me},
	} {
		if status := k.gatehouse(t, "ListWhoCan", "us-east-1", in, nil); status != 400 {
			t.Errorf("%v goes by people's policies alone: %d", in, status)
		}
	}
	if status := k.gatehouse(t, "ListWhoCan", "us-east-1", object{"Action": "iam:GetUser", "NextToken": "zz"}, nil); status != 400 {
		t.Error("any token goes on", status)
	}
}
