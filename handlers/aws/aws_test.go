package aws_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	idptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/uuid"

	"gatehouse/handlers/aws"
	"gatehouse/store"
)

var ctx = context.Background()

func TestGetCallerIdentityTellsWhoSigned(t *testing.T) {
	w := start(t)
	out, err := awssts.NewFromConfig(w.asRoot()).GetCallerIdentity(ctx, &awssts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if *out.Account != w.root.AccountID || *out.Arn != "arn:aws:iam::"+w.root.AccountID+":root" || *out.UserId != w.root.AccountID {
		t.Fatalf("%v %v %v", *out.Account, *out.Arn, *out.UserId)
	}
	if got := w.noted.Load(); got != "sts:GetCallerIdentity" {
		t.Errorf("the log is told of %v", got)
	}
	p, err := awssts.NewPresignClient(awssts.NewFromConfig(w.asRoot())).PresignGetCallerIdentity(ctx, &awssts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 200 || !strings.Contains(string(body), "<Account>"+w.root.AccountID+"</Account>") {
		t.Fatal("presigned:", res.Status, string(body))
	}
}

// TestUnsignedAndForgedCallsAreRefused holds the error codes and statuses of both protocol families.
func TestUnsignedAndForgedCallsAreRefused(t *testing.T) {
	w := start(t)
	id, secret := w.root.AccessKeyID, w.root.MadeSecret.Reveal()
	for _, c := range []struct {
		name, id, secret, token string
		json, query             string
	}{
		{"unknown key", "AKIAUNKNOWNUNKNOWN00", secret, "", "UnrecognizedClientException", "InvalidClientTokenId"},
		{"another secret", id, "another", "", "InvalidSignatureException", "SignatureDoesNotMatch"},
		{"a token of nobody", id, secret, "token", "UnrecognizedClientException", "InvalidClientTokenId"},
	} {
		conf := w.config(c.id, c.secret, c.token)
		_, err := idp.NewFromConfig(conf).DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: awssdk.String("us-east-1_abc")})
		if got := code(t, err); got != c.json {
			t.Errorf("%s: JSON %s", c.name, got)
		}
		_, err = awssts.NewFromConfig(conf).GetCallerIdentity(ctx, &awssts.GetCallerIdentityInput{})
		if got := code(t, err); got != c.query {
			t.Errorf("%s: query %s", c.name, got)
		}
	}
	res, body := w.post(t, "AWSCognitoIdentityProviderService.DeleteUserPool", `{"UserPoolId":"us-east-1_abc"}`)
	if res.StatusCode != 400 || !strings.Contains(body, `"__type":"MissingAuthenticationTokenException"`) {
		t.Error("unsigned JSON:", res.Status, body)
	}
	res, err := http.Get(w.url + "/?Action=GetCallerIdentity&Version=2011-06-15")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(res.Body); res.StatusCode != 403 || !strings.Contains(string(b), "<Code>MissingAuthenticationToken</Code>") {
		t.Error("unsigned query:", res.Status, string(b))
	}
	if w.ran != 0 {
		t.Fatal("a refused call ran")
	}
}

func (w *world) post(t *testing.T, target, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, _ := http.NewRequest("POST", w.url+"/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res, string(b)
}

func TestSignedChangeIsAuditedWithWhoAndWhere(t *testing.T) {
	w := start(t)
	if _, err := idp.NewFromConfig(w.asRoot()).DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: awssdk.String("us-east-1_abc")}); err != nil {
		t.Fatal(err)
	}
	rs := w.audited(t)
	if len(rs) != 1 {
		t.Fatal(rs)
	}
	r := rs[0]
	if string(r.Input) != `{"userPoolId":"us-east-1_abc"}` {
		t.Errorf("input %s", r.Input)
	}
	if r.Operation != "cognito-idp:DeleteUserPool" || r.Region != "eu-north-9" || r.IP != "192.0.2.7" || r.AccessKeyID != w.root.AccessKeyID ||
		r.PrincipalARN != "arn:aws:iam::"+w.root.AccountID+":root" || !strings.Contains(r.UserAgent, "aws-sdk-go") || uuid.Validate(r.RequestID) != nil {
		t.Fatalf("%+v", r)
	}
}

