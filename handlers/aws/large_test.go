package aws_test

import (
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/handlers/aws"
)

// slow begins a call with a large body of root's key, signed with a wrong secret, and leaves it open until body is closed.
// What it is answered goes to answers.
func (w *world) slow(t *testing.T, service string, answers chan<- string) (body io.Closer) {
	t.Helper()
	out, in := io.Pipe()
	r, _ := http.NewRequest("POST", w.url+"/", out)
	if service == "cognito-idp" {
		r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.DeleteUserPool")
	}
	wrong := awssdk.Credentials{AccessKeyID: w.root.AccessKeyID, SecretAccessKey: "wrong"}
	if err := v4.NewSigner().SignHTTP(ctx, wrong, r, strings.Repeat("0", 64), service, "eu-north-9", time.Now()); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = in.Write([]byte(strings.Repeat("x", 300<<10))) }() // a body that is refused is not taken whole
	go func() {
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			answers <- err.Error()
			return
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		answers <- res.Header.Get("X-Amzn-Errortype") + string(text)
	}()
	return in
}

const (
	throttledJSON  = "TooManyRequestsException"
	throttledQuery = "<Code>Throttling</Code>"
)

// Attack: with the id of somebody's access key, which is no secret, make the node hold large bodies without end.
func TestAttackLargeBodiesOfASeenKey(t *testing.T) {
	w := start(t)
	w.client.Store(netip.MustParseAddr("2001:db8::7"))
	answers := make(chan string)
	var bodies []io.Closer
	for range aws.MaxLarge + 1 {
		bodies = append(bodies, w.slow(t, "cognito-idp", answers))
	}
	if got := <-answers; !strings.HasPrefix(got, throttledJSON) {
		t.Fatal("one of too many:", got)
	}
	big := strings.Repeat("x", 300<<10)
	large := func() string {
		_, err := idp.NewFromConfig(w.asRoot()).DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: &big})
		return code(t, err)
	}
	if got := large(); got != throttledJSON {
		t.Error("one more:", got)
	}
	if _, err := awssts.NewFromConfig(w.asRoot()).GetCallerIdentity(ctx, nil); err != nil {
		t.Error("who has the key, with a call of common size:", err)
	}
	w.client.Store(netip.MustParseAddr("2001:db8::8"))
	if got := large(); got != throttledJSON {
		t.Error("from another address of the same network:", got)
	}
	w.client.Store(netip.MustParseAddr("2001:db8:0:1::7"))
	if got := large(); got != "InvalidParameterException" {
		t.Error("who has the key, from elsewhere:", got)
	}
	w.client.Store(netip.MustParseAddr("2001:db8::7"))
	for _, b := range bodies {
		b.Close()
	}
	for range aws.MaxLarge {
		if got := <-answers; !strings.HasPrefix(got, "InvalidSignatureException") {
			t.Error("a body that was held:", got)
		}
	}
	if got := large(); got != "InvalidParameterException" {
		t.Error("after them:", got)
	}
}

// Attack: fill the node's memory with bodies that may be the largest, from one address and then from many.
func TestAttackLargeBodiesFromManyAddresses(t *testing.T) {
	w := start(t)
	answers := make(chan string)
	var bodies []io.Closer
	for _, client := range []string{"192.0.2.1", "192.0.2.2"} {
		w.client.Store(netip.MustParseAddr(client))
		for range aws.MaxLargeBytes/2/(32<<20) + 1 {
			bodies = append(bodies, w.slow(t, "iam", answers))
		}
		if got := <-answers; !strings.Contains(got, throttledQuery) {
			t.Error("more than half of what the node holds:", got)
		}
	}
	big := strings.Repeat("x", 300<<10)
	large := func() string {
		_, err := idp.NewFromConfig(w.asRoot()).DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: &big})
		return code(t, err)
	}
	w.client.Store(netip.MustParseAddr("192.0.2.3"))
	if got := large(); got != throttledJSON {
		t.Error("more than the node holds:", got)
	}
	for _, b := range bodies {
		b.Close()
	}
	for range aws.MaxLargeBytes / (32 << 20) {
		if got := <-answers; !strings.Contains(got, "<Code>InvalidAction</Code>") {
			t.Error("a body that was held:", got)
		}
	}
	if got := large(); got != "InvalidParameterException" {
		t.Error("after them:", got)
	}
}
