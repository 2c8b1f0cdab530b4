package console

import (
	"strings"
	"testing"
)

// Attack: give a trust policy an ExternalId that goes on in another line of the profile that the other account pastes.
func TestAttackSettingInAnExternalId(t *testing.T) {
	trust := func(id string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"` + id + `"}}}]}`
	}
	if got := externalID(trust("a-1")); got != "a-1" {
		t.Error(got)
	}
	for _, id := range []string{`x\rcredential_process = id`, `x\ncredential_process = id`, `x\u0085y`} {
		if got := externalID(trust(id)); got != "" {
			t.Errorf("%q", got)
		}
	}
}

// Attack: give a role a path that runs something where the other account's administrator pastes the command.
func TestAttackCommandInThePathOfARole(t *testing.T) {
	got := accessCommand("reader", `{"Resource": "arn:aws:iam::111122223333:role/';id;'/reader"}`)
	if want := `aws iam create-policy --policy-name ActAs-reader --policy-document '{"Resource":"arn:aws:iam::111122223333:role/\u0027;id;\u0027/reader"}'`; got != want || strings.Count(got, "'") != 2 {
		t.Error(got)
	}
}
