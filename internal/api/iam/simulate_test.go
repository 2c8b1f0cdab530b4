package iam_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/api/apitest"
	"gatehouse/internal/api/iam"
	"gatehouse/internal/audit"
	iamdomain "gatehouse/internal/iam"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const account = "111122223333"

var root = api.Principal{AccountID: account, Kind: api.Root, ARN: "arn:aws:iam::" + account + ":root", UserID: account}

func setUp(t *testing.T) func(*awsiam.SimulateCustomPolicyInput) (*awsiam.SimulateCustomPolicyOutput, error) {
	a := gate(t)
	return func(in *awsiam.SimulateCustomPolicyInput) (*awsiam.SimulateCustomPolicyOutput, error) {
		return api.Call[awsiam.SimulateCustomPolicyOutput](t.Context(), a, root, in)
	}
}

func gate(t *testing.T) *api.API {
	a, _ := gateOf(t)
	return a
}

// gateOf is a gate that lets root in, and the store behind it.
func gateOf(t *testing.T) (*api.API, *store.IAM) {
	db := storetest.Open(t)
	accounts := store.NewIAM(db)
	a := &api.API{Registry: api.NewRegistry(), Authorizer: apitest.RootOnly{}, Log: slog.New(slog.DiscardHandler),
		Audit: &audit.Recorder{Store: store.NewAudit(db), Clock: time.Now, NewID: func() string { return time.Now().Format(time.RFC3339Nano) }}}
	(&iam.Service{Identities: identities(t, db), Permissions: accounts}).Register(a.Registry)
	return a, accounts
}

