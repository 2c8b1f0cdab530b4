package identity_test

import (
	"testing"

	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// Who develops against an installation does not hold its keys, take copies of it or shorten its log.
func TestPowerUsersDoNotRunTheInstallation(t *testing.T) {
	text, ok := identity.DocumentOfAWS("arn:aws:iam::aws:policy/PowerUserAccess")
	if !ok {
		t.Fatal("not there")
	}
	d, err := policy.ParseValid(text, policy.Identity)
	if err != nil {
		t.Fatal(err)
	}
	set, err := policy.Compile(policy.Identity, policy.Policy{Name: "PowerUserAccess", Document: d})
	if err != nil {
		t.Fatal(err)
	}
	all := policy.Policies{Identity: set}
	for action, allowed := range map[string]bool{
		"cognito-idp:CreateUserPool": true, "gatehouse:SearchUsers": true, "gatehouse:ListAuditRecords": true, "iam:ListRoles": true,
		"gatehouse:RotateSealingKeys": false, "gatehouse:ListSealingKeys": false, "gatehouse:StartBackup": false, "gatehouse:ListBackups": false,
		"gatehouse:DescribeInstallation": false, "gatehouse:PutAuditRetention": false, "iam:CreateUser": false, "organizations:CreateAccount": false,
	} {
		q := &policy.Request{Principal: policy.Principal{Kind: policy.User, Account: "1", ARN: "arn:aws:iam::1:user/ann", ID: "AIDA"}, Action: action, Resource: "*", ResourceAccount: "1"}
		if got := all.Evaluate(q).Allowed; got != allowed {
			t.Errorf("%s: %v", action, got)
		}
	}
}
