package web

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Certificate serves a certificate from two files and reads them again when one changes. A pair that does
// not load leaves the old one in use, so that a half-written renewal breaks nothing.
type Certificate struct {
	CertFile, KeyFile string
	Log               *slog.Logger
	Clock             func() time.Time

	mu      sync.Mutex
	cert    *tls.Certificate
	stamp   [2]time.Time
	checked time.Time
}

// Load reads the files for the first time.
func (c *Certificate) Load() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.load()
}

// Config is the TLS configuration that uses the certificate: TLS 1.2 and later.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"h2", "http/1.1"}}
}

// Expires is when the certificate that is served now stops being valid.
func (c *Certificate) Expires() time.Time {
	cert, _ := c.get(nil)
	return cert.Leaf.NotAfter
}

func (c *Certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.Clock(); now.Sub(c.checked) >= time.Second {
		c.checked = now
		if stamp, err := c.stamps(); err == nil && stamp != c.stamp {
			if err := c.load(); err != nil {
				c.Log.Error("certificate not reloaded; the old one stays in use", "error", err)
			}
		}
	}
	return c.cert, nil
}

func (c *Certificate) load() error {
	stamp, err := c.stamps()
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	cert, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
	if err != nil {
		return fmt.Errorf("read certificate: %w", err)
	}
	c.cert, c.stamp = &cert, stamp
	return nil
}

func (c *Certificate) stamps() (s [2]time.Time, err error) {
	for i, name := range []string{c.CertFile, c.KeyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return s, err
		}
		s[i] = info.ModTime()
	}
	return s, nil
}