func TestAuthorizationHeaderDoesNotRaiseAUsersCall(t *testing.T) {
	w := start(t)
	// A garbage signature is ignored where none is needed, and a user token is needed all the same.
	res, body := w.post(t, "AWSCognitoIdentityProviderService.GetUser", `{"AccessToken":"good-token"}`, "Authorization", "AWS4-HMAC-SHA256 garbage")
	if res.StatusCode != 200 || !strings.Contains(body, `"Username":"ann"`) {
		t.Error("with a token:", res.Status, body)
	}
	_, err := idp.NewFromConfig(w.asRoot()).GetUser(ctx, &idp.GetUserInput{AccessToken: awssdk.String("forged")})
	if code(t, err) != "NotAuthorizedException" {
		t.Error("with a forged one:", err)
	}
}

func TestErrorsNeverShowACause(t *testing.T) {
	w := start(t)
	c := idp.NewFromConfig(w.asRoot())
	for _, pool := range []string{"us-east-1_broken", "us-east-1_panic"} {
		_, err := c.DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: &pool})
		var internal *idptypes.InternalErrorException
		if !errors.As(err, &internal) || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "a bug") {
			t.Errorf("%s: %v", pool, err)
		}
	}
	if log := w.log.String(); !strings.Contains(log, "hunter2") || !strings.Contains(log, "a bug") || !strings.Contains(log, "request_id=") {
		t.Error("the log lacks the cause:", log)
	}
	_, err := c.DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: awssdk.String("us-east-1_typed")})
	var typed *idptypes.InvalidParameterException
	if !errors.As(err, &typed) || *typed.ReasonCode != "because" {
		t.Error("an SDK error lost members:", err)
	}
	_, err = c.DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: awssdk.String("us-east-1_gone")})
	var gone *idptypes.ResourceNotFoundException
	if !errors.As(err, &gone) || gone.ErrorMessage() != "User pool us-east-1_gone does not exist." {
		t.Error("a fault:", err)
	}
}

func TestUnknownOperationIsNeverAnEmptySuccess(t *testing.T) {
	w := start(t)
	_, err := idp.NewFromConfig(w.asRoot()).ListUserImportJobs(ctx, &idp.ListUserImportJobsInput{UserPoolId: awssdk.String("us-east-1_a"), MaxResults: awssdk.Int32(1)})
	if code(t, err) != "UnknownOperationException" || !strings.Contains(err.Error(), "no operation ListUserImportJobs of cognito-idp") {
		t.Error("JSON:", err)
	}
	_, err = awsiam.NewFromConfig(w.asRoot()).ListUsers(ctx, &awsiam.ListUsersInput{})
	if code(t, err) != "InvalidAction" || !strings.Contains(err.Error(), "Could not find operation ListUsers for version 2010-05-08") {
		t.Error("query:", err)
	}
	for _, target := range []string{"Nobody.Op", "AWSCognitoIdentityProviderService", "AWSCognitoIdentityProviderService.getuser"} {
		if res, body := w.post(t, target, `{}`); res.StatusCode != 400 || !strings.Contains(body, `"UnknownOperationException","message":"`) {
			t.Error(target, res.Status, body)
		}
	}
	res, err := http.Post(w.url+"/token", "application/json", strings.NewReader("{}"))
	if err != nil || res.Header.Get("x-amzn-ErrorType") != "UnknownOperationException" {
		t.Error("REST:", res.Status, err)
	} else if body, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(body), "no operation CreateToken of sso-oidc") {
		t.Errorf("REST: %s %v", body, err)
	}
}

func TestInputOutsideTheModelNeverRuns(t *testing.T) {
	w := start(t)
	_, err := idp.NewFromConfig(w.asRoot()).DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: awssdk.String("../etc")})
	var bad *idptypes.InvalidParameterException
	if !errors.As(err, &bad) || !strings.HasPrefix(bad.ErrorMessage(), "1 validation error detected: Value '../etc' at 'userPoolId'") || w.ran != 0 {
		t.Fatal(err, w.ran)
	}
}

