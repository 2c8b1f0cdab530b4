package privacy_test

import (
	"encoding/json"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/privacy"
	"gatehouse/internal/userpool"
)

const (
	theSub  = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	theirs  = "us-east-1_A"
	poolARN = "arn:aws:cognito-idp:us-east-1:1:userpool/" + theirs
)

func valuesOf(username string, attributes map[string]string) privacy.Values {
	return privacy.ValuesOf(&userpool.Pool{}, &directory.User{PoolID: theirs, Sub: theSub, Username: username, Attributes: attributes})
}

func TestRewriteTakesThePersonOutOfRecordsAndNothingElse(t *testing.T) {
	values := valuesOf("ann", map[string]string{"email": "Ann@Example.org", "phone_number": "+15555550100", "email_verified": "true", "name": `Ann "A" Bo`, "given_name": "Bo", "locale": "en-US", "gender": "female"})
	const user, foreign = "arn:aws:iam::1:user/" + theSub, "arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_B"
	for name, c := range map[string]struct{ resource, input, want string }{
		"username":              {poolARN, `{"username":"ann"}`, `{"username":"erased-1"}`},
		"username, other case":  {poolARN, `{"username":"Ann"}`, `{"username":"erased-1"}`},
		"sub":                   {poolARN, `{"username":"` + theSub + `"}`, `{"username":"erased-1"}`},
		"address":               {poolARN, `{"username":"ann@example.org"}`, `{"username":"erased-1"}`},
		"pool in the input":     {"*", `{"userPoolId":"us-east-1_A","username":"ann"}`, `{"userPoolId":"us-east-1_A","username":"erased-1"}`},
		"somebody else":         {poolARN, `{"username":"annabel"}`, `{"username":"annabel"}`},
		"of another pool":       {foreign, `{"username":"ann","filter":"email = \"ann@example.org\""}`, `{"username":"ann","filter":"email = \"ann@example.org\""}`},
		"of a pool named so":    {poolARN + "B", `{"username":"ann"}`, `{"username":"ann"}`},
		"filter":                {poolARN, `{"filter":"name = \"ann \\\"a\\\" bo\""}`, `{"filter":"name = \"erased-1\""}`},
		"filter by beginning":   {poolARN, `{"filter":"email ^= \"ANN@EXAMPLE.ORG\""}`, `{"filter":"email ^= \"erased-1\""}`},
		"filter, others' value": {poolARN, `{"filter":"given_name = \"ann\""}`, `{"filter":"given_name = \"ann\""}`},
		"attribute":             {poolARN, `{"userAttributes":[{"name":"given_name","value":"Bo"},{"name":"nickname","value":"Bo"}]}`, `{"userAttributes":[{"name":"given_name","value":"erased-1"},{"name":"nickname","value":"Bo"}]}`},
		"text":                  {poolARN, `{"filter":{"text":"bo","status":"bo"}}`, `{"filter":{"status":"bo","text":"erased-1"}}`},
		"tags of the person":    {user, `{"tags":{"` + theSub + `":"+15555550100","x":"ann"}}`, `{"tags":{"erased-1":"erased-1","x":"ann"}}`},
		"tags in a list":        {user, `{"tags":[{"key":"` + theSub + `","value":"ann@example.org"}],"tagKeys":["` + theSub + `"]}`, `{"tagKeys":["erased-1"],"tags":[{"key":"erased-1","value":"erased-1"}]}`},
		"tags of others":        {poolARN, `{"tags":{"owner":"ann@example.org","ann":"+15555550100"}}`, `{"tags":{"owner":"ann@example.org","ann":"+15555550100"}}`},
		"what many share":       {poolARN, `{"filter":{"text":"en-US"}}`, `{"filter":{"text":"en-US"}}`},
		"numbers":               {poolARN, `{"n":12345678901234567890,"username":"ann"}`, `{"n":12345678901234567890,"username":"erased-1"}`},
		"no JSON":               {poolARN, ``, ``},
	} {
		r := audit.Record{Operation: "x:Y", Resource: c.resource, PrincipalARN: "arn:aws:iam::1:user/ann", Input: json.RawMessage(c.input)}
		got, changed := values.Rewrite(r, "erased-1")
		if !same(string(got.Input), c.want) || changed != (c.want != c.input || c.resource == user) || got.PrincipalARN != r.PrincipalARN || got.Operation != r.Operation {
			t.Errorf("%s: %s %t", name, got.Input, changed)
		}
	}
	if got, _ := values.Rewrite(audit.Record{Resource: "arn:aws:iam::1:user/3F2504E0-4f89-41d3-9a0c-0305e82c3301"}, "erased-1"); got.Resource != "arn:aws:iam::1:user/erased-1" {
		t.Errorf("resource %s", got.Resource)
	}
}

// same compares JSON whatever the order of its members.
func same(a, b string) bool {
	var x, y any
	ax, bx := json.Unmarshal([]byte(a), &x), json.Unmarshal([]byte(b), &y)
	if ax != nil || bx != nil {
		return a == b
	}
	ca, _ := json.Marshal(x)
	cb, _ := json.Marshal(y)
	return string(ca) == string(cb)
}

// Attack: whoever is called as the words that records are made of wipes what was done to others by being erased.
func TestAttackErasedWordWipesEvidenceOfOthers(t *testing.T) {
	for _, word := range []string{"userpool", "Enabled", "us-east-1", "cognito-idp", "arn", "aws", "username", "filter", "userPoolId", "staff", theirs, "owner", "email", "bob", "root"} {
		values := valuesOf(word+"-x", map[string]string{"nickname": word, "name": word, "custom:role": word, "preferred_username": word})
		for _, input := range []string{
			`{"userPoolId":"us-east-1_A","username":"bob","groupName":"staff"}`, `{"userPoolId":"us-east-1_A","filter":"status = \"Enabled\""}`,
			`{"filter":"email = \"bob\"","attributesToGet":["email"]}`, `{"resourceArn":"` + poolARN + `","tags":{"owner":"bob"}}`,
			`{"userAttributes":[{"name":"email","value":"bob"}],"username":"bob"}`, `{"filter":{"attributes":[{"name":"family_name","value":"bob"}],"status":"Enabled"}}`,
		} {
			r := audit.Record{Operation: "cognito-idp:AdminDisableUser", Resource: poolARN, PrincipalARN: "arn:aws:iam::1:root", Input: json.RawMessage(input)}
			if got, changed := values.Rewrite(r, "erased-1"); changed {
				t.Errorf("%s: %s became %s of %s", word, input, got.Input, got.Resource)
			}
		}
	}
}

// Attack: whoever is called as what stands in records for anybody's secret value reads and rewrites others' records.
func TestAttackNameThatStandsForRedactedValues(t *testing.T) {
	values := valuesOf(audit.Redacted, map[string]string{"name": audit.Redacted, "nickname": audit.Redacted})
	for _, input := range []string{
		`{"username":"bob","userAttributes":[{"name":"name","value":"[redacted]"}]}`, `{"userPoolId":"us-east-1_A","text":"[redacted]"}`, `{"username":"[redacted]"}`,
	} {
		if r := (audit.Record{Operation: "cognito-idp:AdminUpdateUserAttributes", Resource: poolARN, Input: json.RawMessage(input)}); values.Names(r) {
			t.Errorf("%s is told to be theirs", input)
		}
	}
}
