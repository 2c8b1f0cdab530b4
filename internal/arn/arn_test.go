package arn

import (
	"errors"
	"testing"
)

func TestParseAndString(t *testing.T) {
	for _, s := range []string{"arn:aws:iam::111122223333:root", "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_abc",
		"arn:aws-cn:iam::aws:policy/path/Name", "arn:aws:sts::111122223333:assumed-role/r/s", "arn:aws:x:r:1:a:b:c"} {
		a, err := Parse(s)
		if err != nil || a.String() != s {
			t.Errorf("%s: %+v %v", s, a, err)
		}
	}
	if a, _ := Parse("arn:aws:x:r:1:a:b:c"); a.Resource != "a:b:c" || a.AccountID != "1" || a.Region != "r" || a.Service != "x" {
		t.Errorf("%+v", a)
	}
}

func TestParseRefusesWhatIsNoARN(t *testing.T) {
	for _, s := range []string{"", "arn", "arn:aws:iam::1", "arn:aws:iam::1:", "urn:aws:iam::1:root", "arn::iam::1:root", "arn:aws:::1:root"} {
		if _, err := Parse(s); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
