package web_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gatehouse/web"
)

func writeCertificate(t *testing.T, certFile, keyFile, name string, modified time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, modified, modified); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARenewedCertificateIsServedAndABrokenOneIsNot(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	c := &web.Certificate{CertFile: filepath.Join(dir, "c.pem"), KeyFile: filepath.Join(dir, "k.pem"), Log: slog.New(slog.DiscardHandler), Clock: func() time.Time { return now }}
	if err := c.Load(); err == nil {
		t.Fatal("no files, no error")
	}
	served := func() string {
		now = now.Add(2 * time.Second)
		cert, err := c.Config().GetCertificate(&tls.ClientHelloInfo{})
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(cert.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		return leaf.Subject.CommonName
	}
	writeCertificate(t, c.CertFile, c.KeyFile, "first.example", now)
	if err := c.Load(); err != nil || served() != "first.example" {
		t.Fatal(err)
	}
	if left := time.Until(c.Expires()); left <= 0 || left > time.Hour {
		t.Errorf("expires in %v", left)
	}
	writeCertificate(t, c.CertFile, c.KeyFile, "second.example", now.Add(time.Minute))
	if got := served(); got != "second.example" {
		t.Errorf("after renewal: %s", got)
	}
	if err := os.WriteFile(c.KeyFile, []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := served(); got != "second.example" {
		t.Errorf("with a broken key: %s", got)
	}
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	if testing.Short() {
		t.Skip("takes six seconds")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := web.HTTP(newServer(t, "http://localhost"), slog.New(slog.DiscardHandler))
	go srv.Serve(l)
	defer srv.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		for _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n"); err == nil; _, err = io.WriteString(conn, "X-Slow: 1\r\n") {
			time.Sleep(500 * time.Millisecond)
		}
	}()
	conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, err = io.Copy(io.Discard, bufio.NewReader(conn))
	if ne := net.Error(nil); errors.As(err, &ne) && ne.Timeout() {
		t.Error("the connection is still open after ten seconds of slow headers")
	}
}
