package wire

import (
	"errors"
	"math"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	idptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func TestJSONAnswersOmitNilAndKeepFalse(t *testing.T) {
	c := New()
	out := idp.AdminGetUserOutput{Username: aws.String("ann"), Enabled: false, UserCreateDate: aws.Time(time.UnixMilli(1700000000120))}
	if got, want := string(c.AppendJSON(nil, &out)), `{"Username":"ann","Enabled":false,"UserCreateDate":1700000000.120}`; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if got := string(c.AppendJSON(nil, &idp.AdminDisableUserOutput{})); got != "{}" {
		t.Error("an output without members:", got)
	}
}

func TestTimesBeforeTheEpochHaveTheirSign(t *testing.T) {
	for ms, want := range map[int64]string{-1: "-0.001", -1000: "-1", -1500: "-1.500", 0: "0", 1500: "1.500"} {
		if got := string(appendEpoch(nil, time.UnixMilli(ms))); got != want {
			t.Errorf("%d: %s, want %s", ms, got, want)
		}
	}
}

func TestEmbeddedStructExtendsTheSDKs(t *testing.T) {
	type RevokeTokenInput struct {
		idp.RevokeTokenInput
		RevokeAssociatedSessions *bool
	}
	var in RevokeTokenInput
	if err := New().DecodeJSON([]byte(`{"Token":"t","ClientId":"c","RevokeAssociatedSessions":true}`), &in); err != nil {
		t.Fatal(err)
	}
	if *in.Token != "t" || *in.ClientId != "c" || !*in.RevokeAssociatedSessions {
		t.Fatalf("%+v", in)
	}
}

func TestJSONThatDoesNotFit(t *testing.T) {
	c := New()
	for _, body := range []string{
		`{"Username":1}`, `{"Username":{}}`, `{"UserAttributes":{}}`, `{"UserAttributes":[1]}`, `{"ClientMetadata":[]}`,
		`{"Username":"a","Username":"b"}`, `{"Username":"a","\u0055sername":"b"}`, "{\"Username\":\"\xc3\x28\"}", `{"Username":"\ud800"}`,
		`{`, `{"Username"`, `[`, `"x"`, `1`, `{}x`, `{"Unknown":}`, `{"Unknown":{"a":1,"a":2}}`,
	} {
		if err := c.DecodeJSON([]byte(body), &idp.SignUpInput{}); !errors.Is(err, ErrSerialization) {
			t.Errorf("%s: %v", body, err)
		}
	}
	for _, body := range []string{`null`, ``, `{}`, ` {"Unknown":[{"a":null}],"Username":null} `} {
		in := idp.SignUpInput{}
		if err := c.DecodeJSON([]byte(body), &in); err != nil || in.Username != nil {
			t.Errorf("%q: %v", body, err)
		}
	}
	var escaped idp.SignUpInput
	if err := c.DecodeJSON([]byte(`{"\u0055sername":"ann"}`), &escaped); err != nil || *escaped.Username != "ann" {
		t.Error("an escaped name:", err)
	}
}

func TestNumbersOutOfRangeDoNotFit(t *testing.T) {
	c := New()
	for _, body := range []string{`{"Limit":2147483648}`, `{"Limit":1.5}`, `{"Limit":"1"}`, `{"Limit":1e99}`} {
		if err := c.DecodeJSON([]byte(body), &idp.ListUsersInput{}); !errors.Is(err, ErrSerialization) {
			t.Errorf("%s: %v", body, err)
		}
	}
	type at struct{ T *time.Time }
	for _, body := range []string{`{"T":1e300}`, `{"T":"NaN"}`, `{"T":"Infinity"}`, `{"T":"yesterday"}`, `{"T":true}`} {
		if err := c.DecodeJSON([]byte(body), &at{}); !errors.Is(err, ErrSerialization) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestFormsDecodeListsMapsAndStructs(t *testing.T) {
	c := New()
	var in sts.AssumeRoleInput
	form, _ := url.ParseQuery("RoleArn=arn&RoleSessionName=s&DurationSeconds=900&Tags.member.2.Key=b&Tags.member.2.Value=2&Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.x.Key=c&Tags.member.03.Key=d&Tags.member.-1.Key=e&Tags.member.%2B4.Key=f&PolicyArns.member.1.arn=p")
	if err := c.DecodeQuery(form, &in); err != nil {
		t.Fatal(err)
	}
	if len(in.Tags) != 2 || *in.Tags[0].Key != "a" || *in.Tags[1].Value != "2" || *in.DurationSeconds != 900 {
		t.Fatalf("%+v", in)
	}
}

func TestFormsThatDoNotFit(t *testing.T) {
	c := New()
	for _, q := range []string{"DurationSeconds=soon", "RoleArn=a&RoleArn=b", strings.Repeat("a.", 20) + "a=1", "SourceIdentity=1&DurationSeconds=99999999999"} {
		form, err := url.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.DecodeQuery(form, &sts.AssumeRoleInput{}); !errors.Is(err, ErrSerialization) {
			t.Errorf("%s: %v", q, err)
		}
	}
	big := url.Values{}
	for i := range maxFormNames + 1 {
		big.Set("Tags.member."+strings.Repeat("1", i%7+1)+"."+string(rune('a'+i%26))+strings.Repeat("x", i/100), "1")
	}
	for i := 0; len(big) <= maxFormNames; i++ {
		big.Set("p"+strings.Repeat("y", i%50)+string(rune(0x4e00+i)), "")
	}
	if err := c.DecodeQuery(big, &sts.AssumeRoleInput{}); !errors.Is(err, ErrSerialization) {
		t.Error("too many names:", err)
	}
}

func TestXMLEscapesWhatItMust(t *testing.T) {
	c := New()
	out := iam.GetUserOutput{User: &iamtypes.User{UserName: aws.String("a<b>&\"c\"\r\n\t\x00\x1f]]>"), Path: aws.String("/")}}
	got := string(c.AppendXML(nil, &out))
	if !strings.Contains(got, "<UserName>a&lt;b&gt;&amp;&#34;c&#34;&#xd;&#xa;&#x9;\uFFFD\uFFFD]]&gt;</UserName>") {
		t.Error(got)
	}
}

func TestTypeThatCannotBeCarriedPanicsAtStart(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("prepared")
		}
	}()
	New().Prepare(reflect.TypeFor[struct{ F func() }]())
}

func TestFloatsHaveNames(t *testing.T) {
	for f, want := range map[float64]string{math.Inf(1): `"Infinity"`, math.Inf(-1): `"-Infinity"`, 1.5: "1.5"} {
		if got := string(appendFloat(nil, f)); got != want {
			t.Error(got, want)
		}
	}
	if got := string(appendFloat(nil, math.NaN())); got != `"NaN"` {
		t.Error(got)
	}
}

func FuzzDecodeJSON(f *testing.F) {
	for _, s := range []string{`{"ClientId":"c","Username":"u","UserAttributes":[{"Name":"email","Value":"a"}],"ClientMetadata":{"k":"v"}}`,
		`{"UserContextData":{"IpAddress":"x"},"ValidationData":[null]}`, `{"\u0055sername":"x"}`, `[`, `{"a":[[[[[[]]]]]]}`} {
		f.Add([]byte(s))
	}
	c := New()
	f.Fuzz(func(t *testing.T, body []byte) {
		var in, again idp.SignUpInput
		if err := c.DecodeJSON(body, &in); err != nil {
			if !errors.Is(err, ErrSerialization) {
				t.Fatal(err)
			}
			return
		}
		// What was read is written and read again as the same.
		if err := c.DecodeJSON(c.AppendJSON(nil, &in), &again); err != nil || !reflect.DeepEqual(in, again) {
			t.Fatalf("%s: %+v, then %+v %v", body, in, again, err)
		}
		var pool idp.CreateUserPoolInput
		_ = c.DecodeJSON(body, &pool)
	})
}

func FuzzDecodeQuery(f *testing.F) {
	f.Add("Action=AssumeRole&RoleArn=a&Tags.member.1.Key=k&Tags.member.1.Value=v&PolicyArns.member.1.arn=p")
	f.Add("Tags.member.0.Key=x&Tags..=&.=&Tags.member.99999999999999999999.Key=k")
	f.Add("Tags.1.Key=flat&TransitiveTagKeys.member.=x&ProvidedContexts.entry.1.key=a")
	c := New()
	f.Fuzz(func(t *testing.T, q string) {
		form, err := url.ParseQuery(q)
		if err != nil {
			return
		}
		for _, v := range []any{&sts.AssumeRoleInput{}, &iam.CreateUserInput{}, &iam.SimulateCustomPolicyInput{}} {
			if err := c.DecodeQuery(form, v); err != nil && !errors.Is(err, ErrSerialization) {
				t.Fatal(err)
			}
			_ = c.AppendXML(nil, v)
		}
	})
}

func BenchmarkDecodeJSON(b *testing.B) {
	body := []byte(`{"ClientId":"3n4b5urk1ft4fl3mg5e62d9ado","Username":"ann@example.com","Password":"Passw0rd!","UserAttributes":[{"Name":"email","Value":"ann@example.com"},{"Name":"name","Value":"Ann"}],"ClientMetadata":{"k":"v"}}`)
	c := New()
	b.ReportAllocs()
	for b.Loop() {
		var in idp.SignUpInput
		if err := c.DecodeJSON(body, &in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeQuery(b *testing.B) {
	form, _ := url.ParseQuery("Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::111122223333:role/r&RoleSessionName=s&DurationSeconds=900&Tags.member.1.Key=a&Tags.member.1.Value=1")
	c := New()
	b.ReportAllocs()
	for b.Loop() {
		var in sts.AssumeRoleInput
		if err := c.DecodeQuery(form, &in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeJSON(b *testing.B) {
	out := idp.AdminGetUserOutput{Username: aws.String("ann"), Enabled: true, UserStatus: "CONFIRMED", UserCreateDate: aws.Time(time.Now()),
		UserAttributes: []idptypes.AttributeType{{Name: aws.String("sub"), Value: aws.String("x")}, {Name: aws.String("email"), Value: aws.String("ann@example.com")}}}
	c, buf := New(), make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = c.AppendJSON(buf[:0], &out)
	}
}

func BenchmarkEncodeXML(b *testing.B) {
	out := iam.ListUsersOutput{}
	for range 10 {
		out.Users = append(out.Users, iamtypes.User{UserName: aws.String("bob"), UserId: aws.String("AIDAEXAMPLE"), Path: aws.String("/"), Arn: aws.String("arn:aws:iam::111122223333:user/bob"), CreateDate: aws.Time(time.Now())})
	}
	c, buf := New(), make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		buf = c.AppendXML(buf[:0], &out)
	}
}

// What does not parse is told by its place: the text around it may be a password.
func TestAttackParserQuotesNoSecret(t *testing.T) {
	codec := New()
	for _, in := range []struct {
		body string
		v    any
	}{
		{`{"MaxResults":123456789012SECRET}`, &idp.ListUserPoolsInput{}},
		{`{"MaxResults":99999999999424242}`, &idp.ListUserPoolsInput{}},
		{`{"AdvancedSecurity":{},"Status":"SECRET","CreationDate":"SECRET"}`, &idptypes.UserPoolDescriptionType{}},
	} {
		err := codec.DecodeJSON([]byte(in.body), in.v)
		if !errors.Is(err, ErrSerialization) || strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "424242") {
			t.Errorf("%s: %v", in.body, err)
		}
	}
	for _, body := range []string{`{"AuthParameters":{"PASSWORD":"Hunter2\ud800SECRET"}}`, `{"AuthParameters":{"PASSWORD":"Hunter2` + "\xff" + `SECRET"}}`, `{"AuthParameters":{"PASSWORD":"a","PASSWORD":"SECRET"}}`, `{"AuthParameters":{"PASSWORD":SECRET}}`} {
		err := codec.DecodeJSON([]byte(body), &idp.InitiateAuthInput{})
		if !errors.Is(err, ErrSerialization) || strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "Hunter2") {
			t.Errorf("%s: %v", body, err)
		}
	}
}
