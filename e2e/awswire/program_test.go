package awswire_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gatehouse/e2e/server"
)

// ask sends awsJson to the program without a signature, and answers status and error code.
func ask(t *testing.T, url, target, body string, headers ...string) (int, string) {
	t.Helper()
	r, _ := http.NewRequest("POST", url+"/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	var e struct {
		Type string `json:"__type"`
	}
	_ = json.Unmarshal(b, &e)
	return res.StatusCode, e.Type
}

// plausible fills an input with what a caller without credentials would try.
func plausible(in reflect.Type) string {
	v := reflect.New(in).Elem()
	for i := range in.NumField() {
		f := v.Field(i)
		if !in.Field(i).IsExported() || in.Field(i).Name == "ResultMetadata" {
			continue
		}
		text, ok := map[string]string{"UserPoolId": "us-east-1_AAAAAAAAA", "ClientId": "0123456789abcdefghijklmnop", "Session": strings.Repeat("A", 40),
			"AccessToken": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.", "FriendlyDeviceName": "x"}[in.Field(i).Name]
		if !ok {
			text = "123456"
		}
		switch {
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.String:
			f.Set(reflect.ValueOf(&text))
		case f.Kind() == reflect.String:
			if m := f.MethodByName("Values"); m.IsValid() {
				f.Set(m.Call(nil)[0].Index(0))
			}
		case f.Type() == reflect.TypeFor[map[string]string]():
			f.Set(reflect.ValueOf(map[string]string{"USERNAME": "ann", "PASSWORD": "Passw0rd!", "REFRESH_TOKEN": "x"}))
		case f.Kind() == reflect.Bool:
			f.SetBool(true)
		}
	}
	return string(codec.AppendJSON(nil, v.Addr().Interface()))
}

// TestNobodyCallsAnythingOfTheProgram sends every operation of every JSON service to the real program without
// credentials: no signature, a made-up one, a forged token. Nothing may succeed and nothing may break.
func TestNobodyCallsAnythingOfTheProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts the program")
	}
	s := server.Start(t, server.Options{})
	targets := map[string]string{"cognito-idp": "AWSCognitoIdentityProviderService", "cognito-identity": "AWSCognitoIdentityService",
		"sso-admin": "SWBExternalService", "identitystore": "AWSIdentityStore", "organizations": "AWSOrganizationsV20161128"}
	forged := "AWS4-HMAC-SHA256 Credential=" + s.RootAccessKeyID + "/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-target, Signature=" + strings.Repeat("0", 64)
	served, refused := 0, 0
	for _, svc := range services {
		prefix, ok := targets[svc.endpoint]
		if !ok {
			continue
		}
		unsigned := facts(t)[svc.module].NoAuth
		for _, o := range operationsOf(svc.client(testConfig())) {
			for _, body := range []string{"{}", plausible(o.in), "[]", "\x00"} {
				for _, auth := range []string{"", forged, "Bearer x"} {
					status, code := ask(t, s.URL, prefix+"."+o.name, body, "Authorization", auth)
					if status == 429 {
						t.Fatal("the rate limit cut the test short")
					}
					if status != 400 || code == "" || strings.Contains(code, "Internal") {
						t.Errorf("%s %s with %q: %d %s", o.name, body, auth, status, code)
					}
					if code == "UnknownOperationException" {
						continue
					}
					served++
					wantRefusal := []string{"MissingAuthenticationTokenException", "IncompleteSignatureException", "InvalidSignatureException", "UnrecognizedClientException"}
					if !slices.Contains(unsigned, o.name) {
						refused++
						if !slices.Contains(wantRefusal, code) {
							t.Errorf("%s without a signature answers %s", o.name, code)
						}
					} else if slices.Contains(wantRefusal, code) {
						t.Errorf("%s looks at the Authorization header: %s", o.name, code)
					}
				}
			}
		}
	}
	if served < 100 || refused < 100 {
		t.Errorf("only %d and %d requests were for operations that are served", served, refused)
	}
	t.Logf("%d requests to served operations, %d of them to signed ones", served, refused)
	if out := s.Output(); strings.Contains(out, "panic") {
		t.Error("the program panicked:\n", out)
	}
}

// TestTheCommandLineWorks drives the AWS CLI, which reads answers by botocore's models.
func TestTheCommandLineWorks(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts the program")
	}
	s := server.Start(t, server.Options{})
	aws := func(args ...string) map[string]any {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "aws", append(args, "--output", "json")...)
		cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+s.URL, "AWS_ACCESS_KEY_ID="+s.RootAccessKeyID, "AWS_SECRET_ACCESS_KEY="+s.RootSecretAccessKey,
			"AWS_DEFAULT_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		b, err := cmd.Output()
		if err != nil {
			t.Fatalf("aws %v (make setup installs it): %v\n%s", args, err, stderr.String())
		}
		var out map[string]any
		if len(b) > 0 {
			if err := json.Unmarshal(b, &out); err != nil {
				t.Fatalf("aws %v: %v\n%s", args, err, b)
			}
		}
		return out
	}
	if got := aws("sts", "get-caller-identity")["Account"]; got != s.AccountID {
		t.Errorf("account %v, want %s", got, s.AccountID)
	}
	pool := aws("cognito-idp", "create-user-pool", "--pool-name", "from the command line")["UserPool"].(map[string]any)
	id := pool["Id"].(string)
	if !strings.HasPrefix(id, "us-east-1_") || pool["Arn"] != "arn:aws:cognito-idp:us-east-1:"+s.AccountID+":userpool/"+id {
		t.Errorf("pool %v", pool)
	}
	client := aws("cognito-idp", "create-user-pool-client", "--user-pool-id", id, "--client-name", "app", "--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")["UserPoolClient"].(map[string]any)
	clientID := client["ClientId"].(string)
	aws("cognito-idp", "sign-up", "--client-id", clientID, "--username", "ann", "--password", "Passw0rd!of-ann", "--no-sign-request")
	aws("cognito-idp", "admin-confirm-sign-up", "--user-pool-id", id, "--username", "ann")
	tokens := aws("cognito-idp", "initiate-auth", "--client-id", clientID, "--auth-flow", "USER_PASSWORD_AUTH", "--auth-parameters", "USERNAME=ann,PASSWORD=Passw0rd!of-ann", "--no-sign-request")["AuthenticationResult"].(map[string]any)
	if me := aws("cognito-idp", "get-user", "--access-token", tokens["AccessToken"].(string), "--no-sign-request"); me["Username"] != "ann" {
		t.Errorf("get-user: %v", me)
	}
	aws("cognito-idp", "delete-user-pool", "--user-pool-id", id)
	for _, p := range aws("cognito-idp", "list-user-pools", "--max-results", "60")["UserPools"].([]any) {
		if p.(map[string]any)["Id"] == id {
			t.Error("a deleted pool is listed")
		}
	}
}
