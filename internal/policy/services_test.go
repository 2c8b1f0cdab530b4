package policy

import (
	"testing"
)

func TestAllowsService(t *testing.T) {
	for body, want := range map[string]bool{
		`"Effect":"Allow","Action":"*"`:                                                               true,
		`"Effect":"Allow","Action":["s3:*","IAM:Get*"]`:                                               true,
		`"Effect":"Allow","Action":"s3:*"`:                                                            false,
		`"Effect":"Deny","Action":"iam:*"`:                                                            false,
		`"Effect":"Allow","NotAction":"s3:*"`:                                                         true,
		`"Effect":"Allow","NotAction":"iam:Get*"`:                                                     true,
		`"Effect":"Allow","NotAction":["s3:*","iam:*"]`:                                               false,
		`"Effect":"Allow","NotAction":"*"`:                                                            false,
		`"Effect":"Allow","Action":["iam-x:Get","iamx:*"]`:                                            false,
		`"Effect":"Allow","Action":"iam:GetUser","Condition":{"Bool":{"aws:SecureTransport":"true"}}`: true,
	} {
		d, problems := Parse(`{"Version":"2012-10-17","Statement":[{` + body + `,"Resource":"*"}]}`)
		if err := problems.Err(); err != nil {
			t.Fatal(body, err)
		}
		if d.AllowsService("iam") != want {
			t.Errorf("%s: %v", body, !want)
		}
	}
}
