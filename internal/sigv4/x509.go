package sigv4

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A signature by a certificate's key in the place of a secret: the signing process of IAM Roles Anywhere (its User Guide,
// "The IAM Roles Anywhere authentication signing process").
const (
	algorithmRSA   = "AWS4-X509-RSA-SHA256"
	algorithmECDSA = "AWS4-X509-ECDSA-SHA256"
	headerLeaf     = "X-Amz-X509"
	headerChain    = "X-Amz-X509-Chain"
	maxChain       = 5 // certificates that X-Amz-X509-Chain may have
)

// Certified is who signed a request by the key of a certificate. Nobody has said yet that the certificate is to be
// trusted: only that whoever sends the request has its key.
type Certified struct {
	Certificate *x509.Certificate
	Chain       []*x509.Certificate // as sent, without the certificate
	Region      string
}

// VerifyX509 checks the signature of r, whose whole body is given, by the certificate that it brings.
func VerifyX509(r *http.Request, body []byte, service string, now time.Time) (*Certified, error) {
	s, name, err := parseX509(r)
	if err != nil {
		return nil, err
	}
	if err := s.inTime(now.UTC()); err != nil {
		return nil, err
	}
	if err := s.covers(r.Header); err != nil {
		return nil, err
	}
	if err := s.inScope(service); err != nil {
		return nil, err
	}
	c, err := certificates(r.Header)
	if err != nil {
		return nil, err
	}
	if s.accessKeyID != c.Certificate.SerialNumber.String() {
		return nil, ErrSignatureMismatch.With("Credential must begin with the serial number of the certificate.")
	}
	hash := hexSHA256(body)
	if h := r.Header.Get("X-Amz-Content-Sha256"); h != "" && h != hash {
		return nil, ErrSignatureMismatch.With("The value of x-amz-content-sha256 is not the hash of the payload.")
	}
	c.Region = s.region
	return c, checkKey(c.Certificate, name, s.signature, s.toSign(name, canonical(r, s, hash)))
}

// parseX509 reads a signature in the Authorization header, the only place where it may be, and its algorithm.
func parseX509(r *http.Request) (s *signature, name string, err error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, "", ErrIncompleteSignature.With("The query string is malformed.")
	}
	if err := unique(r.Header, q); err != nil {
		return nil, "", err
	}
	auth := r.Header.Get("Authorization")
	if auth == "" {
		return nil, "", ErrMissingAuthentication
	}
	name, rest, _ := strings.Cut(auth, " ")
	if !slices.Contains([]string{algorithmRSA, algorithmECDSA}, name) {
		return nil, "", ErrIncompleteSignature.With("Unsupported AWS 'algorithm' in the Authorization header.")
	}
	s = &signature{query: q}
	if err := s.fromParts(rest, r.Header); err != nil {
		return nil, "", err
	}
	return s, name, s.wellFormed()
}

// certificates reads the headers: Base64 of DER, several with commas between them.
func certificates(h http.Header) (*Certified, error) {
	leaf, err := certificate(h.Get(headerLeaf))
	if err != nil {
		return nil, ErrIncompleteSignature.With("%s must be an X.509 certificate in DER and Base64.", headerLeaf)
	}
	c := &Certified{Certificate: leaf}
	if h.Get(headerChain) == "" {
		return c, nil
	}
	for text := range strings.SplitSeq(h.Get(headerChain), ",") {
		one, err := certificate(text)
		if err != nil || len(c.Chain) == maxChain {
			return nil, ErrIncompleteSignature.With("%s must be at most %d X.509 certificates in DER and Base64, with commas between them.", headerChain, maxChain)
		}
		c.Chain = append(c.Chain, one)
	}
	return c, nil
}

func certificate(text string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, err
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > maxRSA {
		return nil, errors.New("the RSA key is too long")
	}
	return c, nil
}

// maxRSA is how many bits a key may have: strangers bring keys, and checking a signature by a longer one is work.
const maxRSA = 8192

func (s *signature) toSign(name, canonical string) []byte {
	scope := s.day + "/" + s.region + "/" + s.service + "/" + s.terminator
	return []byte(name + "\n" + s.date + "\n" + scope + "\n" + hexSHA256([]byte(canonical)))
}

func checkKey(c *x509.Certificate, name, given string, text []byte) error {
	sig, err := hex.DecodeString(given)
	if err != nil {
		return ErrSignatureMismatch
	}
	sum := sha256.Sum256(text)
	good := false
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		good = name == algorithmRSA && rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig) == nil
	case *ecdsa.PublicKey:
		good = name == algorithmECDSA && ecdsa.VerifyASN1(key, sum[:], sig)
	}
	if !good {
		return ErrSignatureMismatch.With("The request is not signed by the key of its certificate.")
	}
	return nil
}
