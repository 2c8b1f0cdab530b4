package server_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gatehouse/e2e/server"
)

func port(s *server.Server) string { return s.URL[strings.LastIndex(s.URL, ":")+1:] }

func status(t *testing.T, c *http.Client, address string) int {
	t.Helper()
	res, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func TestLocalhostMeansBothLoopbackAddresses(t *testing.T) {
	s := server.Start(t, server.Options{})
	for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
		if got := status(t, http.DefaultClient, "http://"+host+":"+port(s)+"/readyz"); got != http.StatusOK {
			t.Errorf("%s: %d", host, got)
		}
	}
	six := server.Start(t, server.Options{Env: map[string]string{"GATEHOUSE_LISTEN": "[::1]:0"}})
	if !strings.HasPrefix(six.URL, "http://[::1]:") {
		t.Errorf("URL %s", six.URL)
	}
	if _, err := callerIdentity(six, six.RootAccessKeyID, six.RootSecretAccessKey); err != nil {
		t.Error(err)
	}
}

func TestARebindingPageReachesNothing(t *testing.T) {
	s := server.Start(t, server.Options{})
	r, err := http.NewRequest("POST", s.URL+"/", strings.NewReader("Action=GetCallerIdentity&Version=2011-06-15"))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "rebound.attacker.example:" + port(s)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestARequestInFlightEndsBeforeTheProgramDoes(t *testing.T) {
	s := server.Start(t, server.Options{})
	conn, err := net.Dial("tcp", "127.0.0.1:"+port(s))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := "Action=GetCallerIdentity&Version=2011-06-15"
	fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:10])
	time.Sleep(100 * time.Millisecond) // the handler waits for the rest of the body
	s.Signal(syscall.SIGTERM)
	deadline := time.Now().Add(5 * time.Second)
	for {
		c, err := net.Dial("tcp", "127.0.0.1:"+port(s))
		if err != nil {
			break // the listener is closed
		}
		c.Close()
		if time.Now().After(deadline) {
			t.Fatal("still listening after SIGTERM")
		}
		time.Sleep(20 * time.Millisecond)
	}
	io.WriteString(conn, body[10:])
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("the request in flight was cut off: %v", err)
	}
	if res.StatusCode != http.StatusForbidden { // unsigned, but answered
		t.Errorf("status %d", res.StatusCode)
	}
	if code := s.Stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.Output())
	}
}

func TestTLSServesBothVersionsOfHTTP(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	roots := x509.NewCertPool()
	roots.AddCert(selfSigned(t, cert, key))
	s := server.Start(t, server.Options{Roots: roots, Env: map[string]string{"GATEHOUSE_TLS_CERT": cert, "GATEHOUSE_TLS_KEY": key}})
	if !strings.HasPrefix(s.URL, "https://localhost:") {
		t.Fatalf("URL %s", s.URL)
	}
	for _, proto := range []string{"h2", "http/1.1"} {
		c := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: proto == "h2", TLSClientConfig: &tls.Config{RootCAs: roots, NextProtos: []string{proto}}}}
		res, err := c.Get(s.URL + "/dev/app")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.TLS.NegotiatedProtocol != proto || res.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s: %s %v", proto, res.TLS.NegotiatedProtocol, res.Header)
		}
	}
	old := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}}}
	if res, err := old.Get(s.URL + "/healthz"); err == nil {
		res.Body.Close()
		t.Error("TLS 1.1 is spoken")
	}
	health := server.Command(t, s.Data, map[string]string{"GATEHOUSE_LISTEN": "localhost:" + port(s), "GATEHOUSE_TLS_CERT": cert, "GATEHOUSE_TLS_KEY": key}, "health")
	if out, err := health.CombinedOutput(); err != nil {
		t.Errorf("health: %v %s", err, out)
	}
}

func selfSigned(t *testing.T, certFile, keyFile string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
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
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestMetricsHaveAListenerOfTheirOwn(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	s := server.Start(t, server.Options{Env: map[string]string{"GATEHOUSE_METRICS_LISTEN": address}})
	status(t, http.DefaultClient, s.URL+"/dev/app")
	res, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{`gatehouse_http_requests_total{method="GET",route="/dev/app",status="200"} 1`, "gatehouse_password_hashes_waiting", "gatehouse_database_connections_open", "go_goroutines"} {
		if !strings.Contains(string(text), name) {
			t.Errorf("no %s in\n%s", name, text)
		}
	}
	if got := status(t, http.DefaultClient, s.URL+"/metrics"); got != http.StatusNotFound {
		t.Errorf("/metrics on the public listener: %d", got)
	}
}

func TestTracesGoToTheCollectorWithoutSecrets(t *testing.T) {
	var mu sync.Mutex
	var got []byte
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if r.URL.Path == "/v1/traces" && err == nil {
			got = append(got, b...)
		}
	}))
	defer collector.Close()
	s := server.Start(t, server.Options{Env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL}})
	status(t, http.DefaultClient, s.URL+"/dev/app?"+url.Values{"code": {"s3cretcode"}}.Encode())
	s.Stop()
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(string(got), "/dev/app") || strings.Contains(string(got), "s3cretcode") {
		t.Errorf("%d bytes of traces: %q", len(got), got)
	}
}