func TestBodyThatDoesNotFitIsASerializationException(t *testing.T) {
	w := start(t)
	for _, body := range []string{`{"AccessToken":1}`, `{"AccessToken":"a"`, `[]`, `{"AccessToken":"a","AccessToken":"good-token"}`,
		`{"AccessToken":"a","\u0041ccessToken":"good-token"}`, "{\"AccessToken\":\"\xff\"}", `{} {}`, `nonsense`} {
		if res, got := w.post(t, "AWSCognitoIdentityProviderService.GetUser", body); res.StatusCode != 400 || !strings.Contains(got, `"__type":"SerializationException"`) {
			t.Errorf("%s: %s %s", body, res.Status, got)
		}
	}
}

func TestFormWithAParameterTwiceIsRefused(t *testing.T) {
	w := start(t)
	for _, c := range [][2]string{{"", "Action=GetCallerIdentity&Action=GetSessionToken&Version=2011-06-15"},
		{"?Action=GetCallerIdentity", "Action=GetSessionToken&Version=2011-06-15"}, {"", "Action=%zz"}} {
		res, err := http.Post(w.url+"/"+c[0], "application/x-www-form-urlencoded", strings.NewReader(c[1]))
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := io.ReadAll(res.Body); res.StatusCode != 404 || !strings.Contains(string(b), "<Code>MalformedQueryString</Code>") {
			t.Error(c, res.Status, string(b))
		}
	}
}

func TestBodyIsLimitedByWhoMaySend(t *testing.T) {
	w := start(t)
	big := `{"AccessToken":"` + strings.Repeat("x", 300<<10) + `"}`
	if res, body := w.post(t, "AWSCognitoIdentityProviderService.GetUser", big); res.StatusCode != 413 {
		t.Error("unsigned:", res.Status, body)
	}
	r, _ := http.NewRequest("POST", w.url+"/", io.MultiReader(strings.NewReader(big))) // chunked: no length to go by
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.GetUser")
	if res, err := http.DefaultClient.Do(r); err != nil || res.StatusCode != 413 {
		t.Error("chunked:", res, err)
	}
	form := "Action=GetCallerIdentity&Version=2011-06-15&x=" + strings.Repeat("x", 300<<10)
	if res, _ := http.Post(w.url+"/", "application/x-www-form-urlencoded", strings.NewReader(form)); res.StatusCode != 403 {
		t.Error("a large form of nobody:", res.Status)
	}
	big = strings.Repeat("x", 300<<10)
	_, err := idp.NewFromConfig(w.asRoot()).DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: &big})
	if code(t, err) != "InvalidParameterException" {
		t.Error("a large body of root:", err)
	}
	_, err = idp.NewFromConfig(w.config("AKIAUNKNOWNUNKNOWN00", "x", "")).DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: &big})
	if code(t, err) != "UnrecognizedClientException" {
		t.Error("a large body of an unknown key:", err)
	}
	big = strings.Repeat("x", 7<<20)
	_, err = idp.NewFromConfig(w.asRoot()).DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: &big})
	if code(t, err) != "RequestEntityTooLargeException" {
		t.Error("too large a body of root:", err)
	}
}

// Attack: begin calls whose bodies take long, and end them after the key was taken away.
func TestAttackBodyThatOutlivesItsKey(t *testing.T) {
	w := start(t)
	w.looked = sync.OnceFunc(func() { // before the body is whole
		if err := store.NewIAM(w.db).DeleteAccessKeys(ctx, w.root.AccountID, w.root.AccountID); err != nil {
			t.Error(err)
		}
	})
	big := strings.Repeat("x", 300<<10)
	_, err := idp.NewFromConfig(w.asRoot()).DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: &big})
	if code(t, err) != "UnrecognizedClientException" {
		t.Error("a key that is gone:", err)
	}
}

