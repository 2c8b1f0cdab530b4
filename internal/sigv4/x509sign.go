package sigv4

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// SignX509 signs a request, whose whole body is given, by the key of a certificate, which it brings along with its chain.
func SignX509(r *http.Request, body []byte, key crypto.Signer, chain []*x509.Certificate, region, service string, now time.Time) error {
	name := ""
	switch key.Public().(type) {
	case *rsa.PublicKey:
		name = algorithmRSA
	case *ecdsa.PublicKey:
		name = algorithmECDSA
	default:
		return fmt.Errorf("a key of type %T cannot sign: RSA and ECDSA can", key.Public())
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	if r.Host == "" {
		r.Host = r.URL.Host
	}
	r.Header.Set("X-Amz-Date", now.UTC().Format(basic))
	r.Header.Set(headerLeaf, base64.StdEncoding.EncodeToString(chain[0].Raw))
	var rest []string
	for _, c := range chain[1:] {
		rest = append(rest, base64.StdEncoding.EncodeToString(c.Raw))
	}
	if len(rest) > 0 {
		r.Header.Set(headerChain, strings.Join(rest, ","))
	}
	s := &signature{date: r.Header.Get("X-Amz-Date"), region: region, service: service, terminator: "aws4_request", query: q, headers: []string{"host"}}
	s.day = s.date[:8]
	for header := range r.Header {
		s.headers = append(s.headers, strings.ToLower(header))
	}
	slices.Sort(s.headers)
	sum := sha256.Sum256(s.toSign(name, canonical(r, s, hexSHA256(body))))
	sig, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	r.Header.Set("Authorization", fmt.Sprintf("%s Credential=%s/%s/%s/%s/%s, SignedHeaders=%s, Signature=%s", name, chain[0].SerialNumber, s.day, region, service, s.terminator,
		strings.Join(s.headers, ";"), hex.EncodeToString(sig)))
	return nil
}
