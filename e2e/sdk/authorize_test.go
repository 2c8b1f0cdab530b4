package sdk_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	org "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// authorized is what Authorize answers.
type authorized struct {
	Allowed                          bool
	Decision, Reason, EncodedMessage string
	Principal                        struct{ Arn, AccountId, UserId, Type, AccessKeyId string }
	Explanation                      *struct {
		Statements []struct {
			PolicyType, Policy, Effect string
			Matched                    bool
		}
		MissingKeys, Changes []string
	}
	Results []authorized
	Type    string `json:"__type"`
	Message string `json:"message"`
}

// authorize asks as a service whose credentials are given.
func (k *kit) authorize(t *testing.T, as aws.Credentials, operation string, in any) (out authorized) {
	t.Helper()
	answer := k.call(t, as, operation, in)
	if err := json.Unmarshal(answer, &out); err != nil {
		t.Fatalf("%s: %v\n%s", operation, err, answer)
	}
	return out
}

// call calls an operation of our own service, and answers what came back.
func (k *kit) call(t *testing.T, as aws.Credentials, operation string, in any) []byte {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, k.URL+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	req.Header.Set("X-Amz-Target", "Gatehouse."+operation)
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, as, req, hex.EncodeToString(sum[:]), "gatehouse", region, time.Now()); err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func keyOf(w *worker) aws.Credentials {
	return aws.Credentials{AccessKeyID: *w.key.AccessKeyId, SecretAccessKey: *w.key.SecretAccessKey}
}

func temporary(c *types.Credentials) aws.Credentials {
	return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}
}

// TestAttackAssumedRootActsBeyondItsTask: whoever audits the root user of a member by AssumeRoot asks a service there for more.
func TestAttackAssumedRootActsBeyondItsTask(t *testing.T) {
	k := start(t)
	type in = map[string]any
	c := k.rootOrganizations()
	boss := k.worker(t, "boss", allow(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	must(c.CreateOrganization(ctx, &org.CreateOrganizationInput{}))(t)
	dev := k.administrated(t, boss, c, "dev")
	must(c.EnableAWSServiceAccess(ctx, &org.EnableAWSServiceAccessInput{ServicePrincipal: aws.String("iam.amazonaws.com")}))(t)
	must(k.rootIAM().EnableOrganizationsRootSessions(ctx, &iam.EnableOrganizationsRootSessionsInput{}))(t)
	out := must(boss.sts.AssumeRoot(ctx, &sts.AssumeRootInput{TargetPrincipal: &dev.id, TaskPolicyArn: &types.PolicyDescriptorType{Arn: aws.String(rootTask + "IAMAuditRootUserCredentials")}}))(t)
	session := in{"AccessKeyId": *out.Credentials.AccessKeyId, "SessionToken": *out.Credentials.SessionToken}
	got := k.authorize(t, dev.creds(t), "BatchAuthorize", in{"Subject": session, "Questions": []in{
		{"Action": "s3:DeleteBucket", "Resource": "arn:aws:s3:::payroll"}, {"Action": "iam:ListAccessKeys", "Resource": "arn:aws:iam::" + dev.id + ":root"},
	}})
	if len(got.Results) != 2 || got.Results[0].Allowed || !strings.Contains(got.Results[0].Reason, "because no session policy allows the s3:DeleteBucket action") || !got.Results[1].Allowed ||
		got.Principal.Arn != "arn:aws:iam::"+dev.id+":root" || got.Principal.Type != "Account" || got.Principal.UserId != dev.id {
		t.Errorf("%+v", got)
	}
}

// creds are those of a key of the account's administrator.
func (a *administrated) creds(t *testing.T) aws.Credentials {
	t.Helper()
	key := must(a.role.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &a.admin.name}))(t).AccessKey
	return aws.Credentials{AccessKeyID: *key.AccessKeyId, SecretAccessKey: *key.SecretAccessKey}
}

