// Package notifytest is a mail server for tests.
package notifytest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// Server is a small SMTP server (RFC 5321, STARTTLS, AUTH PLAIN) that keeps what it accepts.
type Server struct {
	Addr    *net.TCPAddr
	Roots   *x509.CertPool
	Refuse  string // answer to RCPT TO, when set before the first mail; Accept ends it
	NoTLS   bool   // do not offer STARTTLS
	mu      sync.Mutex
	mails   []string
	auth    []string
	secured []bool
	config  *tls.Config
}

// New starts a server until the test ends; implicit speaks TLS from the first byte.
func New(t testing.TB, implicit bool) *Server {
	t.Helper()
	s := &Server{Roots: x509.NewCertPool()}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.Roots.AddCert(cert)
	s.config = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = l.Addr().(*net.TCPAddr)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if implicit {
				c = tls.Server(c, s.config)
			}
			go s.serve(c, implicit)
		}
	}()
	return s
}

func (s *Server) serve(c net.Conn, secure bool) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	p := textproto.NewConn(c)
	p.PrintfLine("220 test ESMTP")
	var envelope []string
	for {
		line, err := p.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "EHLO", "HELO":
			p.PrintfLine("250-test")
			if !secure && !s.NoTLS {
				p.PrintfLine("250-STARTTLS")
			}
			p.PrintfLine("250 AUTH PLAIN")
		case "STARTTLS":
			p.PrintfLine("220 go")
			c = tls.Server(c, s.config)
			p, secure = textproto.NewConn(c), true
		case "AUTH":
			raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			s.mu.Lock()
			s.auth = append(s.auth, string(raw))
			s.mu.Unlock()
			p.PrintfLine("235 ok")
		case "MAIL":
			envelope = []string{line}
			p.PrintfLine("250 ok")
		case "RCPT":
			if answer := s.refusal(); answer != "" {
				p.PrintfLine("%s", answer)
				continue
			}
			envelope = append(envelope, line)
			p.PrintfLine("250 ok")
		case "DATA":
			p.PrintfLine("354 go")
			data, err := readDot(p.Reader.R)
			if err != nil {
				return
			}
			s.mu.Lock()
			s.mails = append(s.mails, strings.Join(envelope, "\n")+"\n"+data)
			s.secured = append(s.secured, secure)
			s.mu.Unlock()
			p.PrintfLine("250 queued")
		case "QUIT":
			p.PrintfLine("221 bye")
			return
		default:
			p.PrintfLine("250 ok")
		}
	}
}

func readDot(r *bufio.Reader) (string, error) {
	b, err := textproto.NewReader(r).ReadDotBytes()
	return string(b), err
}

// Accept makes a server take what it has refused.
func (s *Server) Accept() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Refuse = ""
}

func (s *Server) refusal() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Refuse
}

// Received are the mails so far, each after the lines MAIL FROM and RCPT TO of its envelope.
func (s *Server) Received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.mails...)
}

// SignIns are the credentials that clients gave, as AUTH PLAIN has them.
func (s *Server) SignIns() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.auth...)
}

// Secured tells of each mail whether it came over TLS.
func (s *Server) Secured() []bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]bool(nil), s.secured...)
}
