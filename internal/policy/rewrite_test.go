package policy

import (
	"strings"
	"testing"
)

func TestRewritePrincipalsChangesNothingElse(t *testing.T) {
	src := `{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "é", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:user/ann", "111122223333", "arn:aws:iam::111122223333:role\/r"]},
     "Action": "sts:AssumeRole", "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/ann"}}},
    {"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:user/ann", "Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    {"Effect": "Allow", "Principal": "*", "Action": "sts:TagSession"}
  ]
}`
	d, problems := Parse(src)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{"arn:aws:iam::111122223333:user/ann": "AIDAANN", "arn:aws:iam::111122223333:role/r": "AROAR"}
	got := d.RewritePrincipals(src, func(p string) (string, bool) { id, ok := ids[p]; return id, ok })
	want := strings.ReplaceAll(src, `"AWS": "arn:aws:iam::111122223333:user/ann"`, `"AWS": "AIDAANN"`)
	want = strings.ReplaceAll(want, `["arn:aws:iam::111122223333:user/ann"`, `["AIDAANN"`)
	want = strings.ReplaceAll(want, `"arn:aws:iam::111122223333:role\/r"`, `"AROAR"`)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if d.RewritePrincipals(src, func(string) (string, bool) { return "", false }) != src {
		t.Error("changed though nothing was to be replaced")
	}
}