// TestAuthorize asks as a shop about those who come to it.
func TestAuthorize(t *testing.T) {
	k := start(t)
	type in = map[string]any
	shop := k.worker(t, "shop", allow(`{"Effect":"Allow","Action":"gatehouse:Authorize","Resource":"*","Condition":{"ForAllValues:StringLike":{"gatehouse:AskedActions":["s3:*","shop:*"]}}}`,
		`{"Effect":"Allow","Action":"sts:DecodeAuthorizationMessage","Resource":"*"}`))
	ann := k.worker(t, "ann", allow(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::books/*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}`,
		`{"Sid":"NoWrites","Effect":"Deny","Action":"s3:Put*","Resource":"*"}`, `{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}`))
	service := keyOf(shop)
	account := strings.Split(ann.arn, ":")[4]
	from := []in{{"Key": "aws:SourceIp", "Values": []string{"203.0.113.9"}}}
	byARN := in{"PrincipalArn": ann.arn}

	got := k.authorize(t, service, "Authorize", in{"Subject": byARN, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::books/a", "Context": from})
	if !got.Allowed || got.Decision != "Allowed" || got.Principal.Arn != ann.arn || got.Principal.UserId != ann.id || got.Principal.Type != "User" || got.Principal.AccountId != account {
		t.Errorf("%+v", got)
	}
	got = k.authorize(t, service, "Authorize", in{"Subject": byARN, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::books/a", "Explain": true})
	if got.Allowed || got.Decision != "ImplicitDeny" || got.Reason != "User: "+ann.arn+" is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::books/a because no identity-based policy allows the s3:GetObject action" ||
		got.Explanation == nil || len(got.Explanation.Statements) != 3 || len(got.Explanation.MissingKeys) != 1 || got.Explanation.MissingKeys[0] != "aws:SourceIp" || len(got.Explanation.Changes) == 0 {
		t.Errorf("%+v", got)
	}
	got = k.authorize(t, service, "Authorize", in{"Subject": byARN, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shelf/a",
		"ResourcePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + ann.arn + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::shelf/*"}]}`})
	if !got.Allowed {
		t.Errorf("the policy of the resource has no say: %+v", got)
	}

	t.Run("a message that may be decoded", func(t *testing.T) {
		got := k.authorize(t, service, "Authorize", in{"Subject": byARN, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::books/a", "EncodeMessage": true})
		if got.Decision != "ExplicitDeny" || got.EncodedMessage == "" || got.Explanation != nil {
			t.Fatalf("%+v", got)
		}
		text := must(shop.sts.DecodeAuthorizationMessage(ctx, &sts.DecodeAuthorizationMessageInput{EncodedMessage: &got.EncodedMessage}))(t).DecodedMessage
		var m struct {
			Allowed, ExplicitDeny bool
			MatchedStatements     struct {
				Items []struct{ StatementID, Effect string }
			}
			Context struct {
				Principal struct{ ID, ARN string }
				Action    string
			}
		}
		if err := json.Unmarshal([]byte(*text), &m); err != nil || !m.ExplicitDeny || m.Allowed || len(m.MatchedStatements.Items) != 1 || m.MatchedStatements.Items[0].StatementID != "NoWrites" ||
			m.MatchedStatements.Items[0].Effect != "DENY" || m.Context.Principal.ID != ann.id || m.Context.Principal.ARN != ann.arn || m.Context.Action != "s3:PutObject" {
			t.Error(err, *text)
		}
		_, err := ann.sts.DecodeAuthorizationMessage(ctx, &sts.DecodeAuthorizationMessageInput{EncodedMessage: &got.EncodedMessage})
		refused(t, err, "AccessDenied", "sts:DecodeAuthorizationMessage")
		_, err = shop.sts.DecodeAuthorizationMessage(ctx, &sts.DecodeAuthorizationMessageInput{EncodedMessage: aws.String(got.EncodedMessage[1:])})
		refused(t, err, "InvalidAuthorizationMessageException", "")
	})
	role := k.role(t, "reader", trusts(ann.arn), allow(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`))
	out := ann.assume(t, role, func(in *sts.AssumeRoleInput) {
		in.Policy = aws.String(allow(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`))
	})
	session := in{"AccessKeyId": *out.Credentials.AccessKeyId, "SessionToken": *out.Credentials.SessionToken}
	t.Run("sessions, by token and by name", func(t *testing.T) {
		batch := k.authorize(t, service, "BatchAuthorize", in{"Subject": session, "Questions": []in{
			{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::books/a"}, {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::books"},
		}})
		if len(batch.Results) != 2 || !batch.Results[0].Allowed || batch.Results[1].Allowed || !strings.Contains(batch.Results[1].Reason, "because no session policy allows") || batch.Principal.Arn != *out.AssumedRoleUser.Arn {
			t.Errorf("%+v", batch)
		}
		for _, name := range []string{*role.Arn, *out.AssumedRoleUser.Arn} {
			got := k.authorize(t, service, "BatchAuthorize", in{"Subject": in{"PrincipalArn": name, "SessionPolicy": allow(`{"Effect":"Allow","Action":"s3:List*","Resource":"*"}`)}, "Questions": []in{
				{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::books/a"}, {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::books"},
			}})
			if len(got.Results) != 2 || got.Results[0].Allowed || !got.Results[1].Allowed || got.Principal.Type != "AssumedRole" {
				t.Errorf("%s: %+v", name, got)
			}
		}
	})
	t.Run("a signed request", func(t *testing.T) {
		signed := func(alter func(in)) in {
			r, _ := http.NewRequest(http.MethodGet, "https://shop.example.com/books/a%20b?versionId=1&x", nil)
			r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
			if err := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }).SignHTTP(ctx, temporary(out.Credentials), r, "UNSIGNED-PAYLOAD", "s3", "eu-north-1", time.Now()); err != nil {
				t.Fatal(err)
			}
			headers := []in{{"Name": "Host", "Value": "shop.example.com"}}
			for name, vs := range r.Header {
				headers = append(headers, in{"Name": name, "Value": vs[0]})
			}
			one := in{"Method": "GET", "Path": "/books/a%20b", "Query": "versionId=1&x", "Headers": headers}
			alter(one)
			return in{"SignedRequest": one}
		}
		question := in{"Action": "s3:GetObject", "Resource": "arn:aws:s3:::books/a b"}
		ask := func(alter func(in)) authorized {
			question["Subject"] = signed(alter)
			return k.authorize(t, service, "Authorize", question)
		}
		if got := ask(func(in) {}); !got.Allowed || got.Principal.Arn != *out.AssumedRoleUser.Arn || got.Principal.AccessKeyId != *out.Credentials.AccessKeyId {
			t.Errorf("%+v", got)
		}
		for name, alter := range map[string]func(in){
			"another path":   func(r in) { r["Path"] = "/books/secret" },
			"another method": func(r in) { r["Method"] = "PUT" },
			"another query":  func(r in) { r["Query"] = "versionId=2&x" },
			"another host":   func(r in) { r["Headers"].([]in)[0]["Value"] = "evil.example.com" },
			"another body":   func(r in) { r["PayloadHash"] = strings.Repeat("0", 64) },
			"no headers":     func(r in) { r["Headers"] = []in{} },
		} {
			if got := ask(alter); got.Type != "SubjectNotVerifiedException" {
				t.Errorf("%s: %+v", name, got)
			}
		}
	})
	t.Run("what a service may not", func(t *testing.T) {
		for name, c := range map[string]struct {
			as   aws.Credentials
			in   in
			want string
		}{
			"ask without permission":        {keyOf(ann), in{"Subject": byARN, "Action": "s3:GetObject", "Resource": "*"}, "AccessDeniedException"},
			"ask for another's actions":     {service, in{"Subject": byARN, "Action": "iam:CreateUser", "Resource": "*"}, "AccessDeniedException"},
			"say who the principal is":      {service, in{"Subject": byARN, "Action": "s3:GetObject", "Resource": "*", "Context": []in{{"Key": "AWS:PrincipalTag/admin", "Values": []string{"yes"}}}}, "ValidationException"},
			"say a session has MFA":         {service, in{"Subject": session, "Action": "s3:GetObject", "Resource": "*", "Context": []in{{"Key": "aws:MultiFactorAuthPresent", "Values": []string{"true"}}}}, "ValidationException"},
			"give a session more":           {service, in{"Subject": in{"AccessKeyId": session["AccessKeyId"], "SessionToken": session["SessionToken"], "SessionPolicy": allow()}, "Action": "s3:GetObject", "Resource": "*"}, "ValidationException"},
			"use another key's token":       {service, in{"Subject": in{"AccessKeyId": "ASIAAAAAAAAAAAAAAAAA", "SessionToken": session["SessionToken"]}, "Action": "s3:GetObject", "Resource": "*"}, "SubjectNotVerifiedException"},
			"name two subjects":             {service, in{"Subject": in{"PrincipalArn": ann.arn, "UserToken": "x"}, "Action": "s3:GetObject", "Resource": "*"}, "ValidationException"},
			"name nobody":                   {service, in{"Action": "s3:GetObject", "Resource": "*"}, "ValidationException"},
			"name who is not there":         {service, in{"Subject": in{"PrincipalArn": ann.arn + "a"}, "Action": "s3:GetObject", "Resource": "*"}, "ResourceNotFoundException"},
			"name another account's":        {service, in{"Subject": in{"PrincipalArn": "arn:aws:iam::000000000001:root"}, "Action": "s3:GetObject", "Resource": "*"}, "ResourceNotFoundException"},
			"ask with a wildcard":           {service, in{"Subject": byARN, "Action": "s3:*", "Resource": "*"}, "ValidationException"},
			"bring a made-up token":         {service, in{"Subject": in{"UserToken": "a.b.c"}, "Action": "s3:GetObject", "Resource": "*"}, "SubjectNotVerifiedException"},
			"bring a policy that is broken": {service, in{"Subject": byARN, "Action": "s3:GetObject", "Resource": "*", "ResourcePolicy": "{}"}, "MalformedPolicyDocument"},
		} {
			if got := k.authorize(t, c.as, "Authorize", c.in); got.Type != c.want {
				t.Errorf("%s: %+v", name, got)
			}
		}
		got := k.authorize(t, service, "Authorize", in{"Subject": byARN, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::books/a", "ResourceAccount": "000000000001", "Context": from})
		if got.Allowed || got.Decision != "ImplicitDeny" {
			t.Errorf("another account's bucket opens by the caller's policies alone: %+v", got)
		}
	})
}
