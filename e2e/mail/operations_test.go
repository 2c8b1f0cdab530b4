package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/server"
)

// gatehouse calls an operation of our own service, signed as docs/API.md says; an empty secret signs nothing.
func (o *office) gatehouse(t *testing.T, operation, secret string, in map[string]any) (status int, out map[string]any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, o.server.URL+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "Gatehouse."+operation)
	if secret != "" {
		sum := sha256.Sum256(body)
		key := aws.Credentials{AccessKeyID: o.server.RootAccessKeyID, SecretAccessKey: secret}
		if err := v4.NewSigner().SignHTTP(context.Background(), key, r, hex.EncodeToString(sum[:]), "gatehouse", "eu-west-1", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	res, err := server.SDKClient{}.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, out
}

func TestTestMessageArrivesAsItsPreview(t *testing.T) {
	o := newOffice(t)
	secret := o.server.RootSecretAccessKey
	pool, err := o.idp.CreateUserPool(context.Background(), &idp.CreateUserPoolInput{PoolName: aws.String("p"),
		VerificationMessageTemplate: &types.VerificationMessageTemplateType{EmailSubject: aws.String("Code"), EmailMessage: aws.String("<p>Hi {username}: {####}</p>")}})
	if err != nil {
		t.Fatal(err)
	}
	template := map[string]any{"UserPoolId": *pool.UserPool.Id, "Kind": "ForgotPassword", "DeliveryMedium": "EMAIL"}
	status, preview := o.gatehouse(t, "PreviewMessage", secret, template)
	if status != http.StatusOK || preview["Subject"] != "Code" || preview["Text"] != "Hi jane.doe: 123456" || preview["From"] != "hello@acme.example" {
		t.Fatalf("%d %v", status, preview)
	}
	if status, ways := o.gatehouse(t, "DescribeMessageDelivery", secret, map[string]any{"UserPoolId": *pool.UserPool.Id}); status != http.StatusOK || ways["Email"] != "delivered" || ways["Sms"] != "nowhere" {
		t.Errorf("%d %v", status, ways)
	}
	template["Destination"] = "ann@example.org"
	if status, out := o.gatehouse(t, "SendTestMessage", secret, template); status != http.StatusOK {
		t.Fatalf("%d %v", status, out)
	}
	l := o.nth(t, 0)
	if l.Get("Subject") != "Code" || l.parts["text/plain"] != preview["Text"] || l.parts["text/html"] != preview["Html"] || !strings.Contains(l.Get("To"), "ann@example.org") {
		t.Errorf("%v %v, not %v", l.Header, l.parts, preview)
	}
	template["DeliveryMedium"], template["Destination"] = "SMS", "+15550100"
	if status, out := o.gatehouse(t, "SendTestMessage", secret, template); status != http.StatusBadRequest || out["__type"] != "CodeDeliveryFailureException" {
		t.Errorf("without a provider: %d %v", status, out)
	}
	_, list := o.gatehouse(t, "ListMessages", secret, map[string]any{"UserPoolId": *pool.UserPool.Id, "Kind": "TestMessage", "StartTime": float64(time.Now().Add(-time.Hour).Unix())})
	if all, _ := list["Messages"].([]any); len(all) != 1 || all[0].(map[string]any)["Destination"] != "a***@e***" {
		t.Errorf("%v", list)
	}
}

// The attack: the operations without a signature, and with one of another secret.
func TestAttackMessageOperationsUnsigned(t *testing.T) {
	o := newOffice(t)
	pool, err := o.idp.CreateUserPool(context.Background(), &idp.CreateUserPoolInput{PoolName: aws.String("p")})
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]any{"UserPoolId": *pool.UserPool.Id, "Kind": "SignUp", "DeliveryMedium": "EMAIL", "Destination": "ann@example.org", "MessageId": "x"}
	for _, operation := range []string{"PreviewMessage", "SendTestMessage", "DescribeMessageDelivery", "ListMessages", "GetMessage", "RetryMessage"} {
		for _, secret := range []string{"", o.server.RootSecretAccessKey + "x"} {
			if status, out := o.gatehouse(t, operation, secret, in); status < 400 || status >= 500 || out["__type"] == "ResourceNotFoundException" {
				t.Errorf("%s: %d %v", operation, status, out)
			}
		}
	}
	if n := len(o.mails.Received()); n != 0 {
		t.Errorf("%d mails went out", n)
	}
}
