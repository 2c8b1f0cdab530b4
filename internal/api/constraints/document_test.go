package constraints

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// grants is a policy that is seen in records as it is.
const grants = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// recorded is a record of an input that is to be checked first, as calls are.
func recorded(t *testing.T, in *Input, v any) (string, map[string]any) {
	t.Helper()
	if err := in.Check(v); err != nil {
		t.Fatal(err)
	}
	b := in.Redact(v)
	var members map[string]any
	if err := json.Unmarshal(b, &members); err != nil || len(b) > maxRecorded {
		t.Fatalf("%d bytes, %v", len(b), err)
	}
	return string(b), members
}

// Attack: grant something by a policy of which the audit log shows nothing, as it begins with white space, or has much of
// it within.
func TestAttackPolicyHiddenBehindWhiteSpace(t *testing.T) {
	spaced := strings.Repeat(" ", 600) + strings.ReplaceAll(grants, ":", strings.Repeat("\n\t ", 200)+":")
	for name, c := range map[string]struct {
		in     *Input
		v      any
		member string
	}{
		"CreatePolicy":   {compiled[iam.CreatePolicyInput](t, "iam"), &iam.CreatePolicyInput{PolicyName: p("x"), PolicyDocument: &spaced}, "policyDocument"},
		"PutUserPolicy":  {compiled[iam.PutUserPolicyInput](t, "iam"), &iam.PutUserPolicyInput{UserName: p("ann"), PolicyName: p("x"), PolicyDocument: &spaced}, "policyDocument"},
		"CreateRole":     {compiled[iam.CreateRoleInput](t, "iam"), &iam.CreateRoleInput{RoleName: p("r"), AssumeRolePolicyDocument: &spaced}, "assumeRolePolicyDocument"},
		"PutGroupPolicy": {compiled[iam.PutGroupPolicyInput](t, "iam"), &iam.PutGroupPolicyInput{GroupName: p("g"), PolicyName: p("x"), PolicyDocument: &spaced}, "policyDocument"},
	} {
		if _, members := recorded(t, c.in, c.v); members[c.member] != grants {
			t.Errorf("%s: %v", name, members[c.member])
		}
	}
	put := compiled[iam.PutRolePolicyInput](t, "iam")
	last := `{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	for name, first := range map[string]string{
		"white space in a text":  strings.Repeat(" ", 100_000),
		"no-break spaces":        strings.Repeat("\u00a0", 100_000),
		"a text up to the quota": strings.Repeat("é ", 10_000),
		"what JSON escapes":      strings.Repeat(`\"`, 5_000),
		"what HTML would escape": strings.Repeat(`<`, 10_000),
	} {
		doc := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:x","Resource":"` + first + `"},` + last
		_, members := recorded(t, put, &iam.PutRolePolicyInput{RoleName: p("r"), PolicyName: p("x"), PolicyDocument: &doc})
		if got, _ := members["policyDocument"].(string); !strings.HasSuffix(got, last) {
			t.Errorf("%s: the record has %d bytes of it and not its end", name, len(got))
		}
	}
	huge := "{" + strings.Repeat("x", 130_000)
	if _, members := recorded(t, put, &iam.PutRolePolicyInput{RoleName: p("r"), PolicyName: p("x"), PolicyDocument: &huge}); members["roleName"] != "r" {
		t.Error("what no policy can be:", members)
	}
}

// Attack: have an input dropped from the audit log by its length.
func TestAttackInputTooLongToRecord(t *testing.T) {
	var tags []iamtypes.Tag
	for i := range 50 {
		tags = append(tags, iamtypes.Tag{Key: p(fmt.Sprintf("%02d%s", i, strings.Repeat("é", 126))), Value: p(strings.Repeat("é", 256))})
	}
	doc, boundary := grants+strings.Repeat(" ", 100_000), "arn:aws:iam::111122223333:policy/"+strings.Repeat("x/", 255)+"Boundary"
	_, members := recorded(t, compiled[iam.CreateRoleInput](t, "iam"), &iam.CreateRoleInput{RoleName: p("r"), AssumeRolePolicyDocument: &doc, PermissionsBoundary: &boundary, Tags: tags})
	if members["assumeRolePolicyDocument"] != grants || members["roleName"] != "r" || members["permissionsBoundary"] != boundary {
		t.Errorf("%v", members)
	}
	if got, _ := members["tags"].([]any); len(got) != 50 || !strings.HasPrefix(got[49].(map[string]any)["key"].(string), "49") {
		t.Errorf("tags: %v", members["tags"])
	}

	var urls []string
	for i := range 100 {
		urls = append(urls, fmt.Sprintf("https://%02d.example/%s", i, strings.Repeat("x", 1000)))
	}
	text, _ := recorded(t, compiled[idp.UpdateUserPoolClientInput](t, "cognito-idp"),
		&idp.UpdateUserPoolClientInput{UserPoolId: p("us-east-1_a"), ClientId: p("abc"), CallbackURLs: urls, LogoutURLs: urls})
	if !strings.Contains(text, `"clientId":"abc"`) || strings.Count(text, "https://99.example/") != 2 {
		t.Error(text)
	}

	many := map[string]string{}
	for i := range 2000 {
		many[fmt.Sprintf("%04d", i)] = strings.Repeat("x", 256)
	}
	_, members = recorded(t, compiled[idp.TagResourceInput](t, "cognito-idp"), &idp.TagResourceInput{ResourceArn: p("arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a"), Tags: many})
	got, _ := members["tags"].(map[string]any)
	if _, first := got["0000"]; !first || got["…"] != "1900 more" {
		t.Errorf("tags: %v", members["tags"])
	}
}
