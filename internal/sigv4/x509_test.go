package sigv4

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"testing"
)

// Strangers bring certificates: checking a signature by a key without end is work that they could ask for.
func TestAttackCertificateOfAKeyWithoutEnd(t *testing.T) {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for bits, taken := range map[int]bool{8192: true, 16384: false} {
		public := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), bits-1, 1), E: 65537}
		der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{}, public, signer)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := certificate(base64.StdEncoding.EncodeToString(der)); (err == nil) != taken {
			t.Error(bits, err)
		}
	}
}
