package policy

import (
	"strings"
	"testing"
)

func TestMisspeltActionsAreToldOf(t *testing.T) {
	known := []string{"iam:GetUser", "iam:GetGroup", "sts:AssumeRole"}
	for action, want := range map[string]string{
		"iam:GetUser": "", "IAM:getuser": "", "iam:Get*": "", "sqs:SendMessage": "", "*": "",
		"iam:GetUsr":    "iam:GetUsr is no action that there is here; iam:GetUser is",
		"iam:GetUsers":  "iam:GetUsers is no action that there is here; iam:GetUser is",
		"iam:SomeThing": "iam:SomeThing is no action that there is here",
		"sts:assumrole": "sts:assumrole is no action that there is here; sts:AssumeRole is",
	} {
		d, problems := Parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"` + action + `","Resource":"*"}}`)
		if d == nil {
			t.Fatal(problems)
		}
		got := d.Misspelt(known)
		if want == "" && len(got) != 0 || want != "" && (len(got) != 1 || got[0].Message != want || !got[0].Warning || got[0].At.Column < 40) {
			t.Errorf("%s: %+v", action, got)
		}
	}
	d, _ := Parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:x"` + strings.Repeat(`,"iam:x"`, 5000) + `],"Resource":"*"}}`)
	if n := len(d.Misspelt(known)); n != maxMisspelt {
		t.Error(n)
	}
}
