package policy

import (
	"errors"
	"strings"
	"testing"
)

func validate(t *testing.T, src string, kind Kind) Problems {
	t.Helper()
	d, problems := Parse(src)
	if problems != nil {
		t.Fatalf("%s: %v", src, problems)
	}
	return d.Validate(kind)
}

func TestValidateRefuses(t *testing.T) {
	res := func(r string) string { return document(`"Action":"iam:GetUser","Resource":` + r) }
	act := func(a string) string { return document(`"Action":` + a + `,"Resource":"*"`) }
	con := func(c string) string { return document(anything + `,"Condition":` + c) }
	who := func(p string) string { return document(`"Principal":` + p + `,` + anything) }
	for _, c := range []struct {
		src               string
		kind              Kind
		sentence, message string
	}{
		{act(`"invalid"`), Identity, sentenceNoVendor, "written service:Name"},
		{act(`""`), Identity, sentenceNoVendor, "names no service"},
		{act(`"a a:ListBucket"`), Identity, "Vendor a a is not valid", "no service"},
		{act(`"s*:ListBucket"`), Identity, "Vendor s* is not valid", "without wildcards"},
		{act(`":x"`), Identity, "Vendor  is not valid", "no service"},
		{act(`"s3:List:Bucket"`), Identity, sentenceColons, "more than one colon"},
		{act(`"s3:"`), Identity, sentenceLegacy, `are "s3:*"`},
		{act(`"s3:Get Object"`), Identity, sentenceLegacy, `has " "`},
		{act(`[]`), Identity, sentenceNoActions, "names no action"},
		{document(`"Resource":"*"`), Identity, sentenceNoActions, "names no action"},
		{document(`"Action":"*"`), Identity, sentenceNoResource, "names no resource"},
		{res(`[]`), Identity, sentenceNoResource, "names no resource"},
		{res(`"invalid resource"`), Identity, `Resource invalid resource must be in ARN format or "*".`, "neither an ARN"},
		{res(`""`), Identity, `Resource  must be in ARN format or "*".`, "neither an ARN"},
		{res(`"arn:error:s3:::example"`), Identity, `Partition "error" is not valid for resource "arn:error:s3:::example".`, "no partition"},
		{res(`"arn:b:c"`), Identity, `Partition "b" is not valid for resource "arn:b:c:*:*:*".`, "no partition"},
		{res(`"arn:aws"`), Identity, "Resource vendor must be fully qualified and cannot contain regexes.", "without wildcards"},
		{res(`"arn:aws:s*:::x"`), Identity, "Resource vendor must be fully qualified and cannot contain regexes.", "without wildcards"},
		{res(`"arn:aws:s3::example_bucket"`), Identity, sentenceLegacy, "has 5 of the six parts"},
		{res(`"arn:aws:iam:us-east-1:123456789012:user/x"`), Identity, "IAM resource arn:aws:iam:us-east-1:123456789012:user/x cannot contain region information.", "no regions"},
		{res(`"arn:aws:s3:us-east-1::x"`), Identity, "Resource arn:aws:s3:us-east-1::x can not contain region information.", "without a region"},
		{res(`"arn:aws:sqs:<region>:123456789012:x"`), Identity, sentenceLegacy, "a placeholder seems to be left"},
		{res(`"arn:aws:sqs:REGION:123456789012:x"`), Identity, sentenceLegacy, "a placeholder seems to be left"},
		{res(`"arn:aws:sqs:${aws:RequestedRegion}:123456789012:x"`), Identity, sentenceLegacy, "is its region"},
		{res(`"arn:aws:iam::<account-id>:user/x"`), Identity, sentenceLegacy, `still the placeholder "<account-id>"`},
		{res(`"arn:aws:iam::ACCOUNT_ID:user/x"`), Identity, sentenceLegacy, `still the placeholder "ACCOUNT_ID"`},
		{res(`"arn:aws:iam::${AWS::AccountId}:user/x"`), Identity, sentenceLegacy, `is no policy variable`},
		{res(`"arn:aws:iam::$ACCOUNT:user/x"`), Identity, sentenceLegacy, `placeholder "$ACCOUNT"`},
		{res(`"arn:aws:iam::{{account}}:user/x"`), Identity, sentenceLegacy, `placeholder "{{account}}"`},
		{res(`"arn:aws:iam::1234-5678-9012:user/x"`), Identity, sentenceLegacy, `placeholder`},
		{res(`"arn:aws:iam::12345678901:user/x"`), Identity, sentenceLegacy, "has 11 digits: an account id has 12"},
		{res(`"arn:aws:iam::${aws:PrincipalAccount}:user/x"`), Identity, sentenceLegacy, "is its account"},
		{res(`"arn:aws:iam:::example_bucket"`), Identity, `IAM resource path must either be "*" or start with user/`, "no sort of IAM resource"},
		{res(`"arn:aws:iam::123456789012:user/${aws:username"`), Identity, sentenceLegacy, "no closing brace"},
		{res(`"arn:aws:iam::123456789012:user/${nobody}"`), Identity, sentenceLegacy, "is no policy variable"},
		{res(`"arn:aws:iam::123456789012:user/${aws:x, y}"`), Identity, sentenceLegacy, "single quotes"},
		{res(`"arn:aws:s3:::*` + strings.Repeat("?", maxOnes+1) + `*"`), Identity, sentenceLegacy, "longer than 2048"},
		{con(`{"StringEqual":{"aws:x":"y"}}`), Identity, sentenceSyntax, `"StringEqual" is no condition operator, such as`},
		{con(`{"stringequals":{"aws:x":"y"}}`), Identity, sentenceSyntax, `it is written "StringEquals"`},
		{con(`{"NullIfExists":{"aws:x":"true"}}`), Identity, sentenceSyntax, `it is written "Null", without IfExists`},
		{con(`{"StringEquals":{"username":"y"}}`), Identity, sentenceNoVendor, "no condition key"},
		{con(`{"NumericEquals":{"aws:MultiFactorAuthAge":"0x10"}}`), Identity, sentenceLegacy, "no decimal number"},
		{con(`{"DateLessThan":{"aws:CurrentTime":"01/02/2026"}}`), Identity, sentenceLegacy, "no date"},
		{con(`{"Bool":{"aws:SecureTransport":"yes"}}`), Identity, sentenceLegacy, `no "true" or "false"`},
		{con(`{"Null":{"aws:SecureTransport":"absent"}}`), Identity, sentenceLegacy, "must be absent"},
		{con(`{"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}}`), Identity, sentenceLegacy, "no IP address"},
		{con(`{"BinaryEquals":{"x:y":"?"}}`), Identity, sentenceLegacy, "no Base64"},
		{con(`{"StringEquals":{"aws:username":"${aws:"}}`), Identity, sentenceLegacy, "no closing brace"},
		{con(`{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:YOUR_ACCOUNT:*"}}`), Identity, sentenceLegacy, `placeholder "YOUR_ACCOUNT"`},
		{document(`"Sid":"not me",` + anything), Identity, sentenceLegacy, "letters and digits"},
		{`{"Statement":[{"Sid":"A","Effect":"Allow",` + anything + `},{"Sid":"A","Effect":"Deny",` + anything + `}]}`, Identity, sentenceSids, "another statement"},
		{who(`"*"`), Identity, "Policy document should not specify a principal.", "no Principal"},
		{who(`"*"`), ServiceControl, "Policy document should not specify a principal.", "no Principal"},
		{document(anything), Resource, "Missing required field Principal", "says whom"},
		{document(`"Action":"sts:AssumeRole"`), Trust, "Missing required field Principal", "says whom"},
		{document(`"Principal":"*","Action":"*"`), Trust, "Trust Policy statement actions can only be", "is not about assuming a role"},
		{document(`"Principal":"*","Action":"iam:PassRole"`), Trust, "Trust Policy statement actions can only be", "is not about assuming a role"},
		{document(`"Principal":"*","Action":"sts:AssumeRole","Resource":"*"`), Trust, "Has prohibited field Resource.", "no Resource"},
		{who(`{"AWS":"arn:aws:iam::123456789012:group/x"}`), Resource, `Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:group/x"`, "groups are none"},
		{who(`{"AWS":"arn:aws:iam::123456789012:user/*"}`), Resource, `Invalid principal in policy: "AWS"`, "no wildcards"},
		{who(`{"AWS":"arn:aws:iam::ACCOUNT:root"}`), Resource, `Invalid principal in policy: "AWS"`, `placeholder "ACCOUNT"`},
		{who(`{"AWS":"ann"}`), Resource, `Invalid principal in policy: "AWS":"ann"`, "is no principal"},
		{who(`{"AWS":"arn:aws:sts::123456789012:assumed-role/x"}`), Resource, `Invalid principal in policy: "AWS"`, "is no principal"},
		{who(`{"Service":"lambda"}`), Resource, `Invalid principal in policy: "Service":"lambda"`, "amazonaws.com"},
		{who(`{"Federated":"x y"}`), Resource, `Invalid principal in policy: "Federated":"x y"`, "a provider"},
		{who(`{"CanonicalUser":"abc"}`), Resource, `Invalid principal in policy: "CanonicalUser":"abc"`, "64"},
		{who(`{"AWS":"123456789012"}`), ResourceControl, sentenceSyntax, `is "*"`},
	} {
		problems := validate(t, c.src, c.kind)
		err := problems.Err()
		if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), c.sentence) || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s as %s:\n got %v\nwant %s | %s", c.src, c.kind, err, c.sentence, c.message)
		}
	}
}

