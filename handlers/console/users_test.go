package console

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	pages "gatehouse/templates/console"
	"gatehouse/templates/messages"
)

func TestConditionsReadNameAndWhatFollows(t *testing.T) {
	for text, want := range map[string]pages.UsersCondition{
		"email=a@b": {Name: "email", Op: "=", Value: "a@b"}, "email^=a=b": {Name: "email", Op: "^=", Value: "a=b"}, "custom:x=^=": {Name: "custom:x", Op: "=", Value: "^="},
	} {
		if got, ok := conditionOf(text); !ok || got != want {
			t.Errorf("%s: %+v %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "email", "=x", "^=x", "email=", "email^="} {
		if got, ok := conditionOf(text); ok {
			t.Errorf("%q is taken for %+v", text, got)
		}
	}
}

// Messages whose ids are put together at run time.
func TestWordsOfUsersExist(t *testing.T) {
	words, err := messages.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := words.Printer("en")
	need := func(prefix string, names ...string) {
		for _, n := range names {
			if !p.Has(prefix + n) {
				t.Errorf("there is no message %s%s", prefix, n)
			}
		}
	}
	need("console.users.act.", pages.UserActs...)
	need("console.bulk.about.", pages.UserActs...)
	need("console.jobs.status.", "GATHERING", "WAITING", "RUNNING", "COMPLETED", "STOPPED")
	need("console.jobs.only.", "", "FAILED", "DONE", "WAITING")
	need("console.users.column.", "email", "phone_number", "name")
	for _, c := range ownColumns {
		need("console.users.column.", c.name)
	}
	for _, s := range types.UserStatusType("").Values() {
		switch s { // Cognito's that no user of ours has
		case types.UserStatusTypeArchived, types.UserStatusTypeCompromised, types.UserStatusTypeUnknown:
			continue
		}
		need("console.users.status.", string(s))
	}
}
