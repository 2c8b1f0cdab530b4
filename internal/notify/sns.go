package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/seal"
)

// SNS sends by Amazon SNS's Publish to a phone number.
type SNS struct {
	Region    string
	AccessKey string
	SecretKey seal.Secret
	Sender    string // AWS.SNS.SMS.SenderID; empty: none
	Client    *http.Client
	Clock     func() time.Time
	Base      string // https://sns.REGION.amazonaws.com when empty
}

// Send publishes one message, signed with Signature Version 4.
func (s *SNS) Send(ctx context.Context, e Envelope) error {
	base := s.Base
	if base == "" {
		base = "https://sns." + s.Region + ".amazonaws.com"
	}
	form := url.Values{"Action": {"Publish"}, "Version": {"2010-03-31"}, "PhoneNumber": {e.To}, "Message": {e.Text}}
	attribute(form, 1, "AWS.SNS.SMS.SMSType", "Transactional")
	if s.Sender != "" {
		attribute(form, 2, "AWS.SNS.SMS.SenderID", s.Sender)
	}
	body := form.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/", strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("sns: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	s.sign(req, body)
	return post(s.Client, req, "sns")
}

func attribute(form url.Values, i int, name, value string) {
	at := "MessageAttributes.entry." + strconv.Itoa(i) + "."
	form.Set(at+"Name", name)
	form.Set(at+"Value.DataType", "String")
	form.Set(at+"Value.StringValue", value)
}

// sign adds Signature Version 4 to a POST of a form to the root path.
func (s *SNS) sign(req *http.Request, body string) {
	at := s.Clock().UTC().Format("20060102T150405Z")
	req.Header.Set("X-Amz-Date", at)
	const names = "content-type;host;x-amz-date"
	canonical := strings.Join([]string{http.MethodPost, "/", "", "content-type:" + req.Header.Get("Content-Type"), "host:" + req.URL.Host,
		"x-amz-date:" + at, "", names, sha256Hex(body)}, "\n")
	scope := at[:8] + "/" + s.Region + "/sns/aws4_request"
	key := []byte("AWS4" + s.SecretKey.Reveal())
	for _, part := range strings.Split(scope, "/") {
		key = hmacSHA256(key, part)
	}
	sig := hmacSHA256(key, "AWS4-HMAC-SHA256\n"+at+"\n"+scope+"\n"+sha256Hex(canonical))
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+s.AccessKey+"/"+scope+", SignedHeaders="+names+", Signature="+hex.EncodeToString(sig))
}

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func hmacSHA256(key []byte, s string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(s))
	return m.Sum(nil)
}
