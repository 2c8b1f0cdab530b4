package sdk_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	org "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// delegation is two accounts of an organization: people are in identities, and dana of them works in development as a role.
type delegation struct {
	*kit
	organizations           *org.Client
	identities, development *administrated
	admin                   aws.Credentials // of identities
	owner                   aws.Credentials // of development
	dana                    *worker
	role                    string // ARN
}

const danasExternalID = "kept-between-us"

func startDelegation(t *testing.T) *delegation {
	k := start(t)
	d := &delegation{kit: k, organizations: k.rootOrganizations(), dana: &worker{name: "dana"}}
	boss := k.worker(t, "boss", allow(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	must(d.organizations.CreateOrganization(ctx, &org.CreateOrganizationInput{}))(t)
	d.identities, d.development = k.administrated(t, boss, d.organizations, "identities"), k.administrated(t, boss, d.organizations, "development")
	d.admin, d.owner = d.identities.key(t), d.development.key(t)

	user := must(d.identities.role.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: &d.dana.name}))(t).User
	d.dana.arn, d.dana.id = *user.Arn, *user.UserId
	must(d.identities.role.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &d.dana.name, PolicyName: aws.String("switch"), PolicyDocument: aws.String(allow(`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/S3AccessRole"}`))}))(t)
	key := must(d.identities.role.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &d.dana.name}))(t).AccessKey
	d.dana.sign(k, *key.AccessKeyId, *key.SecretAccessKey)
	trust := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"Partners","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::%s:root","999988887777"]},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:ResourceTag/stage":"dev"}}},
		{"Sid":"Vault","Effect":"Allow","Principal":{"AWS":%q,"Service":"backup.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"sts:ExternalId":%q}}}]}`, d.identities.id, d.identities.arn("user/admin"), danasExternalID)
	d.role = *must(d.development.role.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("S3AccessRole"), AssumeRolePolicyDocument: &trust}))(t).Role.Arn
	return d
}

// tag gives the role the tag that its trust policy asks for.
func (d *delegation) tag(t *testing.T) {
	must(d.development.role.iam.TagRole(ctx, &iam.TagRoleInput{RoleName: aws.String("S3AccessRole"), Tags: []iamtypes.Tag{{Key: aws.String("stage"), Value: aws.String("dev")}}}))(t)
}

func (a *administrated) arn(resource string) string { return "arn:aws:iam::" + a.id + ":" + resource }

func (a *administrated) key(t *testing.T) aws.Credentials {
	t.Helper()
	key := must(a.role.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &a.admin.name}))(t).AccessKey
	return aws.Credentials{AccessKeyID: *key.AccessKeyId, SecretAccessKey: *key.SecretAccessKey}
}

// explain asks for one decision, and answers it and all that was said.
func (k *kit) explain(t *testing.T, as aws.Credentials, in map[string]any) (d decisionAnswer, said string) {
	t.Helper()
	said = string(k.call(t, as, "ExplainDecision", in))
	var out decisionsAnswer
	if err := json.Unmarshal([]byte(said), &out); err != nil || len(out.Decisions) != 1 {
		t.Fatal(err, said)
	}
	return out.Decisions[0], said
}

