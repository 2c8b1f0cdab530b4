package console

import (
	"strings"
	"testing"
)

// Attack: give a role a path that runs something where the other account's administrator pastes the command.
func TestAttackCommandInThePathOfARole(t *testing.T) {
	got := accessCommand("reader", `{"Resource": "arn:aws:iam::111122223333:role/';id;'/reader"}`)
	if want := `aws iam create-policy --policy-name ActAs-reader --policy-document '{"Resource":"arn:aws:iam::111122223333:role/\u0027;id;\u0027/reader"}'`; got != want || strings.Count(got, "'") != 2 {
		t.Error(got)
	}
}
