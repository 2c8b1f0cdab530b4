package config

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"

	"gatehouse/internal/seal"
)

// Demo says whether the demo pool and /dev/outbox exist.
type Demo int

// The three settings of GATEHOUSE_DEMO.
const (
	DemoOff      Demo = iota
	DemoLoopback      // LISTEN and URL are loopback
	DemoAnywhere      // a throw-away container; every page shows it
)

// Config is the checked settings. The zero value of every field is safe.
type Config struct {
	Listen   string   // host:port
	URL      *url.URL // scheme and host only; nil: http(s)://localhost and the port that was bound
	Data     string
	Database string // empty never; sqlite:… or postgres://…
	Region   string

	AccountID           string // 12 digits or empty
	RootEmail           string
	RootPassword        seal.Secret
	RootAccessKeyID     string
	RootSecretAccessKey seal.Secret

	SecretKeys     seal.Secret // as typed: comma-separated, active first
	SecretKeysFile string
	SealingKeys    []seal.Key // of one of the two; none: demo makes one

	Demo      Demo
	PathPages bool

	TrustedProxies  []netip.Prefix
	TLSCert, TLSKey string
	InsecureHTTP    bool
	ExtraHosts      []string
	EgressAllow     []netip.Prefix

	SMTPURL  *url.URL // nil: no mail transport
	SMTPFrom string
	SMSURL   *url.URL // nil: no SMS transport
	SMSToken seal.Secret

	MetricsListen string
	OTLPEndpoint  string
	LogFormat     string // text, json or empty: choose by terminal
	LogLevel      slog.Level
}

// Postgres tells whether the database is PostgreSQL.
func (c *Config) Postgres() bool {
	return strings.HasPrefix(c.Database, "postgres://") || strings.HasPrefix(c.Database, "postgresql://")
}

// Problems is every bad setting, one line each.
type Problems []string

func (p Problems) Error() string {
	count := "1 bad setting"
	if len(p) != 1 {
		count = fmt.Sprintf("%d bad settings", len(p))
	}
	return count + ":\n  " + strings.Join(p, "\n  ")
}

const redacted = "[redacted]"

// LogValue is every setting that is in force, with secrets redacted.
func (c *Config) LogValue() slog.Value {
	a := []slog.Attr{
		slog.String("listen", c.Listen), slog.String("url", urlText(c.URL)), slog.String("data", c.Data),
		slog.String("database", redactDSN(c.Database)), slog.String("region", c.Region),
	}
	text := func(name, v string) {
		if v != "" {
			a = append(a, slog.String(name, v))
		}
	}
	secret := func(name string, v seal.Secret) {
		if v != "" {
			text(name, redacted)
		}
	}
	flag := func(name string, v bool) {
		if v {
			a = append(a, slog.Bool(name, v))
		}
	}
	text("account-id", c.AccountID)
	text("root-email", c.RootEmail)
	secret("root-password", c.RootPassword)
	text("root-access-key-id", c.RootAccessKeyID)
	secret("root-secret-access-key", c.RootSecretAccessKey)
	secret("secret-keys", c.SecretKeys)
	text("secret-keys-file", c.SecretKeysFile)
	text("demo", [...]string{"", "true", "anywhere"}[c.Demo])
	flag("path-pages", c.PathPages)
	text("trusted-proxies", joinPrefixes(c.TrustedProxies))
	text("tls-cert", c.TLSCert)
	text("tls-key", c.TLSKey)
	flag("insecure-http", c.InsecureHTTP)
	text("extra-hosts", strings.Join(c.ExtraHosts, ","))
	text("egress-allow", joinPrefixes(c.EgressAllow))
	text("smtp-url", urlText(c.SMTPURL))
	text("smtp-from", c.SMTPFrom)
	text("sms-url", urlText(c.SMSURL))
	secret("sms-token", c.SMSToken)
	text("metrics-listen", c.MetricsListen)
	text("otlp-endpoint", redactDSN(c.OTLPEndpoint))
	text("log-format", c.LogFormat)
	text("log-level", c.LogLevel.String())
	return slog.GroupValue(a...)
}

func joinPrefixes(ps []netip.Prefix) string {
	s := make([]string, len(ps))
	for i, p := range ps {
		s[i] = p.String()
	}
	return strings.Join(s, ",")
}

// urlText prints a URL without its password and without its query, where tokens like to be.
func urlText(u *url.URL) string {
	if u == nil {
		return ""
	}
	c := *u
	if c.RawQuery != "" {
		c.RawQuery = redacted
	}
	return c.Redacted()
}

func redactDSN(dsn string) string {
	if !strings.Contains(dsn, "://") {
		return dsn
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return redacted
	}
	return urlText(u)
}