// TestDecisionsAcrossAccounts asks about dana what AssumeRole then does.
func TestDecisionsAcrossAccounts(t *testing.T) {
	d := startDelegation(t)
	type in = map[string]any
	question := in{"PrincipalArn": d.dana.arn, "Actions": []string{"sts:AssumeRole"}, "Resources": []string{d.role}}
	assume := func() error {
		_, err := d.dana.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &d.role, RoleSessionName: aws.String("dana")})
		return err
	}
	authorize := func() authorized {
		return d.authorize(t, d.admin, "Authorize", in{"Subject": in{"PrincipalArn": d.dana.arn}, "Action": "sts:AssumeRole", "Resource": d.role, "Explain": true})
	}
	// What the other account's policy says is not told, not even what it would take.
	secrets := []string{danasExternalID, "Partners", "Vault", "999988887777", "ResourceTag", "ExternalId"}

	refused(t, assume(), "AccessDenied", "because no role trust policy allows")
	got, said := d.explain(t, d.admin, question)
	if got.Decision != "IMPLICIT_DENY" || got.PolicyType != "role trust policy" || len(got.Statements) != 1 {
		t.Error(said)
	}
	if a := authorize(); a.Decision != "ImplicitDeny" || !strings.Contains(a.Reason, "no role trust policy allows") {
		t.Errorf("%+v", a)
	}
	tellsNothing(t, said, secrets...)

	d.tag(t)
	if err := assume(); err != nil {
		t.Error(err)
	}
	if got, said = d.explain(t, d.admin, question); got.Decision != "ALLOWED" || got.PolicyType != "identity-based policy" || len(got.Statements) != 1 || len(got.MissingKeys) != 0 {
		t.Error(said)
	}
	tellsNothing(t, said, secrets...)
	if a := authorize(); !a.Allowed || len(a.Explanation.Statements) != 1 {
		t.Errorf("%+v", a)
	}
	question["Actions"] = []string{"sts:TagSession"}
	if got, said = d.explain(t, d.admin, question); got.Decision != "IMPLICIT_DENY" || got.PolicyType != "role trust policy" {
		t.Error(said)
	}
	question["Actions"], question["Resources"] = []string{"sts:AssumeRole"}, []string{strings.Replace(d.role, "S3AccessRole", "S3AccessRole2", 1)}
	if got, said = d.explain(t, d.admin, question); got.Decision != "IMPLICIT_DENY" {
		t.Error(said)
	}
	t.Run("a policy that a service brings is no trust policy", func(t *testing.T) {
		got := d.authorize(t, d.admin, "Authorize", in{"Subject": in{"PrincipalArn": d.dana.arn}, "Action": "sts:AssumeRole", "Resource": d.role,
			"ResourcePolicy": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`})
		if got.Type != "ValidationException" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("the role's account asks who", func(t *testing.T) {
		type answer struct {
			Principals []struct {
				Arn, Type, Decision string
				LackingKeys         []string
			}
			NextToken string
		}
		var got []string
		for token := ""; ; {
			q := in{"Action": "sts:AssumeRole", "Resource": d.role}
			if token != "" {
				q["NextToken"] = token
			}
			var out answer
			if err := json.Unmarshal(d.call(t, d.owner, "ListWhoCan", q), &out); err != nil {
				t.Fatal(err)
			}
			for _, p := range out.Principals {
				got = append(got, strings.TrimSpace(fmt.Sprint(p.Arn, " ", p.Type, " ", p.Decision, " ", strings.Join(p.LackingKeys, ","))))
			}
			if token = out.NextToken; token == "" {
				break
			}
		}
		want := []string{
			d.identities.arn("root") + " ACCOUNT TRUSTED", "arn:aws:iam::999988887777:root ACCOUNT TRUSTED", d.identities.arn("user/admin") + " USER TRUSTED",
			"backup.amazonaws.com SERVICE CONDITIONAL sts:ExternalId",
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	})
}

// TestAttackReadTheResourcesSide lets an account ask about another's resources: it gets decisions, and none of the
// policies that the other account's organization limits them by.
func TestAttackReadTheResourcesSide(t *testing.T) {
	d := startDelegation(t)
	c := d.organizations
	root := must(c.ListRoots(ctx, &org.ListRootsInput{}))(t).Roots[0].Id
	rcp := types.PolicyTypeResourceControlPolicy
	must(c.EnablePolicyType(ctx, &org.EnablePolicyTypeInput{RootId: root, PolicyType: rcp}))(t)
	p := must(c.CreatePolicy(ctx, &org.CreatePolicyInput{Name: aws.String("perimeter"), Description: aws.String(""), Type: rcp, Content: aws.String(`{"Version":"2012-10-17","Statement":[
		{"Sid":"SecretPerimeter","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::top-secret/*","Condition":{"NotIpAddress":{"aws:SourceIp":"198.51.100.7/32"},"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/breakglass"}}},
		{"Sid":"SecretQueues","Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*","Condition":{"Null":{"custom:Badge":"true"}}}]}`)}))(t).Policy.PolicySummary
	must(c.AttachPolicy(ctx, &org.AttachPolicyInput{PolicyId: p.Id, TargetId: &d.development.id}))(t)
	must(c.RemoveAccountFromOrganization(ctx, &org.RemoveAccountFromOrganizationInput{AccountId: &d.identities.id}))(t)
	// The asker's own policies ask for where the resource is.
	must(d.identities.role.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &d.dana.name, PolicyName: aws.String("peek"), PolicyDocument: aws.String(allow(
		`{"Effect":"Allow","Action":["s3:*","sqs:*"],"Resource":["*","arn:aws:s3:::${aws:ResourceOrgID}/*"],"Condition":{"StringLike":{"aws:ResourceOrgID":"o-nobody"},"ForAnyValue:StringLike":{"aws:ResourceOrgPaths":"o-nobody/*"}}}`))}))(t)

	organization := *must(c.DescribeOrganization(ctx, &org.DescribeOrganizationInput{}))(t).Organization.Id
	secrets := []string{"SecretPerimeter", "SecretQueues", *p.Id, "p-FullAWSAccess", "breakglass", "198.51.100.7", "custom:Badge", organization}
	type in = map[string]any
	for _, principal := range []string{d.dana.arn, d.identities.arn("user/admin"), d.identities.arn("root")} {
		queue := "arn:aws:sqs:us-east-1:" + d.development.id + ":q"
		got, said := d.explain(t, d.admin, in{"PrincipalArn": principal, "Actions": []string{"sqs:SendMessage"}, "Resources": []string{queue}})
		if got.Decision != "EXPLICIT_DENY" || got.PolicyType != "resource control policy" {
			t.Error("the decision changed:", said)
		}
		tellsNothing(t, said, secrets...)
		for _, q := range []in{
			{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::top-secret/x", "ResourceAccount": d.development.id},
			{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::elsewhere/x", "ResourceAccount": d.development.id},
			{"Action": "sqs:SendMessage", "Resource": queue},
		} {
			q["Subject"], q["Explain"], q["EncodeMessage"] = in{"PrincipalArn": principal}, true, true
			said := string(d.call(t, d.admin, "Authorize", q))
			tellsNothing(t, said, secrets...)
			var a authorized
			if err := json.Unmarshal([]byte(said), &a); err != nil || a.Allowed || a.Explanation == nil {
				t.Fatal(err, said)
			}
			tellsNothing(t, *must(d.identities.admin.sts.DecodeAuthorizationMessage(ctx, &sts.DecodeAuthorizationMessageInput{EncodedMessage: &a.EncodedMessage}))(t).DecodedMessage, secrets...)
		}
	}
	// The account itself reads what limits it.
	if _, said := d.explain(t, d.owner, in{"PrincipalArn": d.development.arn("user/admin"), "Actions": []string{"sqs:SendMessage"}, "Resources": []string{"*"}}); !strings.Contains(said, "SecretQueues") {
		t.Error(said)
	}
}

// TestAttackReadARole is an account that writes policies of its own, and names callers and condition keys, to find out
// the tags and the trust policy of another's role that trusts nobody of it.
func TestAttackReadARole(t *testing.T) {
	d := startDelegation(t)
	partner := "arn:aws:iam::999988887777:root"
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + partner + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"guess-me"},"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}},
		{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-partner"}}}]}`
	role := *must(d.development.role.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("vault"), AssumeRolePolicyDocument: &trust, Tags: []iamtypes.Tag{{Key: aws.String("owner"), Value: aws.String("zeta")}}}))(t).Role.Arn
	nowhere := strings.Replace(role, "vault", "nowhere", 1)
	identities := d.identities.role.iam
	asks := func(pattern, effect string) string {
		return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringLike":{"aws:ResourceTag/owner":%q}}},
			{"Effect":%q,"Action":"sts:AssumeRole","Resource":"*","Condition":{"StringLike":{"aws:ResourceTag/owner":%q}}}]}`, pattern, effect, pattern)
	}
	simulate := func(role string, in iam.SimulatePrincipalPolicyInput) string {
		t.Helper()
		in.PolicySourceArn, in.ActionNames, in.ResourceArns = &d.dana.arn, []string{"sts:AssumeRole"}, []string{role}
		got := must(d.identities.admin.iam.SimulatePrincipalPolicy(ctx, &in))(t).EvaluationResults[0]
		return fmt.Sprint(got.EvalDecision, got.EvalDecisionDetails, len(got.MatchedStatements), got.MissingContextValues)
	}
	entry := func(key, value string) iamtypes.ContextEntry {
		return iamtypes.ContextEntry{ContextKeyName: &key, ContextKeyType: "string", ContextKeyValues: []string{value}}
	}

	t.Run("by its tags", func(t *testing.T) {
		for _, effect := range []string{"Allow", "Deny"} {
			var told []string
			for _, pattern := range []string{"a*", "z*"} {
				said := simulate(role, iam.SimulatePrincipalPolicyInput{PolicyInputList: []string{asks(pattern, effect)}})
				if none := simulate(nowhere, iam.SimulatePrincipalPolicyInput{PolicyInputList: []string{asks(pattern, effect)}}); said != none {
					t.Errorf("a role that is there: %s, and one that is not: %s", said, none)
				}
				must(identities.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &d.dana.name, PolicyName: aws.String("switch"), PolicyDocument: aws.String(asks(pattern, effect))}))(t)
				_, explained := d.explain(t, d.admin, map[string]any{"PrincipalArn": d.dana.arn, "Actions": []string{"sts:AssumeRole"}, "Resources": []string{role}})
				authorized := d.authorize(t, d.admin, "Authorize", map[string]any{"Subject": map[string]any{"PrincipalArn": d.dana.arn}, "Action": "sts:AssumeRole", "Resource": role})
				_, err := d.dana.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("dana")})
				refused(t, err, "AccessDenied", "no role trust policy allows")
				told = append(told, strings.ReplaceAll(fmt.Sprint(said, explained, authorized.Decision, authorized.Reason), pattern, "PATTERN"))
			}
			if told[0] != told[1] {
				t.Errorf("%s tells the tag:\n%s\n%s", effect, told[0], told[1])
			}
		}
	})
	t.Run("as somebody else", func(t *testing.T) {
		all := allow(`{"Effect":"Allow","Action":"sts:*","Resource":"*"}`)
		right := []iamtypes.ContextEntry{entry("sts:ExternalId", "guess-me"), entry("aws:SourceIp", "203.0.113.4")}
		for name, in := range map[string]iam.SimulatePrincipalPolicyInput{
			"caller":       {CallerArn: &partner, ContextEntries: right, PolicyInputList: []string{all}},
			"account":      {ContextEntries: append(right, entry("aws:PrincipalAccount", "999988887777")), PolicyInputList: []string{all}},
			"organization": {ContextEntries: []iamtypes.ContextEntry{entry("aws:PrincipalOrgID", "o-partner")}, PolicyInputList: []string{all}},
		} {
			if said, none := simulate(role, in), simulate(nowhere, in); said != none {
				t.Errorf("%s: a role that is there: %s, and one that is not: %s", name, said, none)
			}
		}
		trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + d.dana.arn + `"},"Action":"sts:AssumeRole","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"},"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`
		guarded := *must(d.development.role.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("guarded"), AssumeRolePolicyDocument: &trust}))(t).Role.Arn
		for _, where := range []string{"203.0.113.4", "192.0.2.1"} {
			in := iam.SimulatePrincipalPolicyInput{PolicyInputList: []string{all}, ContextEntries: []iamtypes.ContextEntry{entry("aws:SourceIp", where), entry("aws:multifactorauthpresent", "true")}}
			if said, none := simulate(guarded, in), simulate(nowhere, in); said != none {
				t.Errorf("from %s: a role that is there: %s, and one that is not: %s", where, said, none)
			}
		}
		for _, key := range []string{"aws:PrincipalOrgID", "AWS:PrincipalTag/team", "aws:userid"} {
			said := string(d.call(t, d.admin, "ExplainDecision", map[string]any{"PrincipalArn": d.dana.arn, "Actions": []string{"sts:AssumeRole"}, "Resources": []string{role}, "Context": []map[string]any{{"Name": key, "Values": []string{"o-partner"}}}}))
			if !strings.Contains(said, "follows from the principal") {
				t.Error(said)
			}
		}
	})
	t.Run("root, who assumes no role", func(t *testing.T) {
		got, said := d.explain(t, d.admin, map[string]any{"PrincipalArn": d.identities.arn("root"), "Actions": []string{"sts:AssumeRole"}, "Resources": []string{d.role}})
		if got.Decision != "IMPLICIT_DENY" || !strings.Contains(said, "Roles may not be assumed by root accounts.") {
			t.Error(said)
		}
	})
}

func tellsNothing(t *testing.T, said string, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(said, s) {
			t.Errorf("%q is told: %s", s, said)
		}
	}
}

// TestSimulatorsKnowTrustPolicies simulates what AssumeRole does.
func TestSimulatorsKnowTrustPolicies(t *testing.T) {
	d := startDelegation(t)
	simulated := func(c *iam.Client, in *iam.SimulatePrincipalPolicyInput) iamtypes.EvaluationResult {
		t.Helper()
		return must(c.SimulatePrincipalPolicy(ctx, in))(t).EvaluationResults[0]
	}
	dana := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &d.dana.arn, ActionNames: []string{"sts:AssumeRole"}, ResourceArns: []string{d.role}}
	if got := simulated(d.identities.admin.iam, dana); got.EvalDecision != "implicitDeny" || got.EvalDecisionDetails["IAM Policy"] != "allowed" || got.EvalDecisionDetails["Resource Policy"] != "implicitDeny" || len(got.MissingContextValues) != 0 {
		t.Errorf("%+v", got)
	}
	d.tag(t)
	if got := simulated(d.identities.admin.iam, dana); got.EvalDecision != "allowed" || len(got.MatchedStatements) != 1 || *got.MatchedStatements[0].SourcePolicyId != "switch" || len(got.MissingContextValues) != 0 {
		t.Errorf("%+v", got)
	}
	// A role of the account itself, as somebody whom it does not trust and as a role that it does.
	ci := must(d.identities.role.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("ci"), AssumeRolePolicyDocument: trusts(d.identities.id)}))(t).Role
	must(d.identities.role.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: ci.RoleName, PolicyName: aws.String("own"), PolicyDocument: aws.String(allow(`{"Effect":"Allow","Action":"sts:*","Resource":"*"}`))}))(t)
	target := must(d.identities.role.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("target"), AssumeRolePolicyDocument: trusts(*ci.Arn)}))(t).Role
	own := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String(d.identities.arn("user/admin")), ActionNames: []string{"sts:AssumeRole", "sts:GetCallerIdentity"}, ResourceArns: []string{*target.Arn}}
	if got := must(d.identities.admin.iam.SimulatePrincipalPolicy(ctx, own))(t).EvaluationResults; got[0].EvalDecision != "implicitDeny" || got[1].EvalDecision != "allowed" {
		t.Errorf("%+v", got)
	}
	own.PolicySourceArn = ci.Arn
	if got := simulated(d.identities.admin.iam, own); got.EvalDecision != "allowed" || len(got.MatchedStatements) != 2 || got.MatchedStatements[1].SourcePolicyType != "resource" {
		t.Errorf("%+v", got)
	}

	t.Run("of the input", func(t *testing.T) {
		in := &iam.SimulateCustomPolicyInput{
			PolicyInputList: []string{allow(`{"Effect":"Allow","Action":"sts:*","Resource":"*"}`)}, ActionNames: []string{"sts:AssumeRole", "sts:GetCallerIdentity"},
			ResourceArns: []string{d.role}, CallerArn: &d.dana.arn, ResourcePolicy: trusts(d.dana.arn),
		}
		got := must(d.identities.admin.iam.SimulateCustomPolicy(ctx, in))(t).EvaluationResults
		if got[0].EvalDecision != "allowed" || got[1].EvalDecision != "implicitDeny" || *got[0].MatchedStatements[1].SourcePolicyId != "ResourcePolicy" {
			t.Errorf("%+v", got)
		}
		in.ResourcePolicy = trusts(d.dana.arn + "2")
		if got := must(d.identities.admin.iam.SimulateCustomPolicy(ctx, in))(t).EvaluationResults; got[0].EvalDecision != "implicitDeny" {
			t.Errorf("%+v", got)
		}
		in.ResourcePolicy = aws.String(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`)
		_, err := d.identities.admin.iam.SimulateCustomPolicy(ctx, in)
		refused(t, err, "InvalidInput", "ResourcePolicy")
	})
}
