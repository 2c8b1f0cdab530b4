package audit_test

import (
	"testing"

	"gatehouse/internal/audit"
)

func TestChangeLeavesOutLooksThatSucceeded(t *testing.T) {
	for _, c := range []struct {
		operation, failed string
		change            bool
	}{
		{"cognito-idp:AdminDisableUser", "", true},
		{"gatehouse:ExportUserData", "", true},
		{"cognito-idp:AdminGetUser", "", false},
		{"cognito-idp:ListUsers", "", false},
		{"gatehouse:SearchUsers", "", false},
		{"gatehouse:FindInAccount", "", false},
		{"gatehouse:DescribeInstallation", "", false},
		{"cognito-idp:ListUsers", "AccessDenied", true},
	} {
		if got := (audit.Record{Operation: c.operation, ErrorCode: c.failed}).Change(); got != c.change {
			t.Errorf("%s %s: %v", c.operation, c.failed, got)
		}
	}
}
