package forward_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/iam"
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

// rootUses are the records of uses of root's keys that a service told of, the newest first.
func (k *kit) rootUses(as aws.Credentials, asker string) (keys []string) {
	k.t.Helper()
	status, answer := k.call(as, "ListAuditRecords", map[string]string{"Operation": "signin:RootAccessKeyUse"})
	var out struct {
		Records []struct{ AccessKeyId, Input, SourceIp string }
	}
	if k.ok(json.Unmarshal([]byte(answer), &out)); status != 200 {
		k.t.Fatal(answer)
	}
	for _, r := range out.Records {
		if strings.Contains(r.Input, `"askedBy":"`+asker+`"`) {
			keys = append(keys, r.AccessKeyId)
		}
	}
	return keys
}

// TestAttackRootAtWorkElsewhereUnseen: whoever has root's key, or a session of it, uses it for services that ask about requests,
// and hides a call to us behind such a use.
func TestAttackRootAtWorkElsewhereUnseen(t *testing.T) {
	k := start(t)
	p := k.protect(map[string]any{"Name": "books", "Proxy": "nginx", "Hosts": []string{"shop.example.com"}, "Mapping": "s3"})
	root := k.party(k.root())
	boss, arn := k.user(root, "boss", statement(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	out, err := root.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	k.ok(err)
	session := aws.Credentials{AccessKeyID: *out.Credentials.AccessKeyId, SecretAccessKey: *out.Credentials.SecretAccessKey, SessionToken: *out.Credentials.SessionToken}
	made, err := root.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{})
	k.ok(err)
	second := aws.Credentials{AccessKeyID: *made.AccessKey.AccessKeyId, SecretAccessKey: *made.AccessKey.SecretAccessKey}
	for range 2 { // a minute has one record
		for _, as := range []aws.Credentials{second, session} {
			if status, header := k.ask(p, "GET", "", append(told(signed(t, as, "GET", "http://shop.example.com/payroll", "", "")), "X-Original-Addr", "192.0.2.7")...); status != 200 {
				t.Fatal(status, header)
			}
		}
	}
	if got := k.rootUses(boss.creds, p.Service.Arn); strings.Join(got, " ") != session.AccessKeyID+" "+second.AccessKeyID {
		t.Error(got)
	}
	again, err := root.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	k.ok(err)
	subject := map[string]string{"AccessKeyId": *again.Credentials.AccessKeyId, "SessionToken": *again.Credentials.SessionToken}
	if status, answer := k.call(boss.creds, "Authorize", map[string]any{"Subject": subject, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/b"}); status != 200 {
		t.Fatal(answer)
	}
	if got := k.rootUses(boss.creds, arn); strings.Join(got, " ") != *again.Credentials.AccessKeyId {
		t.Error(got)
	}
}

// TestDecisionsAreUsesOfTheServicesThatAsk, in the reports by which permissions are taken away that nobody needs.
func TestDecisionsAreUsesOfTheServicesThatAsk(t *testing.T) {
	k := start(t)
	p := k.protect(map[string]any{"Name": "books", "Proxy": "nginx", "Hosts": []string{"shop.example.com"}, "Mapping": "s3"})
	ann, arn := k.user(k.party(k.root()), "ann", statement(`{"Effect":"Allow","Action":["s3:GetObject","sqs:*"],"Resource":"*"}`))
	if status, header := k.ask(p, "GET", "", told(signed(t, ann.creds, "GET", "http://shop.example.com/books/a", "", ""))...); status != 200 {
		t.Fatal(status, header)
	}
	// Attack: fill the report of somebody with what a service says that it is, or that they did.
	for _, action := range []string{"sqs:SendMessage", "iam:GetUser"} {
		if status, answer := k.call(k.root(), "Authorize", map[string]any{"Subject": map[string]string{"PrincipalArn": arn}, "Action": action, "Resource": "*"}); status != 200 {
			t.Fatal(status, answer)
		}
	}
	var got string
	for range 100 { // uses are written down some seconds later
		job, err := k.iam.GenerateServiceLastAccessedDetails(ctx, &iam.GenerateServiceLastAccessedDetailsInput{Arn: &arn})
		k.ok(err)
		out, err := k.iam.GetServiceLastAccessedDetails(ctx, &iam.GetServiceLastAccessedDetailsInput{JobId: job.JobId})
		k.ok(err)
		got = ""
		for _, s := range out.ServicesLastAccessed {
			got += *s.ServiceNamespace + " by " + aws.ToString(s.LastAuthenticatedEntity) + " in " + aws.ToString(s.LastAuthenticatedRegion)
		}
		if got != "" {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if got != "s3 by "+arn+" in "+region {
		t.Error(got)
	}
}

// TestAttackReplayOfASignatureElsewhere: a signed request that somebody saw is good for that request alone.
func TestAttackReplayOfASignatureElsewhere(t *testing.T) {
	k := start(t)
	hosts := []string{"shop.example.com", "admin.example.com"}
	p := k.protect(map[string]any{"Name": "books", "Proxy": "nginx", "Hosts": hosts, "Mapping": "s3"})
	queue := k.protect(map[string]any{"Name": "queue", "Proxy": "nginx", "Hosts": hosts, "Mapping": "execute-api", "ApiId": "queue", "Stage": "prod"})
	ann, _ := k.session("ann", statement(`{"Effect":"Allow","Action":["s3:*","execute-api:Invoke"],"Resource":"*"}`))
	r := signed(t, ann, "GET", "http://shop.example.com/books/a?versionId=1", "", "")
	ask := func(p protected, method, uri, host string) (int, http.Header) {
		return k.ask(p, "GET", "", append(headersOf(r), "X-Original-Method", method, "X-Original-URI", uri, "X-Original-Host", host)...)
	}
	for range 2 { // the same request once more, within its five minutes, as with AWS
		if status, header := ask(p, "GET", "/books/a?versionId=1", "shop.example.com"); status != 200 {
			t.Fatal(status, header)
		}
	}
	for name, to := range map[string]struct {
		p                 protected
		method, uri, host string
	}{
		"another path": {p, "GET", "/books/b?versionId=1", "shop.example.com"}, "another method": {p, "DELETE", "/books/a?versionId=1", "shop.example.com"}, "another host": {p, "GET", "/books/a?versionId=1", "admin.example.com"},
		"another query": {p, "GET", "/books/a?versionId=2", "shop.example.com"}, "no query": {p, "GET", "/books/a", "shop.example.com"}, "another service": {queue, "GET", "/books/a?versionId=1", "shop.example.com"},
	} {
		if status, header := ask(to.p, to.method, to.uri, to.host); status != 401 {
			t.Error(name, status, header)
		}
	}
	for _, name := range []string{"X-Amz-Date", "X-Amz-Content-Sha256", "X-Amz-Security-Token"} {
		was := r.Header.Get(name)
		r.Header.Set(name, "20200101T000000Z")
		if status, header := ask(p, "GET", "/books/a?versionId=1", "shop.example.com"); status != 401 {
			t.Error("another", name, status, header)
		}
		r.Header.Set(name, was)
	}
}

// TestAttackCopyOfAnObjectThatNobodyAllowed, from a real S3 server behind a proxy that signs what it passes on: the server takes
// what follows a question mark in the source for the key, and cleans it as a path.
func TestAttackCopyOfAnObjectThatNobodyAllowed(t *testing.T) {
	k := start(t)
	objects := k.gateway()
	p := k.protect(map[string]any{"Name": "objects", "Proxy": "nginx", "Hosts": []string{objects}, "Mapping": "s3"})
	owner := aws.Credentials{AccessKeyID: "gateway", SecretAccessKey: "secret-of-the-gateway"}
	put := func(as aws.Credentials, key, source string) *http.Request {
		r, err := http.NewRequest("PUT", "http://"+objects+"/todoapp/"+key, strings.NewReader("text"))
		k.ok(err)
		if source != "" {
			r.Body, r.ContentLength = http.NoBody, 0
			r.Header.Set("X-Amz-Copy-Source", source)
		}
		r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
		signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
		k.ok(signer.SignHTTP(ctx, as, r, "UNSIGNED-PAYLOAD", "s3", region, time.Now()))
		return r
	}
	for _, key := range []string{"public/a", "payroll/secret"} {
		if status, _, body := send(t, put(owner, key, "")); status != 200 {
			t.Fatal(key, status, body)
		}
	}
	ann, _ := k.session("ann", statement(`{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::todoapp/public/*"}`))
	const source = "todoapp/public/a?x-id=/../../payroll/secret"
	if status, _, body := send(t, put(owner, "public/b", source)); status != 200 {
		t.Log("the server copies nothing by it any more:", status, body)
	}
	for source, want := range map[string]int{"todoapp/public/a": 200, "todoapp/payroll/secret": 403, source: 403} {
		if status, header := k.ask(p, "GET", "", told(put(ann, "public/c", source))...); status != want {
			t.Error(source, status, header)
		}
	}
}
