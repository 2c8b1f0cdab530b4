package forward_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/e2e/server"
)

// told is what nginx tells of a request, as pairs.
func told(r *http.Request) []string {
	return append(headersOf(r), "X-Original-Method", r.Method, "X-Original-URI", r.URL.RequestURI(), "X-Original-Host", r.URL.Host)
}

// TestAttackSessionOfRootOutlivesItsReset: whoever stole root's key took a session, which a reset of root ends.
func TestAttackSessionOfRootOutlivesItsReset(t *testing.T) {
	k := start(t)
	p := k.protect(map[string]any{"Name": "books", "Proxy": "nginx", "Hosts": []string{"shop.example.com"}, "Mapping": "s3"})
	thief := k.party(k.root())
	out, err := thief.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	k.ok(err)
	taken := aws.Credentials{AccessKeyID: *out.Credentials.AccessKeyId, SecretAccessKey: *out.Credentials.SecretAccessKey, SessionToken: *out.Credentials.SessionToken}
	remove := func() (int, http.Header) {
		return k.ask(p, "GET", "", told(signed(t, taken, "DELETE", "http://shop.example.com/payroll", "", ""))...)
	}
	if status, header := remove(); status != 200 {
		t.Fatal(status, header)
	}
	boss, _ := k.user(thief, "boss", statement(`{"Effect":"Allow","Action":"gatehouse:*","Resource":"*"}`))
	byToken := map[string]any{"Subject": map[string]string{"AccessKeyId": taken.AccessKeyID, "SessionToken": taken.SessionToken}, "Action": "s3:DeleteBucket", "Resource": "arn:aws:s3:::payroll"}
	if status, answer := k.call(boss.creds, "Authorize", byToken); status != 200 {
		t.Fatal(answer)
	}
	time.Sleep(time.Second) // sessions tell whole seconds
	if text, err := server.Command(t, k.Data, map[string]string{"GATEHOUSE_ROOT_PASSWORD": "another-password-entirely"}, "root", "reset").CombinedOutput(); err != nil {
		t.Fatalf("%s %v", text, err)
	}
	if status, header := remove(); status != 401 {
		t.Error("a request that it signed:", status, header)
	}
	if status, answer := k.call(boss.creds, "Authorize", byToken); status != 400 {
		t.Error("its token:", status, answer)
	}
}
