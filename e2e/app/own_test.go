package app_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/server"
)

// own calls an operation of our own service as docs/API.md says, signed by the SDK's signer.
func own(t *testing.T, s *server.Server, operation string, in any) (status int, out map[string]any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, s.URL+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "Gatehouse."+operation)
	sum := sha256.Sum256(body)
	key := aws.Credentials{AccessKeyID: s.RootAccessKeyID, SecretAccessKey: s.RootSecretAccessKey}
	if err := v4.NewSigner().SignHTTP(context.Background(), key, r, hex.EncodeToString(sum[:]), "gatehouse", "eu-central-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatalf("%s: %s %v", operation, text, err)
	}
	return res.StatusCode, out
}

// A person signs up, signs in and is erased: the running program's files hold nothing of them any more, and all
// that was asked for by the API on the way is answered.
func TestAPersonIsExportedAndErasedThroughTheAPI(t *testing.T) {
	s, ctx := server.Start(t, server.Options{}), context.Background()
	c := client(s)
	made, err := c.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("people")})
	if err != nil {
		t.Fatal(err)
	}
	pool := made.UserPool.Id
	app, err := c.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: pool, ClientName: aws.String("app"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"wallaby", "bandicoot"} {
		_, err = c.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: pool, Username: aws.String(name), MessageAction: "SUPPRESS", UserAttributes: []types.AttributeType{
			{Name: aws.String("email"), Value: aws.String(name + "@quokka.example")}, {Name: aws.String("email_verified"), Value: aws.String("true")}, {Name: aws.String("name"), Value: aws.String("Numbat " + name)}}})
		if err == nil {
			_, err = c.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: pool, Username: aws.String(name), Password: aws.String(password), Permanent: true})
		}
		if err == nil {
			_, err = c.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: app.UserPoolClient.ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password}})
		}
		if err == nil {
			_, err = c.AdminResetUserPassword(ctx, &idp.AdminResetUserPasswordInput{UserPoolId: pool, Username: aws.String(name)})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c.ListUsers(ctx, &idp.ListUsersInput{UserPoolId: pool, Filter: aws.String(`email = "wallaby@quokka.example"`)})
	of := map[string]any{"UserPoolId": *pool, "Username": "wallaby"}
	status, x := own(t, s, "ExportUserData", of)
	if status != http.StatusOK || len(x["Events"].([]any)) == 0 || len(x["Tokens"].([]any)) != 1 || len(x["Messages"].([]any)) != 1 || len(x["AuditRecords"].([]any)) < 4 {
		t.Errorf("%d %v", status, x)
	}
	if _, out := own(t, s, "ListAuthEvents", map[string]any{"UserPoolId": *pool, "Username": "wallaby", "EventType": "SignIn"}); len(out["Events"].([]any)) != 1 {
		t.Error(out)
	}
	if _, out := own(t, s, "PutUserPoolRetention", map[string]any{"UserPoolId": *pool, "AuthEventDays": 90}); out["Retention"].(map[string]any)["AuthEventDays"].(float64) != 90 {
		t.Error(out)
	}
	values := []string{"wallaby", "wallaby@quokka.example", "Numbat wallaby", x["User"].(map[string]any)["Sub"].(string)}
	if n := len(inFiles(t, s.Data, values)); n < len(values) {
		t.Fatalf("only %d values of somebody who is there are found", n)
	}
	if status, out := own(t, s, "EraseUser", of); status != http.StatusOK {
		t.Fatal(status, out)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		_, out := own(t, s, "ListErasures", map[string]any{"UserPoolId": *pool})
		if all := out["Erasures"].([]any); len(all) == 1 && all[0].(map[string]any)["State"] == "Completed" {
			break
		}
		if time.Now().After(end) {
			t.Fatal(out)
		}
	}
	if left := inFiles(t, s.Data, values); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
	if len(inFiles(t, s.Data, []string{"bandicoot@quokka.example"})) == 0 {
		t.Error("somebody else is gone too")
	}
	if status, out := own(t, s, "EraseUser", of); status != http.StatusBadRequest || !strings.Contains(fmt.Sprint(out["__type"]), "UserNotFoundException") {
		t.Error(status, out)
	}
}

// inFiles are the values that stand in files of a folder.
func inFiles(t *testing.T, folder string, values []string) (out []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "gatehouse.db*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			if bytes.Contains(bytes.ToLower(b), []byte(strings.ToLower(v))) {
				out = append(out, v+" in "+filepath.Base(file))
			}
		}
	}
	return out
}
