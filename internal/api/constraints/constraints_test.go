package constraints

import (
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	idptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/internal/fault"
)

func compiled[In any](t testing.TB, service string) *Input {
	t.Helper()
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	typ := reflect.TypeFor[In]()
	in, err := m.Compile(service, strings.TrimSuffix(typ.Name(), "Input"), typ)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func p[T any](v T) *T { return &v }

func message(t *testing.T, err error, code string) string {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Fatalf("no fault: %v", err)
	}
	if f.Code != code {
		t.Errorf("code %s, want %s", f.Code, code)
	}
	return f.Message
}

func signUp() *idp.SignUpInput {
	return &idp.SignUpInput{ClientId: p("abc123"), Username: p("ann"), Password: p("Passw0rd!"),
		UserAttributes: []idptypes.AttributeType{{Name: p("email"), Value: p("a@example.com")}}}
}

func TestGoodInputPasses(t *testing.T) {
	if err := compiled[idp.SignUpInput](t, "cognito-idp").Check(signUp()); err != nil {
		t.Fatal(err)
	}
}

func TestBrokenConstraintsAreWordedAsAWSDoes(t *testing.T) {
	check := func(name string, err error, code, want string) {
		t.Helper()
		if err == nil {
			t.Errorf("%s: accepted", name)
			return
		}
		if got := message(t, err, code); got != want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, want)
		}
	}
	su := compiled[idp.SignUpInput](t, "cognito-idp")
	in := signUp()
	in.ClientId = nil
	check("null", su.Check(in), "InvalidParameterException", "1 validation error detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null")
	in = signUp()
	in.Password = p(strings.Repeat("x", 257))
	check("sensitive, too long", su.Check(in), "InvalidParameterException", "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256")
	in = signUp()
	in.Username = p("")
	in.Password = p("with space")
	check("several", su.Check(in), "InvalidParameterException", "3 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; "+
		"Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; "+
		"Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+")
	in = signUp()
	in.UserAttributes = append(in.UserAttributes, idptypes.AttributeType{Value: p("x")})
	check("inside a list", su.Check(in), "InvalidParameterException", "1 validation error detected: Value null at 'userAttributes.2.member.name' failed to satisfy constraint: Member must not be null")

	lu := compiled[idp.ListUsersInput](t, "cognito-idp")
	check("pattern and range", lu.Check(&idp.ListUsersInput{UserPoolId: p("nonsense"), Limit: p(int32(61))}), "InvalidParameterException",
		"2 validation errors detected: Value 'nonsense' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+; "+
			"Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60")
	check("list of texts", lu.Check(&idp.ListUsersInput{UserPoolId: p("us-east-1_a"), AttributesToGet: []string{"email", strings.Repeat("x", 33)}}), "InvalidParameterException",
		"1 validation error detected: Value '[email, "+strings.Repeat("x", 33)+"]' at 'attributesToGet' failed to satisfy constraint: Member must satisfy constraint: "+
			"[Member must have length less than or equal to 32, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+]")

	ia := compiled[idp.InitiateAuthInput](t, "cognito-idp")
	err := ia.Check(&idp.InitiateAuthInput{ClientId: p("abc"), AuthFlow: "MAGIC"})
	if got := message(t, err, "InvalidParameterException"); !strings.HasPrefix(got, "1 validation error detected: Value 'MAGIC' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [") {
		t.Error(got)
	}
	if got := message(t, ia.Check(&idp.InitiateAuthInput{ClientId: p("abc")}), "InvalidParameterException"); !strings.Contains(got, "Value null at 'authFlow'") {
		t.Error("a required enum that is not set:", got)
	}
	ar := compiled[sts.AssumeRoleInput](t, "sts")
	check("sts", ar.Check(&sts.AssumeRoleInput{RoleArn: p("arn:aws:iam::111122223333:role/r"), RoleSessionName: p("s"), DurationSeconds: p(int32(60))}), "ValidationError",
		"2 validation errors detected: Value 's' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2; "+
			"Value '60' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900")
}

func TestNoMessageShowsASecret(t *testing.T) {
	secret := "hunter2 hunter2"
	err := compiled[idp.ChangePasswordInput](t, "cognito-idp").Check(&idp.ChangePasswordInput{
		AccessToken: p("not a token"), PreviousPassword: &secret, ProposedPassword: &secret})
	if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "not a token") {
		t.Fatal(err)
	}
}

