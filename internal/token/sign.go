package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
)

// The signature algorithms of a pool (RFC 7518 section 3.1).
const (
	RS256 = "RS256"
	ES256 = "ES256"
)

const rsaBits = 2048

var b64 = base64.RawURLEncoding.Strict()

func generate(rand io.Reader, alg string) (crypto.Signer, error) {
	switch alg {
	case RS256:
		return rsa.GenerateKey(rand, rsaBits)
	case ES256:
		return ecdsa.GenerateKey(elliptic.P256(), rand)
	}
	return nil, fmt.Errorf("unknown algorithm %q", alg)
}

// sign turns a payload into a compact JWS (RFC 7515 section 3.1).
func (k *Key) sign(rand io.Reader, payload []byte) (string, error) {
	signer, err := k.open()
	if err != nil {
		return "", err
	}
	out := make([]byte, 0, len(k.header)+b64.EncodedLen(len(payload))+1+b64.EncodedLen(rsaBits/8))
	out = append(out, k.header...)
	out = b64.AppendEncode(out, payload)
	sum := sha256.Sum256(out)
	sig, err := signer.Sign(rand, sum[:], crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	if k.Alg == ES256 {
		if sig, err = rawECDSA(sig); err != nil {
			return "", err
		}
	}
	out = append(out, '.')
	return string(b64.AppendEncode(out, sig)), nil
}

// rawECDSA is R || S of fixed length (RFC 7518 section 3.4) from the ASN.1 that crypto.Signer answers.
func rawECDSA(der []byte) ([]byte, error) {
	var v struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &v); err != nil || len(rest) > 0 {
		return nil, errors.New("signer answered no ECDSA signature")
	}
	out := make([]byte, 64)
	v.R.FillBytes(out[:32])
	v.S.FillBytes(out[32:])
	return out, nil
}

// verify checks a signature with the key's own algorithm; what the token's header says plays no part.
func (k *Key) verify(signed string, sig []byte) bool {
	sum := sha256.Sum256([]byte(signed))
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		return k.Alg == RS256 && rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], sig) == nil
	case *ecdsa.PublicKey:
		if k.Alg != ES256 || len(sig) != 64 {
			return false
		}
		return ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
	}
	return false
}

// encodeHeader is {"kid":…,"alg":…}, the members that Cognito writes, encoded and with its dot.
func encodeHeader(kid, alg string) string {
	var o object
	o.str("kid", kid)
	o.str("alg", alg)
	return string(append(b64.AppendEncode(nil, o.bytes()), '.'))
}

// appendJWKS is the key set document (RFC 7517 section 5).
func appendJWKS(dst []byte, keys []*Key) []byte {
	dst = append(dst, `{"keys":[`...)
	for i, k := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		var o object
		o.str("alg", k.Alg)
		switch public := k.public.(type) {
		case *rsa.PublicKey:
			o.str("e", b64.EncodeToString(big.NewInt(int64(public.E)).Bytes()))
			o.str("kid", k.KID)
			o.str("kty", "RSA")
			o.str("n", b64.EncodeToString(public.N.Bytes()))
		case *ecdsa.PublicKey:
			point, err := public.Bytes() // 4 || X || Y
			if err != nil {
				continue
			}
			o.str("crv", "P-256")
			o.str("kid", k.KID)
			o.str("kty", "EC")
			o.str("x", b64.EncodeToString(point[1:33]))
			o.str("y", b64.EncodeToString(point[33:]))
		}
		o.str("use", "sig")
		dst = append(dst, o.bytes()...)
	}
	return append(dst, "]}"...)
}