func TestBrowsersMayCallWhatNoAccountSigns(t *testing.T) {
	w := start(t)
	r, _ := http.NewRequest("OPTIONS", w.url+"/", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "POST")
	r.Header.Set("Access-Control-Request-Headers", "content-type,x-amz-target,x-amz-user-agent,cache-control,amz-sdk-request,amz-sdk-invocation-id")
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != 204 || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Fatal("preflight:", res, err)
	}
	allowed := res.Header.Get("Access-Control-Allow-Headers")
	for h := range strings.SplitSeq(r.Header.Get("Access-Control-Request-Headers"), ",") {
		if !strings.Contains(allowed, h) {
			t.Error("preflight refuses", h)
		}
	}
	for body, status := range map[string]int{`{"AccessToken":"good-token"}`: 200, `{"AccessToken":"bad"}`: 400} {
		res, _ := w.post(t, "AWSCognitoIdentityProviderService.GetUser", body, "Origin", "https://app.example.com")
		if res.StatusCode != status || res.Header.Get("Access-Control-Allow-Origin") != "*" || res.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Error("a user's call:", res.Status, res.Header)
		}
	}
	if res, _ := w.post(t, "AWSCognitoIdentityProviderService.DeleteUserPool", `{}`, "Origin", "https://app.example.com"); res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("an administrator's call is open to pages")
	}
}

func TestEveryAnswerHasItsOwnRequestID(t *testing.T) {
	w := start(t)
	seen := map[string]bool{}
	for _, target := range []string{"AWSCognitoIdentityProviderService.GetUser", "AWSCognitoIdentityProviderService.GetUser", "X.Y"} {
		res, _ := w.post(t, target, `{"AccessToken":"good-token"}`)
		id := res.Header.Get("x-amzn-RequestId")
		if uuid.Validate(id) != nil || seen[id] {
			t.Error(target, id)
		}
		seen[id] = true
	}
}

func TestMatchTakesAWSRequestsOnly(t *testing.T) {
	h := aws.New(aws.Options{})
	for _, c := range []struct {
		method, target string
		header         string
		want           bool
	}{
		{"POST", "/", "", true},
		{"POST", "/", "X-Amz-Target", true},
		{"GET", "/?Action=GetCallerIdentity&Version=2011-06-15", "", true},
		{"GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", "", true},
		{"GET", "/", "", false},
		{"GET", "/console", "", false},
		{"POST", "/login", "X-Amz-Target", false},
		{"POST", "/login", "", false},
		{"POST", "/token", "", true},
		{"GET", "/token", "", false},
		{"GET", "/us-east-1_abc/.well-known/jwks.json", "", false},
		{"OPTIONS", "/", "", false},
	} {
		r := httptest.NewRequest(c.method, c.target, nil)
		if c.header != "" {
			r.Header.Set(c.header, "x")
		}
		if got := h.Match(r); got != c.want {
			t.Error(fmt.Sprint(c), got)
		}
	}
}

func benchmark(b *testing.B, request func() *http.Request) {
	w := start(b)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
	b.ReportAllocs()
	for b.Loop() {
		r := request()
		r.URL.Host = strings.TrimPrefix(w.url, "http://")
		res, err := client.Do(r)
		if err != nil || res.StatusCode != 200 {
			b.Fatal(res, err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
}

func BenchmarkUsersCallOverHTTP(b *testing.B) {
	benchmark(b, func() *http.Request {
		r, _ := http.NewRequest("POST", "http://x/", strings.NewReader(`{"AccessToken":"good-token"}`))
		r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.GetUser")
		return r
	})
}

// Attack: one client floods the sign-in. It is told to wait, in the words that SDKs know; who proves a key or a
// user's token is not held up.
func TestAttackFloodOfUnsignedCalls(t *testing.T) {
	w := start(t)
	c := idp.NewFromConfig(w.asRoot())
	ctx := context.Background()
	signIn := func() error {
		_, err := c.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: awssdk.String("client1"), AuthFlow: idptypes.AuthFlowTypeUserPasswordAuth})
		return err
	}
	if err := signIn(); err != nil || w.ran != 1 {
		t.Fatal(err)
	}
	w.busy.Store(true)
	var wait *idptypes.TooManyRequestsException
	if err := signIn(); !errors.As(err, &wait) || w.ran != 1 {
		t.Errorf("answered %v", err)
	}
	if _, err := c.GetUser(ctx, &idp.GetUserInput{AccessToken: awssdk.String("good-token")}); err != nil {
		t.Error(err)
	}
	if _, err := c.DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: awssdk.String("us-east-1_fine")}); err != nil {
		t.Error(err)
	}
}