func policy(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

const (
	allowAll = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	denyS3   = `{"Effect":"Deny","Action":"s3:*","Resource":"*"}`
	allowS3  = `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`
	allowIAM = `{"Effect":"Allow","Action":"iam:*","Resource":"*"}`
)

func one(t *testing.T, out *awsiam.SimulateCustomPolicyOutput, err error) types.EvaluationResult {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if len(out.EvaluationResults) != 1 || out.IsTruncated {
		t.Fatalf("%+v", out)
	}
	return out.EvaluationResults[0]
}

// TestSimulateAnswersAsAWSDocumentsIt is the example of the AWS CLI's reference, to the column.
func TestSimulateAnswersAsAWSDocumentsIt(t *testing.T) {
	simulate := setUp(t)
	src := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}`
	at := func(when string) *awsiam.SimulateCustomPolicyInput {
		in := &awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{src}, ActionNames: []string{"dynamodb:CreateBackup"}}
		if when != "" {
			in.ContextEntries = []types.ContextEntry{{ContextKeyName: aws.String("aws:CurrentTime"), ContextKeyValues: []string{when}, ContextKeyType: types.ContextKeyTypeEnumDate}}
		}
		return in
	}
	out, err := simulate(at("2019-04-25T11:00:00Z"))
	r := one(t, out, err)
	if *r.EvalActionName != "dynamodb:CreateBackup" || *r.EvalResourceName != "*" || r.EvalDecision != "allowed" || len(r.MissingContextValues) != 0 ||
		r.EvalDecisionDetails != nil || r.ResourceSpecificResults != nil || r.OrganizationsDecisionDetail != nil || r.PermissionsBoundaryDecisionDetail != nil {
		t.Errorf("%+v", r)
	}
	m := r.MatchedStatements[0]
	if len(r.MatchedStatements) != 1 || *m.SourcePolicyId != "PolicyInputList.1" || *m.StartPosition != (types.Position{Line: 1, Column: 38}) || *m.EndPosition != (types.Position{Line: 1, Column: 167}) {
		t.Errorf("%+v %+v %+v", m, m.StartPosition, m.EndPosition)
	}
	out, err = simulate(at("2014-04-25T11:00:00Z"))
	if r := one(t, out, err); r.EvalDecision != "implicitDeny" || len(r.MatchedStatements) != 0 || len(r.MissingContextValues) != 0 {
		t.Errorf("%+v", r)
	}
	out, err = simulate(at(""))
	if r := one(t, out, err); r.EvalDecision != "implicitDeny" || fmt.Sprint(r.MissingContextValues) != "[aws:CurrentTime]" {
		t.Errorf("%+v", r)
	}
}

func TestSimulateSumsUpSeveralResources(t *testing.T) {
	simulate := setUp(t)
	out, err := simulate(&awsiam.SimulateCustomPolicyInput{
		PolicyInputList: []string{policy(`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a/*"}`, `{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}`)},
		ActionNames:     []string{"s3:GetObject"}, ResourceArns: []string{"arn:aws:s3:::a/x", "arn:aws:s3:::b/x", "arn:aws:s3:::c/x"},
	})
	r := one(t, out, err)
	if r.EvalDecision != "explicitDeny" || *r.EvalResourceName != "*" || len(r.MatchedStatements) != 2 || r.EvalDecisionDetails == nil {
		t.Errorf("%+v", r)
	}
	var got []string
	for _, s := range r.ResourceSpecificResults {
		got = append(got, fmt.Sprint(*s.EvalResourceName, " ", s.EvalResourceDecision, " ", len(s.MatchedStatements)))
	}
	if fmt.Sprint(got) != "[arn:aws:s3:::a/x allowed 1 arn:aws:s3:::b/x explicitDeny 1 arn:aws:s3:::c/x implicitDeny 0]" {
		t.Error(got)
	}
}

func TestSimulateAppliesBoundaryAndOrganization(t *testing.T) {
	simulate := setUp(t)
	in := &awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{policy(allowAll)}, ActionNames: []string{"s3:GetObject"}, ResourceArns: []string{"arn:aws:s3:::a/x"},
		PermissionsBoundaryPolicyInputList: []string{policy(allowIAM)}}
	out, err := simulate(in)
	r := one(t, out, err)
	if r.EvalDecision != "implicitDeny" || r.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary || r.ResourceSpecificResults[0].PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary {
		t.Errorf("%+v", r)
	}
	in.PermissionsBoundaryPolicyInputList = []string{policy(allowAll)}
	in.OrderedOrganizationPolicyInputList = []types.OrderedOrganizationPolicyType{{ServiceControlPolicyInputList: []string{policy(allowAll)}}, {ServiceControlPolicyInputList: []string{policy(allowAll)}}}
	out, err = simulate(in)
	r = one(t, out, err)
	if r.EvalDecision != "allowed" || !r.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary || !r.OrganizationsDecisionDetail.AllowedByOrganizations {
		t.Errorf("%+v", r)
	}
	for _, scp := range []string{policy(allowIAM), policy(allowAll, denyS3)} {
		in.OrderedOrganizationPolicyInputList[1].ServiceControlPolicyInputList = []string{scp}
		out, err = simulate(in)
		r = one(t, out, err)
		if r.EvalDecision == "allowed" || r.OrganizationsDecisionDetail.AllowedByOrganizations || len(r.MatchedStatements) != 0 || r.EvalDecisionDetails != nil {
			t.Errorf("%+v", r)
		}
	}
}

func TestSimulateAcrossAccounts(t *testing.T) {
	simulate := setUp(t)
	bucket := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:user/ann"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}}`
	in := &awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{policy(allowIAM)}, ActionNames: []string{"s3:GetObject"}, ResourceArns: []string{"arn:aws:s3:::b/x"},
		CallerArn: aws.String("arn:aws:iam::444455556666:user/ann"), ResourcePolicy: &bucket}
	out, err := simulate(in)
	r := one(t, out, err)
	if m := r.MatchedStatements; r.EvalDecision != "allowed" || len(m) != 1 || *m[0].SourcePolicyId != "ResourcePolicy" || m[0].SourcePolicyType != "resource" || len(r.EvalDecisionDetails) != 0 {
		t.Errorf("in one account the bucket's policy is enough: %+v", r)
	}
	in.ResourceOwner = aws.String("arn:aws:iam::777788889999:root")
	out, err = simulate(in)
	if r := one(t, out, err); r.EvalDecision != "implicitDeny" || r.EvalDecisionDetails["IAM Policy"] != "implicitDeny" || r.EvalDecisionDetails["Resource Policy"] != "allowed" {
		t.Errorf("%+v", r)
	}
	in.PolicyInputList = []string{policy(allowAll)}
	out, err = simulate(in)
	if r := one(t, out, err); r.EvalDecision != "allowed" || len(r.MatchedStatements) != 2 || r.ResourceSpecificResults[0].EvalDecisionDetails["IAM Policy"] != "allowed" {
		t.Errorf("%+v", r)
	}
	in.ResourcePolicy = nil
	out, err = simulate(in)
	if r := one(t, out, err); r.EvalDecision != "implicitDeny" || r.EvalDecisionDetails["Resource Policy"] != "implicitDeny" {
		t.Errorf("%+v", r)
	}
}

func TestSimulateTrustPolicies(t *testing.T) {
	simulate := setUp(t)
	const role = "arn:aws:iam::777788889999:role/S3AccessRole"
	trust := policy(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"tenant-7"}}}`)
	in := &awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{policy(`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"` + role + `"}`)}, ActionNames: []string{"sts:AssumeRole"},
		ResourceArns: []string{role}, CallerArn: aws.String("arn:aws:iam::444455556666:user/ann"), ResourcePolicy: &trust, ResourceOwner: aws.String("777788889999")}
	out, err := simulate(in)
	if r := one(t, out, err); r.EvalDecision != "implicitDeny" || len(r.MissingContextValues) != 1 || r.MissingContextValues[0] != "sts:ExternalId" {
		t.Errorf("without the external id: %+v", r)
	}
	in.ContextEntries = []types.ContextEntry{{ContextKeyName: aws.String("sts:ExternalId"), ContextKeyType: types.ContextKeyTypeEnumString, ContextKeyValues: []string{"tenant-7"}}}
	out, err = simulate(in)
	if r := one(t, out, err); r.EvalDecision != "allowed" || len(r.MatchedStatements) != 2 {
		t.Errorf("%+v", r)
	}
	in.CallerArn = aws.String("arn:aws:iam::999999999999:user/eve")
	out, err = simulate(in)
	if r := one(t, out, err); r.EvalDecision != "implicitDeny" || r.EvalDecisionDetails["Resource Policy"] != "implicitDeny" {
		t.Errorf("an account that is not trusted: %+v", r)
	}
	in.ResourceArns = append(in.ResourceArns, "arn:aws:s3:::b") // whose policy is no trust policy
	if _, err := simulate(in); err == nil || !strings.Contains(err.Error(), "Invalid Input ResourcePolicy") {
		t.Error(err)
	}
}

func TestSimulateKnowsTheCaller(t *testing.T) {
	simulate := setUp(t)
	own := policy(`{"Effect":"Allow","Action":"iam:GetUser","Resource":"arn:aws:iam::111122223333:user/${aws:username}","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/team/*"}}}`)
	for caller, want := range map[string]types.PolicyEvaluationDecisionType{
		"arn:aws:iam::111122223333:user/team/ann": "allowed", "arn:aws:iam::111122223333:user/team/bob": "implicitDeny", "arn:aws:iam::111122223333:role/team/ann": "implicitDeny",
		"arn:aws:iam::111122223333:group/team/ann": "implicitDeny", "arn:aws:iam::111122223333:root": "allowed",
	} {
		out, err := simulate(&awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{own}, ActionNames: []string{"iam:GetUser"}, ResourceArns: []string{"arn:aws:iam::111122223333:user/ann"}, CallerArn: &caller})
		if r := one(t, out, err); r.EvalDecision != want {
			t.Errorf("%s: %s", caller, r.EvalDecision)
		}
	}
}

func TestSimulatePages(t *testing.T) {
	simulate := setUp(t)
	in := &awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{policy(allowIAM)}}
	for i := range 230 {
		in.ActionNames = append(in.ActionNames, fmt.Sprintf("iam:Action%d", i))
	}
	collect := func() (sizes []int) {
		t.Helper()
		in.Marker = nil
		n := 0
		for {
			out, err := simulate(in)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range out.EvaluationResults {
				if *r.EvalActionName != in.ActionNames[n] || r.EvalDecision != "allowed" {
					t.Fatalf("number %d is %s", n, *r.EvalActionName)
				}
				n++
			}
			if sizes = append(sizes, len(out.EvaluationResults)); !out.IsTruncated {
				return sizes
			}
			in.Marker = out.Marker
		}
	}
	if got := fmt.Sprint(collect()); got != "[100 100 30]" {
		t.Error(got)
	}
	in.MaxItems = aws.Int32(200)
	if got := fmt.Sprint(collect()); got != "[200 30]" {
		t.Error(got)
	}
	for range 101 {
		in.ResourceArns = append(in.ResourceArns, "arn:aws:iam::111122223333:user/x")
	}
	if got := fmt.Sprint(collect()); got != "[99 99 32]" {
		t.Error("a page takes too many decisions:", got)
	}
	for _, marker := range []string{"x", "0", "-1", "230", "99999999999999999999"} {
		in.Marker = &marker
		if _, err := simulate(in); !errors.Is(err, iam.ErrInvalidInput) {
			t.Error(marker, err)
		}
	}
}

func TestSimulateRefuses(t *testing.T) {
	simulate := setUp(t)
	text := aws.String
	entry := func(name *string, kind types.ContextKeyTypeEnum, values ...string) func(*awsiam.SimulateCustomPolicyInput) {
		return func(in *awsiam.SimulateCustomPolicyInput) {
			in.ContextEntries = []types.ContextEntry{{ContextKeyName: name, ContextKeyType: kind, ContextKeyValues: values}}
		}
	}
	for want, change := range map[string]func(*awsiam.SimulateCustomPolicyInput){
		`Invalid Input PolicyInputList.2: Syntax errors in policy. (line 1, column 12: "2024-06-17" is no version`: func(in *awsiam.SimulateCustomPolicyInput) {
			in.PolicyInputList = append(in.PolicyInputList, `{"Version":"2024-06-17","Statement":`+allowAll+`}`)
		},
		`placeholder "ACCOUNT"`: func(in *awsiam.SimulateCustomPolicyInput) {
			in.PolicyInputList = []string{policy(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::ACCOUNT:user/x"}`)}
		},
		"Invalid Input PermissionsBoundaryPolicyInputList.1": func(in *awsiam.SimulateCustomPolicyInput) { in.PermissionsBoundaryPolicyInputList = []string{"{"} },
		"there is one permissions boundary": func(in *awsiam.SimulateCustomPolicyInput) {
			in.PermissionsBoundaryPolicyInputList = []string{policy(allowAll), policy(allowAll)}
		},
		"Invalid Input ServiceControlPolicyInputList.1": func(in *awsiam.SimulateCustomPolicyInput) {
			in.OrderedOrganizationPolicyInputList = []types.OrderedOrganizationPolicyType{{ServiceControlPolicyInputList: []string{"{"}}}
		},
		"Invalid Input ResourcePolicy: Missing required field Principal": func(in *awsiam.SimulateCustomPolicyInput) {
			in.CallerArn, in.ResourcePolicy = text("arn:aws:iam::111122223333:user/ann"), text(policy(allowAll))
		},
		"needs a CallerArn":            func(in *awsiam.SimulateCustomPolicyInput) { in.ResourcePolicy = text(policy(allowAll)) },
		"Invalid Input CallerArn: ann": func(in *awsiam.SimulateCustomPolicyInput) { in.CallerArn = text("ann") },
		"Invalid Input CallerArn: arn:aws:sts": func(in *awsiam.SimulateCustomPolicyInput) {
			in.CallerArn = text("arn:aws:sts::111122223333:assumed-role/r/s")
		},
		"Invalid Input CallerArn: arn:aws:iam":   func(in *awsiam.SimulateCustomPolicyInput) { in.CallerArn = text("arn:aws:iam::111122223333:mfa/x") },
		"Invalid Input ResourceOwner: bob":       func(in *awsiam.SimulateCustomPolicyInput) { in.ResourceOwner = text("bob") },
		"Invalid Input Action: s3:*":             func(in *awsiam.SimulateCustomPolicyInput) { in.ActionNames = []string{"s3:*"} },
		"Invalid Input Action: GetUser":          func(in *awsiam.SimulateCustomPolicyInput) { in.ActionNames = []string{"GetUser"} },
		"Invalid Input Resource: bucket":         func(in *awsiam.SimulateCustomPolicyInput) { in.ResourceArns = []string{"bucket"} },
		"Invalid Input ResourceHandlingOption":   func(in *awsiam.SimulateCustomPolicyInput) { in.ResourceHandlingOption = text("EC2-VPC-EBS") },
		`"seven" is not a value of type numeric`: entry(text("s3:max-keys"), types.ContextKeyTypeEnumNumeric, "seven"),
		`"maybe" is not a value of type boolean`: entry(text("aws:SecureTransport"), types.ContextKeyTypeEnumBooleanList, "true", "maybe"),
		`"here" is not a value of type ip`:       entry(text("aws:SourceIp"), types.ContextKeyTypeEnumIp, "here"),
		`"soon" is not a value of type date`:     entry(text("aws:CurrentTime"), types.ContextKeyTypeEnumDate, "soon"),
		`"?" is not a value of type binary`:      entry(text("x:bytes"), types.ContextKeyTypeEnumBinary, "?"),
		"and has one value":                      entry(text("aws:username"), types.ContextKeyTypeEnumString, "a", "b"),
		"has a ContextKeyName":                   entry(nil, types.ContextKeyTypeEnumString, "a"),
	} {
		in := &awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{policy(allowAll)}, ActionNames: []string{"s3:GetObject"}}
		change(in)
		if _, err := simulate(in); !errors.Is(err, iam.ErrInvalidInput) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestContextKeysForCustomPolicy(t *testing.T) {
	a := gate(t)
	call := func(ctx context.Context, p api.Principal, policies ...string) ([]string, error) {
		out, err := api.Call[awsiam.GetContextKeysForCustomPolicyOutput](ctx, a, p, &awsiam.GetContextKeysForCustomPolicyInput{PolicyInputList: policies})
		if err != nil {
			return nil, err
		}
		return out.ContextKeyNames, nil
	}
	first := policy(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`)
	second := policy(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringLike":{"AWS:sourceip":"${aws:PrincipalTag/team}"}}}`)
	if keys, err := call(t.Context(), root, first, second); err != nil || fmt.Sprint(keys) != "[aws:PrincipalTag/team aws:SourceIp aws:username]" {
		t.Error(keys, err)
	}
	if keys, err := call(t.Context(), root, policy(allowAll)); err != nil || keys == nil || len(keys) != 0 {
		t.Error(keys, err)
	}
	if _, err := call(t.Context(), root, first, "{"); !errors.Is(err, iam.ErrInvalidInput) || !strings.Contains(err.Error(), "PolicyInputList.2: Syntax errors in policy. (line 1, column 2: ") {
		t.Error(err)
	}
}

func TestAttackSimulatorOfSomebodyWithoutPermission(t *testing.T) {
	a := gate(t)
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}
	_, err := api.Call[awsiam.SimulateCustomPolicyOutput](t.Context(), a, bob, &awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{policy(allowAll)}, ActionNames: []string{"s3:GetObject"}})
	if !errors.Is(err, api.ErrAccessDenied) {
		t.Error(err)
	}
	_, err = api.Call[awsiam.GetContextKeysForCustomPolicyOutput](t.Context(), a, bob, &awsiam.GetContextKeysForCustomPolicyInput{PolicyInputList: []string{policy(allowAll)}})
	if !errors.Is(err, api.ErrAccessDenied) {
		t.Error(err)
	}
}

// TestAttackSimulatorWithManyRoles asks for many actions on many roles: pairs of them are no work before a page decides on
// some, and roles that are there are looked up only so often.
func TestAttackSimulatorWithManyRoles(t *testing.T) {
	a, accounts := gateOf(t)
	if err := accounts.CreateFirstAccount(t.Context(), iamdomain.Account{ID: account}, iamdomain.Root{AccountID: account, Email: "a@localhost"}); err != nil {
		t.Fatal(err)
	}
	trust := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`
	in := &awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{policy(allowS3)}, ResourcePolicy: &trust, CallerArn: aws.String("arn:aws:iam::" + account + ":user/ann"), MaxItems: aws.Int32(1)}
	for i := range 20_000 {
		in.ActionNames = append(in.ActionNames, fmt.Sprintf("a:%d", i))
		in.ResourceArns = append(in.ResourceArns, fmt.Sprintf("arn:aws:iam::%s:role/r%d", account, i))
	}
	start := time.Now()
	if out, err := api.Call[awsiam.SimulateCustomPolicyOutput](t.Context(), a, root, in); err != nil || len(out.EvaluationResults) != 1 || time.Since(start) > 30*time.Second {
		t.Error(err, time.Since(start))
	}
	in.PolicyInputList = []string{policy(strings.Repeat(allowS3+",", 1000) + allowS3)}
	in.ActionNames = append(in.ActionNames, "sts:AssumeRole")
	trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:*"}}`
	if _, err := api.Call[awsiam.SimulateCustomPolicyOutput](t.Context(), a, root, in); !errors.Is(err, iam.ErrInvalidInput) || !strings.Contains(err.Error(), "too many for policies") {
		t.Error(err)
	}
	name := aws.String("ann")
	if _, err := api.Call[awsiam.CreateUserOutput](t.Context(), a, root, &awsiam.CreateUserInput{UserName: name}); err != nil {
		t.Fatal(err)
	}
	of := &awsiam.SimulatePrincipalPolicyInput{PolicySourceArn: in.CallerArn, ActionNames: []string{"sts:AssumeRole"}, ResourceArns: in.ResourceArns[:101]}
	if _, err := api.Call[awsiam.SimulatePrincipalPolicyOutput](t.Context(), a, root, of); !errors.Is(err, iam.ErrInvalidInput) || !strings.Contains(err.Error(), "at most 100 roles") {
		t.Error(err)
	}
	of.ResourceArns = append(in.ResourceArns[:100:100], in.ResourceArns[:100]...)
	if _, err := api.Call[awsiam.SimulatePrincipalPolicyOutput](t.Context(), a, root, of); err != nil {
		t.Error(err)
	}
	of.PolicyInputList, of.ResourceArns = in.PolicyInputList, in.ResourceArns
	if _, err := api.Call[awsiam.SimulatePrincipalPolicyOutput](t.Context(), a, root, of); !errors.Is(err, iam.ErrInvalidInput) || !strings.Contains(err.Error(), "too many for policies") {
		t.Error("roles are looked up before the limit:", err)
	}
}

// TestAttackSimulatorWithMuchToDo asks for much of large policies at once: pages are short, and too much is refused.
func TestAttackSimulatorWithMuchToDo(t *testing.T) {
	simulate := setUp(t)
	var patterns []string
	for range 60 {
		patterns = append(patterns, `"arn:aws:s3:::*`+strings.Repeat("a?", 1000)+`b*"`)
	}
	in := &awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{policy(`{"Effect":"Allow","Action":"*","Resource":[` + strings.Join(patterns, ",") + `]}`)}}
	for i := range 1000 {
		in.ActionNames = append(in.ActionNames, fmt.Sprintf("s3:Action%d", i))
	}
	in.MaxItems = aws.Int32(1000)
	in.ResourceArns = []string{"arn:aws:s3:::" + strings.Repeat("a", 2000)}
	start := time.Now()
	out, err := simulate(in)
	if err != nil {
		t.Fatal(err)
	}
	if !out.IsTruncated || len(out.EvaluationResults) > 600 || time.Since(start) > 30*time.Second {
		t.Errorf("%d results in %v", len(out.EvaluationResults), time.Since(start))
	}
	for range 5000 {
		in.ResourceArns = append(in.ResourceArns, in.ResourceArns[0])
	}
	if _, err := simulate(in); !errors.Is(err, iam.ErrInvalidInput) || !strings.Contains(err.Error(), "too many for policies") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := api.Call[awsiam.SimulateCustomPolicyOutput](ctx, gate(t), root, &awsiam.SimulateCustomPolicyInput{PolicyInputList: []string{policy(allowAll)}, ActionNames: []string{"a:B"}}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
