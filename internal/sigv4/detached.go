package sigv4

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// s3 is the signing name of the one service that escapes paths once, takes bodies that are not hashed, and honours
// presigned requests for as long as they say.
const s3 = "s3"

const (
	emptyHash       = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	unsignedPayload = "UNSIGNED-PAYLOAD"
	maxPresignedS3  = 7 * 24 * time.Hour
)

// VerifyDetached checks the signature of a request that was sent to another service than ours, in any region; the
// Caller says which. Its body is elsewhere: bodyHash is the hash that the signer is said to have signed, "" for the one
// in X-Amz-Content-Sha256, or without that header for no body. Whether the body has that hash is not known here. For S3
// the hash may be UNSIGNED-PAYLOAD or STREAMING-…, whose bodies the signature does not cover.
func (v *Verifier[P]) VerifyDetached(r *http.Request, bodyHash string) (Caller[P], error) {
	s, err := parse(r)
	if err != nil {
		return Caller[P]{}, err
	}
	if err := s.inTime(v.Clock().UTC()); err != nil {
		return Caller[P]{}, err
	}
	if err := s.covers(r.Header); err != nil {
		return Caller[P]{}, err
	}
	if err := s.inScope(s.service); err != nil {
		return Caller[P]{}, err
	}
	hash, err := s.detachedHash(r.Header, bodyHash)
	if err != nil {
		return Caller[P]{}, err
	}
	secret, who, err := v.Lookup(r.Context(), s.accessKeyID, s.token)
	if err != nil {
		return Caller[P]{}, err
	}
	want := s.sign(secret, canonical(r, s, hash))
	if subtle.ConstantTimeCompare([]byte(want), []byte(s.signature)) != 1 {
		return Caller[P]{}, ErrSignatureMismatch
	}
	return Caller[P]{AccessKeyID: s.accessKeyID, Region: s.region, Service: s.service, Presigned: s.presigned, Principal: who}, nil
}

// detachedHash is what stands for the body in the canonical request.
func (s *signature) detachedHash(h http.Header, given string) (string, error) {
	named := h.Get("X-Amz-Content-Sha256")
	if named == "" {
		named = s.query.Get("X-Amz-Content-Sha256")
	}
	hash := given
	switch {
	case given != "" && named != "" && given != named:
		return "", ErrSignatureMismatch.With("The value of x-amz-content-sha256 is not the hash of the payload.")
	case given == "":
		hash = named
	}
	switch {
	case hash == "" && s.presigned && s.service == s3:
		return unsignedPayload, nil
	case hash == "":
		return emptyHash, nil
	case isHash(hash), s.service == s3 && (hash == unsignedPayload || strings.HasPrefix(hash, "STREAMING-")):
		return hash, nil
	}
	return "", ErrIncompleteSignature.With("x-amz-content-sha256 must be the SHA-256 of the payload in lower-case hexadecimal.")
}

func isHash(s string) bool {
	return len(s) == len(emptyHash) && strings.Trim(s, "0123456789abcdef") == ""
}

// canonicalPath is the path as S3 signs it: escaped once, whatever the client escaped on the wire.
func canonicalPath(b *strings.Builder, u *url.URL, service string) {
	if service != s3 {
		writePath(b, u.EscapedPath())
		return
	}
	path := u.Path
	if path == "" {
		path = "/"
	}
	escape(b, path, true)
}
