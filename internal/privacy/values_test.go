package privacy_test

import (
	"encoding/json"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/privacy"
	"gatehouse/internal/userpool"
)

func TestRewriteTakesThePersonOutOfRecordsAndNothingElse(t *testing.T) {
	values := privacy.ValuesOf(&userpool.Pool{}, &directory.User{PoolID: "us-east-1_A", Sub: "3f2504e0-4f89-41d3-9a0c-0305e82c3301", Username: "ann", Attributes: map[string]string{
		"email": "Ann@Example.org", "email_verified": "true", "name": "Ann Bo", "given_name": "Bo", "locale": "en-US", "gender": "female"}})
	find := values.Finder()
	const pool, x = "arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_A", "erased-1"
	for name, c := range map[string]struct{ operation, resource, input, want string }{
		"username":            {"cognito-idp:AdminGetUser", pool, `{"username":"ann"}`, `{"username":"erased-1"}`},
		"as a word":           {"cognito-idp:AdminGetUser", pool, `{"username":"annabel","a":"joann ann"}`, `{"a":"joann erased-1","username":"annabel"}`},
		"of another pool":     {"cognito-idp:AdminGetUser", "arn:…/us-east-1_B", `{"username":"ann"}`, `{"username":"ann"}`},
		"address anywhere":    {"iam:CreateUser", "*", `{"tags":[{"value":"x ann@example.org"}]}`, `{"tags":[{"value":"x erased-1"}]}`},
		"name of a member":    {"iam:CreateUser", "*", `{"m":{"ann@example.org":1}}`, `{"m":{"erased-1":1}}`},
		"what was looked for": {"cognito-idp:ListUsers", pool, `{"filter":"name = \"ann bo\""}`, `{"filter":"name = \"erased-1\""}`},
		"what many share":     {"cognito-idp:AdminGetUser", pool, `{"a":"true","b":"en-US","c":"female","d":"Bo"}`, `{"a":"true","b":"en-US","c":"female","d":"Bo"}`},
		"no JSON":             {"cognito-idp:AdminGetUser", pool, ``, ``},
	} {
		r := audit.Record{Operation: c.operation, Resource: c.resource, PrincipalARN: "arn:aws:iam::1:user/ann", Input: json.RawMessage(c.input)}
		got, changed := find.Rewrite(r, x)
		if string(got.Input) != c.want || changed != (c.want != c.input) || got.PrincipalARN != r.PrincipalARN || got.Operation != r.Operation {
			t.Errorf("%s: %s %t", name, got.Input, changed)
		}
	}
	if got, _ := find.Rewrite(audit.Record{Resource: "arn:…/3F2504E0-4f89-41d3-9a0c-0305e82c3301"}, x); got.Resource != "arn:…/erased-1" {
		t.Errorf("resource %s", got.Resource)
	}
}
