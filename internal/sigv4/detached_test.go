package sigv4_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"gatehouse/internal/fault"
	"gatehouse/internal/sigv4"
)

func detached(s sent, bodyHash string, now time.Time) (sigv4.Caller[string], error) {
	v := sigv4.Verifier[string]{
		Clock: func() time.Time { return now },
		Lookup: func(_ context.Context, id, token string) (string, string, error) {
			if id != creds.AccessKeyID || token != creds.SessionToken {
				return "", "", sigv4.ErrInvalidClientToken
			}
			return secret, "ann", nil
		},
	}
	return v.VerifyDetached(s.r, bodyHash)
}

func s3Signer() *v4.Signer {
	return v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
}

// toS3 is what an SDK sends to S3.
func toS3(t *testing.T, payload string) sent {
	t.Helper()
	r, _ := http.NewRequest("PUT", "http://s3.example.com/books/a%20b%2Bc/%C3%A9?x-id=PutObject", strings.NewReader("text"))
	r.Host = "s3.example.com"
	r.Header.Set("X-Amz-Content-Sha256", payload)
	if err := s3Signer().SignHTTP(context.Background(), creds, r, payload, "s3", "eu-north-1", signedAt); err != nil {
		t.Fatal(err)
	}
	return receive(t, r)
}

func TestDetachedRequestsOfAnyServiceAreVerified(t *testing.T) {
	c, err := detached(byHeader(t), hash(`{"MaxResults":1}`), signedAt)
	if err != nil || c.Service != "cognito-idp" || c.Principal != "ann" {
		t.Error(c, err)
	}
	for _, payload := range []string{hash("text"), "UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"} {
		if c, err := detached(toS3(t, payload), "", signedAt); err != nil || c.Service != "s3" || c.Region != "eu-north-1" {
			t.Error(payload, c, err)
		}
	}
}

func TestPresignedRequestsToS3AreGoodForAsLongAsTheySay(t *testing.T) {
	r, _ := http.NewRequest("GET", "http://s3.example.com/books/a?X-Amz-Expires=86400", nil)
	uri, _, err := s3Signer().PresignHTTP(context.Background(), creds, r, "UNSIGNED-PAYLOAD", "s3", "eu-north-1", signedAt)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := http.NewRequest("GET", uri, nil)
	p.Host = "s3.example.com"
	s := receive(t, p)
	if _, err := detached(s.clone(), "", signedAt.Add(24*time.Hour-time.Second)); err != nil {
		t.Error(err)
	}
	if _, err := detached(s.clone(), "", signedAt.Add(24*time.Hour)); !errors.Is(err, sigv4.ErrSignatureMismatch) {
		t.Error("over, and taken:", err)
	}
}

// TestAttackDetachedRequests alters one thing at a time.
func TestAttackDetachedRequests(t *testing.T) {
	other := toS3(t, "UNSIGNED-PAYLOAD")
	good, plain := toS3(t, hash("text")), byHeader(t)
	for name, c := range map[string]struct {
		of    sent
		hash  string
		want  *fault.Error
		alter func(*sent)
	}{
		"another body, as the service hashed it":         {good, hash("evil"), sigv4.ErrSignatureMismatch, nil},
		"a body that nobody hashed":                      {plain, "", sigv4.ErrSignatureMismatch, nil},
		"the hash in the header changed":                 {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Header.Set("X-Amz-Content-Sha256", hash("evil")) }},
		"the hash in the header taken away":              {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Header.Del("X-Amz-Content-Sha256") }},
		"a hashed body said to be unsigned":              {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") }},
		"an unsigned body of a service that hashes":      {plain, "UNSIGNED-PAYLOAD", sigv4.ErrIncompleteSignature, nil},
		"a streamed body of a service that hashes":       {plain, "STREAMING-X", sigv4.ErrIncompleteSignature, nil},
		"what is no hash":                                {other, "zz", sigv4.ErrSignatureMismatch, nil},
		"another path":                                   {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.URL.Path, s.r.URL.RawPath = "/books/secret", "" }},
		"a path with a segment more":                     {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.URL.Path, s.r.URL.RawPath = "/x/.."+s.r.URL.Path, "" }},
		"a path escaped twice":                           {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.URL.Path, s.r.URL.RawPath = s.r.URL.EscapedPath(), "" }},
		"another method":                                 {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Method = "DELETE" }},
		"another host":                                   {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Host = "evil.example.com" }},
		"a header of S3 that was not signed":             {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.Header.Set("X-Amz-Acl", "public-read") }},
		"a subresource added":                            {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { s.r.URL.RawQuery += "&acl" }},
		"the signature of s3 for another service":        {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { swap(s, "/s3/", "/execute-api/") }},
		"the signature of another service said to be s3": {plain, hash(`{"MaxResults":1}`), sigv4.ErrSignatureMismatch, func(s *sent) { swap(s, "/cognito-idp/", "/s3/") }},
		"no service":                                     {good, "", sigv4.ErrSignatureMismatch, func(s *sent) { swap(s, "/s3/", "//") }},
	} {
		s := c.of.clone()
		if c.alter != nil {
			c.alter(&s)
		}
		if _, err := detached(s, c.hash, signedAt); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	if _, err := detached(good.clone(), "", signedAt.Add(5*time.Minute+time.Second)); !errors.Is(err, sigv4.ErrSignatureMismatch) {
		t.Error("replayed after its time:", err)
	}
}

func swap(s *sent, old, new string) {
	s.r.Header.Set("Authorization", strings.Replace(s.r.Header.Get("Authorization"), old, new, 1))
}