func TestValidateTakes(t *testing.T) {
	arns := `["*","arn:aws:iam::123456789012:user/division/*","arn:aws:iam::*:user/${aws:username}","arn:aws:iam::aws:policy/*","arn:aws:s3:::b/${aws:PrincipalTag/team, 'all'}/*",
		"arn:aws:sqs","arn:aws:sqs:eu-*:*:q?","arn:aws:iam::123456789012:*","arn:aws:iam::123456789012:u*","arn:aws-cn:s3:::x","arn:aws:iam::cloudfront:user/x","arn:aws:s3:::${*}${?}${$}"]`
	for _, c := range []struct {
		src  string
		kind Kind
	}{
		{document(`"Action":["*","iam:*","iam:Get?ser","s3-object-lambda:x","a4b:X"],"Resource":` + arns), Identity},
		{document(`"NotAction":"iam:*","NotResource":"*"`), Boundary},
		{document(anything), Session},
		{document(anything), ServiceControl},
		{document(`"Principal":"*",` + anything), ResourceControl},
		{document(`"Sid":"any text","Principal":{"AWS":["*","123456789012","arn:aws:iam::123456789012:root","arn:aws:iam::123456789012:role/a/b","AROAABCDEFGHIJKLMNOP",
			"arn:aws:sts::123456789012:assumed-role/r/s","arn:aws:sts::123456789012:federated-user/bob","arn:aws:iam::123456789012:user/x"],"Service":"sns.amazonaws.com",
			"Federated":["cognito-identity.amazonaws.com","arn:aws:iam::123456789012:oidc-provider/h/p","arn:aws:iam::123456789012:saml-provider/x"],
			"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},` + anything), Resource},
		{document(`"Principal":{"AWS":"123456789012"},"Action":["sts:AssumeRole","sts:TagSession","sts:*"]`), Trust},
		{document(anything + `,"Condition":{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a*"]},"Null":{"aws:TokenIssueTime":"true"},"IpAddress":{"aws:SourceIp":["10.0.0.0/8","::1"]},
			"DateGreaterThan":{"aws:CurrentTime":["2026-01-31T12:00:00Z","2026","2026-01","1700000000","2026-01-31T12:00+02:00"]},"ArnLike":{"aws:SourceArn":"arn:*:sns:*:${aws:PrincipalAccount}:x"},
			"StringEquals":{"aws:ResourceTag/a b":"${aws:PrincipalTag/a b}"}}`), Identity},
	} {
		if problems := validate(t, c.src, c.kind); len(problems) > 0 {
			t.Errorf("%s as %s: %v", c.src, c.kind, problems)
		}
	}
}