func TestLengthsCountCharactersNotBytes(t *testing.T) {
	in := signUp()
	in.Username = p(strings.Repeat("é", 128))
	if err := compiled[idp.SignUpInput](t, "cognito-idp").Check(in); err != nil {
		t.Fatal(err)
	}
	in.Username = p(strings.Repeat("é", 129))
	if err := compiled[idp.SignUpInput](t, "cognito-idp").Check(in); err == nil {
		t.Fatal("129 characters")
	}
}

func TestPatternsMatchTheWholeText(t *testing.T) {
	m, _ := Load()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{`[\w-]+_[0-9a-zA-Z]+`, "us-east-1_abc", true},
		{`[\w-]+_[0-9a-zA-Z]+`, "us-east-1_abc\n", false},
		{`[\w-]+_[0-9a-zA-Z]+`, "x us-east-1_abc", false},
		{`^(\d{12})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$`, "111122223333", true},
		{`^(\d{12})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$`, "111122223333x", false},
		{`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`, "/", true},
		{`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`, "/a/b/", true},
		{`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`, "/a/b", false},
		{`[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`, "a 😀", true},
		{`[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`, "a\x00", false},
		{aliasPattern, "my-alias", true},
		{aliasPattern, "my--alias", false},
		{aliasPattern, "-alias", false},
		{durationPattern, "P1DT2H", true},
		{durationPattern, "PT15M", true},
		{durationPattern, "P", false},
		{durationPattern, "PT", false},
	} {
		pt, err := m.pattern(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if pt.match(c.text) != c.want {
			t.Errorf("%s on %q", c.pattern, c.text)
		}
	}
}

// TestModelFitsTheSDK compiles every operation of every SDK client: all patterns, and every member that the
// model constrains must be a field of the Go type, or its constraint would be checked nowhere.
func TestModelFitsTheSDK(t *testing.T) {
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for service, client := range map[string]any{
		"cognito-idp": &idp.Client{}, "cognito-identity": &cognitoidentity.Client{}, "iam": &iam.Client{}, "sts": &sts.Client{},
		"sso-admin": &ssoadmin.Client{}, "sso": &sso.Client{}, "sso-oidc": &ssooidc.Client{}, "identitystore": &identitystore.Client{}, "organizations": &organizations.Client{},
	} {
		ct, n := reflect.TypeOf(client), 0
		for i := range ct.NumMethod() {
			meth := ct.Method(i)
			if meth.Type.NumIn() != 4 || meth.Type.In(2).Kind() != reflect.Pointer || meth.Type.In(2).Elem().Name() != meth.Name+"Input" {
				continue
			}
			in := meth.Type.In(2).Elem()
			if _, err := m.Compile(service, meth.Name, in); err != nil {
				t.Error(err)
			}
			if shape := m.services[service].Operations[meth.Name]; shape != "" {
				n++
				everyMember(t, m.services[service].Shapes, shape, in, map[string]bool{})
			}
		}
		if n < 3 {
			t.Errorf("%s: the model knows %d operations", service, n)
		}
	}
}

func everyMember(t *testing.T, shapes map[string]shapeModel, shape string, typ reflect.Type, seen map[string]bool) {
	t.Helper()
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	s := shapes[shape]
	if seen[shape] {
		return
	}
	seen[shape] = true
	switch {
	case s.List != "":
		everyMember(t, shapes, s.List, typ.Elem(), seen)
	case len(s.Map) == 2:
		everyMember(t, shapes, s.Map[1], typ.Elem(), seen)
	case typ.Kind() == reflect.Struct:
		for name, of := range s.Members {
			f, ok := typ.FieldByNameFunc(func(f string) bool { return strings.EqualFold(strings.TrimSuffix(f, "_"), name) })
			if !ok {
				if _, constrained := shapes[of]; constrained && !newer[shape+"."+name] {
					t.Errorf("%s.%s is no field of %v", shape, name, typ)
				}
				continue
			}
			everyMember(t, shapes, of, f.Type, seen)
		}
	}
}

// newer are members that the model has and the pinned SDK has not.
var newer = map[string]bool{
	"CreateUserImportJobRequest.PasswordHashingAlgorithm": true,
	"CustomDomainConfigType.SecurityPolicy":               true,
	"SmsConfigurationType.EumsSms":                        true,
}

