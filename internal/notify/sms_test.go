package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

type call struct {
	r    *http.Request
	body string
}

func hook(t *testing.T, status *int) (*httptest.Server, *[]call) {
	t.Helper()
	var calls []call
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		calls = append(calls, call{r, string(b)})
		w.WriteHeader(*status)
		io.WriteString(w, "echo "+string(b))
	}))
	t.Cleanup(s.Close)
	return s, &calls
}

var text = Envelope{ID: "id-1", PoolID: "p", Kind: SignUp, To: "+15550100123", Text: "Your code is 123456"}

func TestWebhookIsSigned(t *testing.T) {
	status := 204
	s, calls := hook(t, &status)
	u, _ := url.Parse(s.URL + "/sms")
	tr, err := NewSMS(u, "shared key", s.Client(), func() time.Time { return time.Unix(1700000000, 0) })
	if err != nil {
		t.Fatal(err)
	}
	if err := tr.Send(context.Background(), text); err != nil {
		t.Fatal(err)
	}
	got := (*calls)[0]
	if want := "t=1700000000,v1=" + signHook("shared key", "1700000000", []byte(got.body)); got.r.Header.Get("Gatehouse-Signature") != want {
		t.Errorf("signature %q", got.r.Header.Get("Gatehouse-Signature"))
	}
	if signHook("other", "1700000000", []byte(got.body)) == signHook("shared key", "1700000000", []byte(got.body)) ||
		signHook("shared key", "1700000001", []byte(got.body)) == signHook("shared key", "1700000000", []byte(got.body)) {
		t.Error("the signature does not depend on key and time")
	}
	var doc map[string]string
	if err := json.Unmarshal([]byte(got.body), &doc); err != nil || doc["to"] != text.To || doc["text"] != text.Text || doc["id"] != "id-1" {
		t.Errorf("body %s", got.body)
	}
}

func TestStatusDecidesWhetherToTryAgain(t *testing.T) {
	status := 0
	s, _ := hook(t, &status)
	h := &Webhook{URL: s.URL + "/?token=hunter2", Client: s.Client(), Clock: time.Now}
	for code, forGood := range map[int]bool{400: true, 404: true, 410: true, 401: false, 403: false, 408: false, 429: false, 500: false, 503: false} {
		status = code
		err := h.Send(context.Background(), text)
		if err == nil || errors.Is(err, ErrRefused) != forGood {
			t.Errorf("%d: %v", code, err)
		}
		if strings.Contains(err.Error(), "123456") {
			t.Errorf("the error shows the code: %v", err)
		}
	}
	s.Close()
	if err := h.Send(context.Background(), text); err == nil || errors.Is(err, ErrRefused) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("server gone: %v", err)
	}
}

func TestTwilioAndSNSRequests(t *testing.T) {
	status := 200
	s, calls := hook(t, &status)
	tw, err := NewSMS(&url.URL{Scheme: "twilio", Host: "AC123", RawQuery: "from=%2B15550199"}, "auth", s.Client(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	tw.(*Twilio).Base = s.URL
	if err := tw.Send(context.Background(), text); err != nil {
		t.Fatal(err)
	}
	got := (*calls)[0]
	form, _ := url.ParseQuery(got.body)
	user, pass, _ := got.r.BasicAuth()
	if got.r.URL.Path != "/2010-04-01/Accounts/AC123/Messages.json" || user != "AC123" || pass != "auth" ||
		form.Get("To") != text.To || form.Get("From") != "+15550199" || form.Get("Body") != text.Text {
		t.Errorf("twilio: %s %v", got.r.URL, form)
	}

	u, _ := url.Parse("sns://AKIDEXAMPLE@eu-west-1?sender=Acme")
	sns, err := NewSMS(u, "secret", s.Client(), func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) })
	if err != nil {
		t.Fatal(err)
	}
	sns.(*SNS).Base = s.URL
	if err := sns.Send(context.Background(), text); err != nil {
		t.Fatal(err)
	}
	got = (*calls)[1]
	form, _ = url.ParseQuery(got.body)
	if form.Get("Action") != "Publish" || form.Get("PhoneNumber") != text.To || form.Get("MessageAttributes.entry.2.Value.StringValue") != "Acme" {
		t.Errorf("sns: %v", form)
	}
	// Amazon's own signer signs the same headers alike.
	sum := sha256.Sum256([]byte(got.body))
	again, _ := http.NewRequest("POST", s.URL+"/", nil)
	again.Header.Set("Content-Type", got.r.Header.Get("Content-Type"))
	if err := v4.NewSigner().SignHTTP(context.Background(), aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, again,
		hex.EncodeToString(sum[:]), "sns", "eu-west-1", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if ours, theirs := got.r.Header.Get("Authorization"), again.Header.Get("Authorization"); ours != theirs {
		t.Errorf("signed %s, want %s", ours, theirs)
	}
}
