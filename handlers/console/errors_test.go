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
		begin + `userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`: "The name may have letters, digits and _+=,.@- only.",
		begin + `policyArn' failed to satisfy constraint: Member must have length greater than or equal to 20`:        "The policy is too short: 20 characters at least.",
		begin + `oldPassword' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'oldPassword' failed to satisfy constraint: Member must satisfy regular expression pattern: \S; Value at 'newPassword' failed to satisfy constraint: Member must have length greater than or equal to 1`: "The present password is missing. The password is missing.",
		begin + `thumbprintList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 40, Member must have length greater than or equal to 40]`:                                                                                                                           "Each thumbprint has exactly 40 characters.",
		begin + `tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128`:                                                                                                                                                                                                              "The key of a tag is too long: 128 characters at most.",
		begin + `roleSessionName' failed to satisfy constraint: Member must not be null`:                                                                                                                                                                                                                                          "Role session name is missing.",
		begin + `password' failed to satisfy constraint: Member must have length less than or equal to 128`:                                                                                                                                                                                                                       "The password is too long: 128 characters at most.",
		begin + `newPath' failed to satisfy constraint: Member must satisfy regular expression pattern: (/)|(/[!-~]+/)`:                                                                                                                                                                                                           "The path begins and ends with /, as in /division/team/, without spaces.",
		begin + `limit' failed to satisfy constraint: Member must have value less than or equal to 60`:                                                                                                                                                                                                                            "Limit is too large: 60 at most.",
		"A sentence.": "A sentence.",
	} {
		if got := plainly(words.Printer("en"), message); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWordsOfADenialTellWhichPolicyIsInTheWay(t *testing.T) {
	words, err := messages.Load()
	if err != nil {
		t.Fatal(err)
	}
	const begin = "User: arn:aws:iam::111122223333:user/dana is not authorized to perform: iam:ListUsers "
	for message, want := range map[string]string{
		begin + "because no identity-based policy allows the iam:ListUsers action":  "You may not do this",
		begin + "because no service control policy allows the iam:ListUsers action": "Your organization does not allow this",
		begin + "with an explicit deny in a service control policy":                 "Your organization does not allow this",
		begin + "with an explicit deny in a resource control policy":                "Your organization does not allow this",
		begin + "with an explicit deny in an identity-based policy":                 "A policy denies you this",
	} {
		if got, _ := explainDenial(words.Printer("en"), message); got != want {
			t.Errorf("%s: %q, want %q", message, got, want)
		}
	}
}