func TestRecordedInputHoldsNoSecret(t *testing.T) {
	for _, c := range []struct {
		name string
		in   *Input
		v    any
		want string
	}{
		{"a password", compiled[idp.AdminSetUserPasswordInput](t, "cognito-idp"),
			&idp.AdminSetUserPasswordInput{UserPoolId: p("us-east-1_a"), Username: p("ann"), Password: p("hunter2"), Permanent: true},
			`{"password":"[redacted]","permanent":true,"userPoolId":"us-east-1_a","username":"ann"}`},
		{"attribute values", compiled[idp.AdminCreateUserInput](t, "cognito-idp"),
			&idp.AdminCreateUserInput{UserPoolId: p("us-east-1_a"), Username: p("ann"), TemporaryPassword: p("hunter2"), ClientMetadata: map[string]string{"k": "hunter2"},
				UserAttributes: []idptypes.AttributeType{{Name: p("email"), Value: p("hunter2@example.com")}}},
			`{"clientMetadata":"[redacted]","temporaryPassword":"[redacted]","userAttributes":[{"name":"email","value":"[redacted]"}],"userPoolId":"us-east-1_a","username":"ann"}`},
		{"a provider's client secret", compiled[idp.CreateIdentityProviderInput](t, "cognito-idp"),
			&idp.CreateIdentityProviderInput{UserPoolId: p("us-east-1_a"), ProviderName: p("Google"), ProviderType: "Google", ProviderDetails: map[string]string{"client_secret": "hunter2"}},
			`{"providerDetails":"[redacted]","providerName":"Google","providerType":"Google","userPoolId":"us-east-1_a"}`},
		{"challenge answers", compiled[idp.AdminRespondToAuthChallengeInput](t, "cognito-idp"),
			&idp.AdminRespondToAuthChallengeInput{UserPoolId: p("us-east-1_a"), ClientId: p("abc"), Session: p("hunter2"), ChallengeResponses: map[string]string{"PASSWORD": "hunter2"}},
			`{"challengeResponses":"[redacted]","clientId":"abc","session":"[redacted]","userPoolId":"us-east-1_a"}`},
		{"a login profile", compiled[iam.CreateLoginProfileInput](t, "iam"), &iam.CreateLoginProfileInput{UserName: p("bob"), Password: p("hunter2")},
			`{"password":"[redacted]","userName":"bob"}`},
		{"codes of a device", compiled[iam.ResyncMFADeviceInput](t, "iam"), &iam.ResyncMFADeviceInput{UserName: p("bob"), SerialNumber: p("arn:x"), AuthenticationCode1: p("hunter2"), AuthenticationCode2: p("hunter2")},
			`{"authenticationCode1":"[redacted]","authenticationCode2":"[redacted]","serialNumber":"arn:x","userName":"bob"}`},
	} {
		got := string(c.in.Redact(c.v))
		if strings.Contains(got, "hunter2") || got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestSensitiveMembersAreNeverRecorded fills every operation's input with one text and looks for it.
func TestSensitiveMembersAreNeverRecorded(t *testing.T) {
	m, _ := Load()
	const mark = "hunter2"
	secretName := regexp.MustCompile(`(?i)password|secret|token$|code$|session$|authparameters|challengeresponses|providerdetails`)
	ct := reflect.TypeOf(&idp.Client{})
	for i := range ct.NumMethod() {
		meth := ct.Method(i)
		if meth.Type.NumIn() != 4 || meth.Type.In(2).Kind() != reflect.Pointer {
			continue
		}
		typ := meth.Type.In(2).Elem()
		in, err := m.Compile("cognito-idp", meth.Name, typ)
		if err != nil {
			t.Fatal(err)
		}
		v := reflect.New(typ)
		for j := range typ.NumField() {
			f := v.Elem().Field(j)
			if !secretName.MatchString(typ.Field(j).Name) {
				continue
			}
			switch {
			case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.String:
				f.Set(reflect.ValueOf(p(mark)))
			case f.Type() == reflect.TypeFor[map[string]string]():
				f.Set(reflect.ValueOf(map[string]string{"k": mark}))
			}
		}
		if out := in.Redact(v.Interface()); strings.Contains(string(out), mark) || !json.Valid(out) {
			t.Errorf("%s records %s", meth.Name, out)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	in := compiled[idp.SignUpInput](b, "cognito-idp")
	v := signUp()
	b.ReportAllocs()
	for b.Loop() {
		if err := in.Check(v); err != nil {
			b.Fatal(err)
		}
	}
}
