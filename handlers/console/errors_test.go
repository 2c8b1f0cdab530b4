package console

import (
	"testing"

	"gatehouse/templates/messages"
)

func TestLimitsOfTheModelsAreSaidForPeople(t *testing.T) {
	words, err := messages.Load()
	if err != nil {
		t.Fatal(err)
	}
	const begin = "1 validation error detected: Value at '"
	for message, want := range map[string]string{
		begin + `userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`:   "The name may have letters, digits and _+=,.@- only.",
		begin + `policyArn' failed to satisfy constraint: Member must have length greater than or equal to 20`:          "The policy is too short: 20 characters at least.",
		begin + `password' failed to satisfy constraint: Member must have length less than or equal to 128`:             "The password is too long: 128 characters at most.",
		begin + `newPath' failed to satisfy constraint: Member must satisfy regular expression pattern: (/)|(/[!-~]+/)`: "The path is not written as it must be.",
		begin + `limit' failed to satisfy constraint: Member must have value less than or equal to 60`:                  "limit must have value less than or equal to 60",
		"A sentence.": "A sentence.",
	} {
		if got := plainly(words.Printer("en"), message); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
