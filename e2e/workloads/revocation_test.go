package workloads_test

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rolesanywhere"
)

// revoke is the list of an authority that has these certificates.
func (ca *pair) revoke(t *testing.T, certificates ...*pair) []byte {
	t.Helper()
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().Add(time.Hour)}
	for _, c := range certificates {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: time.Now()})
	}
	der := must(x509.CreateRevocationList(rand.Reader, l, ca.Certificate, ca.key))(t)
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}

// TestRevokedCertificatesGetNothing walks the noun of revocation lists, and what each state of one does.
func TestRevokedCertificatesGetNothing(t *testing.T) {
	x, ctx := startAnywhere(t), context.Background()
	ra := x.anywhere()
	good, bad := x.ca.issue(t, "build-1"), x.ca.issue(t, "build-2")
	try := func(when string, leaf *pair, want int) {
		t.Helper()
		if status, out := x.createSession(t, func(c *call) { c.leaf = leaf }); status != want || want == 403 && !strings.Contains(out.Message, "revoked") {
			t.Errorf("%s: %d %s", when, status, out.Message)
		}
	}
	in := &rolesanywhere.ImportCrlInput{Name: aws.String("leaked"), CrlData: x.ca.revoke(t, bad), TrustAnchorArn: &x.anchor}
	crl := must(ra.ImportCrl(ctx, in))(t).Crl
	if !strings.HasSuffix(*crl.CrlArn, ":crl/"+*crl.CrlId) || *crl.Enabled || *crl.TrustAnchorArn != x.anchor || string(crl.CrlData) != string(in.CrlData) {
		t.Errorf("%+v", crl)
	}
	try("not enabled", bad, 200)
	must(ra.EnableCrl(ctx, &rolesanywhere.EnableCrlInput{CrlId: crl.CrlId}))(t)
	try("revoked", bad, 403)
	try("not revoked", good, 200)
	must(ra.UpdateCrl(ctx, &rolesanywhere.UpdateCrlInput{CrlId: crl.CrlId, CrlData: x.ca.revoke(t, good)}))(t)
	try("another list", good, 403)
	must(ra.DisableCrl(ctx, &rolesanywhere.DisableCrlInput{CrlId: crl.CrlId}))(t)
	try("disabled", good, 200)
	if out := must(ra.ListCrls(ctx, &rolesanywhere.ListCrlsInput{}))(t); len(out.Crls) != 1 {
		t.Errorf("%+v", out)
	}
	for name, data := range map[string][]byte{"another authority": authority(t, "root").revoke(t, bad), "no list": []byte("x"), "a certificate": []byte(x.ca.pem())} {
		_, err := ra.ImportCrl(ctx, &rolesanywhere.ImportCrlInput{Name: in.Name, CrlData: data, TrustAnchorArn: &x.anchor})
		if err == nil {
			t.Error(name, "is taken")
			continue
		}
		refused(t, err, "ValidationException", "")
	}
	must(ra.ImportCrl(ctx, in))(t)
	_, err := ra.ImportCrl(ctx, in)
	refused(t, err, "ValidationException", "at most 2")
	must(ra.DeleteCrl(ctx, &rolesanywhere.DeleteCrlInput{CrlId: crl.CrlId}))(t)
	_, err = ra.GetCrl(ctx, &rolesanywhere.GetCrlInput{CrlId: crl.CrlId})
	refused(t, err, "ResourceNotFoundException", "")
	between := x.ca.issue(t, "between", func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage, c.ExtKeyUsage = true, true, x509.KeyUsageCertSign, nil
	})
	leaf := between.issue(t, "build-3")
	must(ra.ImportCrl(ctx, &rolesanywhere.ImportCrlInput{Name: in.Name, CrlData: x.ca.revoke(t, between), TrustAnchorArn: &x.anchor, Enabled: aws.Bool(true)}))(t)
	if status, out := x.createSession(t, func(c *call) { c.leaf, c.chain = leaf, []*x509.Certificate{between.Certificate} }); status != 403 || !strings.Contains(out.Message, "revoked") {
		t.Error("a revoked authority between:", status, out.Message)
	}
}