func TestValidateWarns(t *testing.T) {
	for src, message := range map[string]string{
		document(anything + `,"Condition":{"StringEquals":{"aws:UserName2":"x"}}`):                                                                     "is no global condition key",
		document(anything + `,"Condition":{"StringEquals":{"aws:TagKeys":"x"}}`):                                                                       "ForAnyValue or ForAllValues says",
		document(anything + `,"Condition":{"ForAllValues:StringEquals":{"aws:username":"x"}}`):                                                         "has one value",
		document(anything + `,"Condition":{"StringEquals":{"aws:username":[]}}`):                                                                       "lists no value",
		document(anything + `,"Condition":{"StringEquals":{"aws:username":"${aws:TagKeys}"}}`):                                                         "is no policy variable",
		`{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}"}}`:                               "taken literally",
		`{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":"${aws:x}"}}}}`: "taken literally",
	} {
		problems := validate(t, src, Identity)
		if len(problems) == 0 || !problems[0].Warning || !strings.Contains(problems[0].Message, message) || problems.Err() != nil {
			t.Errorf("%s: %v", src, problems)
		}
	}
	open := document(`"NotPrincipal":{"AWS":"123456789012"},` + anything)
	if problems := validate(t, open, Resource); len(problems) != 1 || !problems[0].Warning || !strings.Contains(problems[0].Message, "everybody else") {
		t.Error(problems)
	}
}

func TestParseValid(t *testing.T) {
	if _, err := ParseValid(`{`, Identity); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
	if _, err := ParseValid(document(`"Action":"x"`), Identity); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
	if d, err := ParseValid(document(anything), Identity); err != nil || len(d.Statements) != 1 {
		t.Error(err)
	}
}

func TestKeysAreThoseOfConditionsAndVariables(t *testing.T) {
	src := document(`"Action":"*","Resource":"arn:aws:s3:::${aws:username}/${ s3:prefix , 'x'}${*}","Condition":{"StringLike":{"aws:SourceIp":["${aws:UserId}x"],"AWS:USERNAME":"a"},
		"NumericEquals":{"s3:max-keys":"1"}}`)
	d, problems := Parse(src)
	if problems != nil {
		t.Fatal(problems)
	}
	if got := strings.Join(d.Keys(), " "); got != "aws:SourceIp aws:UserId aws:username s3:max-keys s3:prefix" {
		t.Error(got)
	}
	broken, _ := Parse(document(`"Action":"*","Resource":["arn:aws:s3:::${a:b}${nobody}${c:d}"]`))
	if got := strings.Join(broken.Keys(), " "); got != "a:b" {
		t.Error(got)
	}
	old, _ := Parse(strings.Replace(src, Version2012, Version2008, 1))
	if got := strings.Join(old.Keys(), " "); got != "AWS:USERNAME aws:SourceIp s3:max-keys" {
		t.Error(got)
	}
	for _, k := range GlobalKeys() {
		if name, ok := globalKey(strings.ToUpper(k.Name + map[bool]string{true: "x"}[strings.HasSuffix(k.Name, "/")])); !ok || name != k {
			t.Errorf("%v", k)
		}
	}
}
