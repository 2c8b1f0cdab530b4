package sigv4_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"gatehouse/internal/fault"
	"gatehouse/internal/sigv4"
)

var signedAt = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

// sent is a request as the server sees it, with its body.
type sent struct {
	r    *http.Request
	body []byte
}

func (s sent) clone() sent {
	return sent{s.r.Clone(context.Background()), append([]byte{}, s.body...)}
}

// receive sends a request over a real connection, so that it is what net/http makes of it.
func receive(t testing.TB, req *http.Request) sent {
	t.Helper()
	var got sent
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got.body, _ = io.ReadAll(r.Body)
		got.r = r.Clone(context.Background())
	}))
	defer srv.Close()
	host := req.Host
	req.URL.Host = strings.TrimPrefix(srv.URL, "http://")
	if host != "" {
		req.Host = host
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return got
}

func request(body string) *http.Request {
	r, _ := http.NewRequest("POST", "http://auth.example.com/a%20path/with%2Fslash?b=2&a=%C3%A9+x&a=1&empty", strings.NewReader(body))
	r.Host = "auth.example.com"
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")
	r.Header.Set("X-Custom", "  two   spaces ")
	return r
}

func hash(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

var creds = aws.Credentials{AccessKeyID: "AKIDEXAMPLE000000000", SecretAccessKey: secret, SessionToken: "TOKEN/+="}

func byHeader(t testing.TB) sent {
	t.Helper()
	r := request(`{"MaxResults":1}`)
	if err := v4.NewSigner().SignHTTP(context.Background(), creds, r, hash(`{"MaxResults":1}`), "cognito-idp", "made-up-region-7", signedAt); err != nil {
		t.Fatal(err)
	}
	return receive(t, r)
}

func presigned(t testing.TB, expires string) sent {
	t.Helper()
	q := "http://auth.example.com/?Action=GetCallerIdentity&Version=2011-06-15"
	if expires != "" {
		q += "&X-Amz-Expires=" + expires
	}
	r, _ := http.NewRequest("GET", q, nil)
	uri, _, err := v4.NewSigner().PresignHTTP(context.Background(), creds, r, hash(""), "sts", "eu-central-1", signedAt)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := http.NewRequest("GET", uri, nil)
	p.Host = "auth.example.com"
	return receive(t, p)
}

func verify(s sent, service string, now time.Time) (sigv4.Caller[string], error) {
	v := sigv4.Verifier[string]{
		Clock: func() time.Time { return now },
		Lookup: func(_ context.Context, id, token string) (string, string, error) {
			if id != creds.AccessKeyID || token != creds.SessionToken {
				return "", "", sigv4.ErrInvalidClientToken
			}
			return secret, "ann", nil
		},
	}
	return v.Verify(s.r, s.body, service)
}

func TestHeaderSignatureOfTheSDKIsAccepted(t *testing.T) {
	c, err := verify(byHeader(t), "cognito-idp", signedAt.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if c.Principal != "ann" || c.Region != "made-up-region-7" || c.AccessKeyID != creds.AccessKeyID || c.Presigned {
		t.Fatalf("%+v", c)
	}
}

func TestPresignedRequestOfTheSDKIsAccepted(t *testing.T) {
	c, err := verify(presigned(t, ""), "sts", signedAt.Add(14*time.Minute))
	if err != nil || !c.Presigned {
		t.Fatal(c, err)
	}
}

// TestHeaderSignatureAttacks alters one thing of a good request at a time.
func TestHeaderSignatureAttacks(t *testing.T) {
	good := byHeader(t)
	h := func(name, value string) func(*sent) { return func(s *sent) { s.r.Header.Set(name, value) } }
	auth := func(old, new string) func(*sent) {
		return func(s *sent) {
			a := s.r.Header.Get("Authorization")
			if !strings.Contains(a, old) {
				panic(old + " is not in " + a)
			}
			s.r.Header.Set("Authorization", strings.Replace(a, old, new, 1))
		}
	}
	for _, c := range []struct {
		attack string
		want   *fault.Error
		alter  func(*sent)
	}{
		{"altered body", sigv4.ErrSignatureMismatch, func(s *sent) { s.body[0] = ' ' }},
		{"emptied body", sigv4.ErrSignatureMismatch, func(s *sent) { s.body = nil }},
		{"altered signed header", sigv4.ErrSignatureMismatch, h("X-Amz-Target", "AWSCognitoIdentityProviderService.DeleteUserPool")},
		{"removed signed header", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Header.Del("X-Custom") }},
		{"altered content type", sigv4.ErrSignatureMismatch, h("Content-Type", "text/plain")},
		{"altered path", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.URL.Path, s.r.URL.RawPath = "/other", "" }},
		{"path with another escaping", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.URL.Path, s.r.URL.RawPath = "/a path/with/slash", "" }},
		{"altered query", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.URL.RawQuery = strings.Replace(s.r.URL.RawQuery, "b=2", "b=3", 1) }},
		{"added query", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.URL.RawQuery += "&Action=Other" }},
		{"duplicated query", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.URL.RawQuery += "&b=2" }},
		{"altered method", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Method = "PUT" }},
		{"changed host", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Host = "evil.example.com" }},
		{"changed token", sigv4.ErrInvalidClientToken, h("X-Amz-Security-Token", "other")},
		{"removed token", sigv4.ErrInvalidClientToken, func(s *sent) { s.r.Header.Del("X-Amz-Security-Token") }},
		{"moved date", sigv4.ErrSignatureMismatch, h("X-Amz-Date", "20260501T120100Z")},
		{"another day", sigv4.ErrSignatureMismatch, h("X-Amz-Date", "20260502T120000Z")},
		{"malformed date", sigv4.ErrIncompleteSignature, h("X-Amz-Date", "yesterday")},
		{"wrong scope region", sigv4.ErrSignatureMismatch, auth("made-up-region-7", "us-east-1")},
		{"empty scope region", sigv4.ErrSignatureMismatch, auth("made-up-region-7", "")},
		{"wrong scope day", sigv4.ErrSignatureMismatch, auth("/20260501/", "/20260430/")},
		{"wrong terminator", sigv4.ErrSignatureMismatch, auth("aws4_request", "aws5_request")},
		{"unknown key", sigv4.ErrInvalidClientToken, auth("AKIDEXAMPLE000000000", "AKIDEXAMPLE999999999")},
		{"host not signed", sigv4.ErrSignatureMismatch, auth("host;", "")},
		{"unsigned x-amz header", sigv4.ErrSignatureMismatch, h("X-Amz-Extra", "x")},
		{"x-amz header left unsigned", sigv4.ErrSignatureMismatch, auth(";x-amz-target", "")},
		{"signed headers out of order", sigv4.ErrIncompleteSignature, auth("content-type;host", "host;content-type")},
		{"signed headers repeated", sigv4.ErrIncompleteSignature, auth("host;", "host;host;")},
		{"two Authorization headers", sigv4.ErrIncompleteSignature, func(s *sent) { s.r.Header.Add("Authorization", s.r.Header.Get("Authorization")) }},
		{"two x-amz-target headers", sigv4.ErrIncompleteSignature, func(s *sent) { s.r.Header.Add("X-Amz-Target", "x") }},
		{"two Credentials", sigv4.ErrIncompleteSignature, auth("Credential=", "Credential=x/20260501/r/cognito-idp/aws4_request, Credential=")},
		{"empty signature", sigv4.ErrIncompleteSignature, func(s *sent) {
			a := s.r.Header.Get("Authorization")
			s.r.Header.Set("Authorization", a[:strings.Index(a, "Signature=")+len("Signature=")])
		}},
		{"short signature", sigv4.ErrSignatureMismatch, func(s *sent) {
			a := s.r.Header.Get("Authorization")
			s.r.Header.Set("Authorization", a[:len(a)-1])
		}},
		{"signature of another secret", sigv4.ErrSignatureMismatch, func(s *sent) {
			other := creds
			other.SecretAccessKey = "another"
			s.r.Header.Del("Authorization")
			if err := v4.NewSigner().SignHTTP(context.Background(), other, s.r, hash(string(s.body)), "cognito-idp", "us-east-1", signedAt); err != nil {
				panic(err)
			}
		}},
		{"presigned beside the header", sigv4.ErrIncompleteSignature, func(s *sent) { s.r.URL.RawQuery += "&X-Amz-Algorithm=AWS4-HMAC-SHA256" }},
		{"another algorithm", sigv4.ErrIncompleteSignature, auth("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1")},
		{"asymmetric algorithm", sigv4.ErrIncompleteSignature, auth("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")},
		{"no signature", sigv4.ErrMissingAuthentication, func(s *sent) { s.r.Header.Del("Authorization") }},
		{"bearer token", sigv4.ErrIncompleteSignature, h("Authorization", "Bearer x")},
		{"unsigned payload", sigv4.ErrSignatureMismatch, h("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")},
		{"malformed query", sigv4.ErrIncompleteSignature, func(s *sent) { s.r.URL.RawQuery += "&a=%zz" }},
		{"semicolon in query", sigv4.ErrIncompleteSignature, func(s *sent) { s.r.URL.RawQuery += "&a=1;b=2" }},
	} {
		t.Run(c.attack, func(t *testing.T) {
			s := good.clone()
			c.alter(&s)
			if _, err := verify(s, "cognito-idp", signedAt); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	if _, err := verify(good.clone(), "cognito-idp", signedAt); err != nil {
		t.Fatal("the unaltered request:", err)
	}
}

func TestSignatureOfAnotherServiceIsRefused(t *testing.T) {
	if _, err := verify(byHeader(t), "iam", signedAt); !errors.Is(err, sigv4.ErrSignatureMismatch) || !strings.Contains(err.Error(), "'iam'") {
		t.Fatal(err)
	}
}

func TestClockSkewIsFiveMinutes(t *testing.T) {
	s := byHeader(t)
	for d, ok := range map[time.Duration]bool{
		-5 * time.Minute: true, -5*time.Minute - time.Second: false,
		5 * time.Minute: true, 5*time.Minute + time.Second: false,
	} {
		_, err := verify(s.clone(), "cognito-idp", signedAt.Add(d))
		if (err == nil) != ok || err != nil && !errors.Is(err, sigv4.ErrSignatureMismatch) {
			t.Errorf("at %v: %v", d, err)
		}
	}
}

// TestPresignedAttacks alters one thing of a presigned request at a time.
func TestPresignedAttacks(t *testing.T) {
	good := presigned(t, "60")
	q := func(old, new string) func(*sent) {
		return func(s *sent) { s.r.URL.RawQuery = strings.Replace(s.r.URL.RawQuery, old, new, 1) }
	}
	for _, c := range []struct {
		attack string
		want   *fault.Error
		alter  func(*sent)
	}{
		{"another action", sigv4.ErrSignatureMismatch, q("GetCallerIdentity", "GetSessionToken")},
		{"longer expiry", sigv4.ErrSignatureMismatch, q("X-Amz-Expires=60", "X-Amz-Expires=600")},
		{"expiry of zero", sigv4.ErrIncompleteSignature, q("X-Amz-Expires=60", "X-Amz-Expires=0")},
		{"endless expiry", sigv4.ErrIncompleteSignature, q("X-Amz-Expires=60", "X-Amz-Expires=99999999")},
		{"expiry twice", sigv4.ErrIncompleteSignature, func(s *sent) { s.r.URL.RawQuery += "&X-Amz-Expires=600" }},
		{"credential twice", sigv4.ErrIncompleteSignature, func(s *sent) { s.r.URL.RawQuery += "&X-Amz-Credential=x" }},
		{"token removed", sigv4.ErrInvalidClientToken, q("X-Amz-Security-Token=", "X-Not-Security-Token=")},
		{"body added", sigv4.ErrSignatureMismatch, func(s *sent) { s.body = []byte("Action=Other") }},
		{"method changed", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Method = "POST" }},
		{"x-amz header added", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Header.Set("X-Amz-Target", "x") }},
		{"host changed", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Host = "evil.example.com" }},
		{"signature removed", sigv4.ErrIncompleteSignature, q("X-Amz-Signature=", "Other=")},
		{"parameter twice", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.URL.RawQuery += "&Action=GetCallerIdentity" }},
	} {
		t.Run(c.attack, func(t *testing.T) {
			s := good.clone()
			c.alter(&s)
			if _, err := verify(s, "sts", signedAt); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestPresignedRequestEndsAtItsOwnExpiry(t *testing.T) {
	for _, c := range []struct {
		expires string
		good    time.Duration
	}{{"1", time.Second}, {"60", time.Minute}, {"600", 10 * time.Minute}, {"", 15 * time.Minute}, {"3600", 15 * time.Minute}} {
		s := presigned(t, c.expires)
		if _, err := verify(s.clone(), "sts", signedAt.Add(c.good-time.Millisecond)); err != nil {
			t.Errorf("%ss: refused before its end: %v", c.expires, err)
		}
		if _, err := verify(s.clone(), "sts", signedAt.Add(c.good)); !errors.Is(err, sigv4.ErrSignatureMismatch) {
			t.Errorf("%ss: accepted past its end: %v", c.expires, err)
		}
		if _, err := verify(s.clone(), "sts", signedAt.Add(-sigv4.Skew-time.Second)); !errors.Is(err, sigv4.ErrSignatureMismatch) {
			t.Errorf("%ss: accepted before its time: %v", c.expires, err)
		}
	}
}

func FuzzVerify(f *testing.F) {
	s := byHeader(f)
	f.Add(s.r.Header.Get("Authorization"), s.r.URL.RawQuery, s.r.Header.Get("X-Amz-Date"))
	p := presigned(f, "60")
	f.Add("", p.r.URL.RawQuery, "")
	f.Add("AWS4-HMAC-SHA256 Credential=////,SignedHeaders=;,Signature==", "X-Amz-Date=2", "x")
	f.Fuzz(func(t *testing.T, auth, query, date string) {
		r := &http.Request{Method: "POST", Host: "h", Header: http.Header{}}
		r.URL = p.r.URL.JoinPath("/")
		r.URL.RawQuery = query
		if auth != "" {
			r.Header["Authorization"] = []string{auth}
		}
		if date != "" {
			r.Header["X-Amz-Date"] = []string{date}
		}
		v := sigv4.Verifier[string]{
			Clock: func() time.Time { return signedAt },
			Lookup: func(context.Context, string, string) (string, string, error) {
				return "a secret nobody fuzzes", "", nil
			},
		}
		if _, err := v.Verify(r, nil, "sts"); err == nil {
			t.Fatal("accepted")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	s := byHeader(b)
	v := sigv4.Verifier[string]{
		Clock:  func() time.Time { return signedAt },
		Lookup: func(context.Context, string, string) (string, string, error) { return secret, "", nil },
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(s.r, s.body, "cognito-idp"); err != nil {
			b.Fatal(err)
		}
	}
}
