package policy_test

import (
	"strings"
	"testing"

	"gatehouse/internal/policy"
)

func TestCorrectOffersWhatWasMeant(t *testing.T) {
	const ok = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"arn:aws:iam::123456789012:user/ann"}]}`
	for _, from := range []string{
		strings.Replace(ok, "2012-10-17", "2024-06-17", 1),
		strings.Replace(ok, "123456789012", "ACCOUNT-ID", 1),
		strings.Replace(ok, "123456789012", "<account>", 1),
		strings.Replace(ok, "123456789012", "12345678901", 1),
		strings.Replace(ok, "iam::", "iam:us-east-1:", 1),
		strings.Replace(ok, `"Allow"`, `"allow"`, 1),
		strings.Replace(ok, `"Statement"`, `"statement"`, 1),
		strings.NewReplacer("2012-10-17", "2024-06-17", "123456789012", "ACCOUNT", `"Effect":"Allow"`, `"effect":"ALLOW"`).Replace(ok),
	} {
		if got, did := policy.Correct(from, policy.Identity, "123456789012", nil); got != ok || !did {
			t.Errorf("%s\n becomes %s (%v)", from, got, did)
		}
	}
	const condition = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"%s":{"aws:username":"ann"}}}]}`
	for from, to := range map[string]string{"stringequals": "StringEquals", "StringequalsIfExists": "StringEqualsIfExists"} {
		if got, _ := policy.Correct(strings.Replace(condition, "%s", from, 1), policy.Identity, "", nil); got != strings.Replace(condition, "%s", to, 1) {
			t.Errorf("%s becomes %s", from, got)
		}
	}
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::YOUR-ACCOUNT:root"},"Action":"sts:AssumeRole"}]}`
	if got, _ := policy.Correct(trust, policy.Trust, "123456789012", nil); got != strings.Replace(trust, "YOUR-ACCOUNT", "123456789012", 1) {
		t.Error(got)
	}
}

func TestCorrectSpellsActions(t *testing.T) {
	const src = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:CreateVirtualMFADevcie","sqs:x","iam:getuser"],"Resource":"*"}]}`
	known := []string{"iam:CreateVirtualMFADevice", "iam:GetUser"}
	if got, ok := policy.Correct(src, policy.Identity, "", known); got != strings.Replace(src, "Devcie", "Device", 1) || !ok {
		t.Error(got, ok)
	}
	twins := strings.Replace(src, "CreateVirtualMFADevcie", "GetUserX", 1) // which may be either
	if got, ok := policy.Correct(twins, policy.Identity, "", append(known, "iam:GetUsers", "iam:GetUsers")); got != twins || ok {
		t.Error(got, ok)
	}
}

// What cannot be known is left alone, and what is right is not touched.
func TestCorrectInventsNothing(t *testing.T) {
	for _, src := range []string{
		``, `{`, `[]`, "\x00", `{"Version":"2012-10-17","Statement":[]}`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Maybe","Action":"iam:GetUser","Resource":"*"}]}`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"GetUser","Resource":"*"}]}`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"arn:aws:iam::*:user/${aws:username}"}]}`,
	} {
		if got, did := policy.Correct(src, policy.Identity, "123456789012", nil); got != src || did {
			t.Errorf("%q becomes %q", src, got)
		}
	}
}
