package config

import (
	"net"
	"net/netip"

	"gatehouse/internal/seal"
)

// Config checks every setting and answers Problems when any is bad. Files that only the service reads are not
// looked at: who runs another command may not be allowed to.
func (f Flags) Config() (*Config, error) { return f.check(&parser{}) }

// ServeConfig is Config for the service itself, which must be able to read its certificate too.
func (f Flags) ServeConfig() (*Config, error) {
	p := &parser{}
	p.certificate(f.TLSCert, f.TLSKey)
	return f.check(p)
}

func (f Flags) check(p *parser) (*Config, error) {
	c := &Config{
		Listen:   p.address("GATEHOUSE_LISTEN", f.Listen),
		URL:      p.baseURL(f.URL),
		Data:     p.required("GATEHOUSE_DATA", f.Data),
		Database: p.database(f.Database, f.Data),
		Region:   p.match("GATEHOUSE_REGION", f.Region, regionName, "letters, digits and dashes, such as us-east-1"),

		AccountID:           p.match("GATEHOUSE_ACCOUNT_ID", f.AccountID, accountID, "12 digits"),
		RootEmail:           p.email("GATEHOUSE_ROOT_EMAIL", f.RootEmail),
		RootPassword:        seal.Secret(f.RootPassword),
		RootAccessKeyID:     p.match("GATEHOUSE_ROOT_ACCESS_KEY_ID", f.RootAccessKeyID, accessKeyID, "16 to 128 letters and digits"),
		RootSecretAccessKey: seal.Secret(f.RootSecretAccessKey),
		SecretKeys:          seal.Secret(f.SecretKeys),
		SecretKeysFile:      f.SecretKeysFile,
		SealingKeys:         p.keys(f),

		Demo:           p.demo(f.Demo),
		PathPages:      p.boolean("GATEHOUSE_PATH_PAGES", f.PathPages),
		TrustedProxies: p.prefixes("GATEHOUSE_TRUSTED_PROXIES", f.TrustedProxies),
		TLSCert:        f.TLSCert,
		TLSKey:         f.TLSKey,
		InsecureHTTP:   p.boolean("GATEHOUSE_INSECURE_HTTP", f.InsecureHTTP),
		ExtraHosts:     p.hosts("GATEHOUSE_EXTRA_HOSTS", f.ExtraHosts),
		EgressAllow:    p.prefixes("GATEHOUSE_EGRESS_ALLOW", f.EgressAllow),

		SMTPURL:  p.remote("GATEHOUSE_SMTP_URL", f.SMTPURL, "smtp", "smtps"),
		SMTPFrom: p.email("GATEHOUSE_SMTP_FROM", f.SMTPFrom),
		SMSURL:   p.remote("GATEHOUSE_SMS_URL", f.SMSURL, "https", "http", "twilio", "sns"),
		SMSToken: seal.Secret(f.SMSToken),

		LogFormat: p.oneOf("GATEHOUSE_LOG_FORMAT", f.LogFormat, "", "text", "json"),
		LogLevel:  p.level(f.LogLevel),
	}
	if f.MetricsListen != "" {
		c.MetricsListen = p.address("GATEHOUSE_METRICS_LISTEN", f.MetricsListen)
	}
	if u := p.remote("OTEL_EXPORTER_OTLP_ENDPOINT", f.OTLPEndpoint, "http", "https"); u != nil {
		c.OTLPEndpoint = f.OTLPEndpoint
	}
	p.together(f, c)
	if len(p.problems) > 0 {
		return nil, p.problems
	}
	return c, nil
}

// together checks what no setting can be judged on alone.
func (p *parser) together(f Flags, c *Config) {
	pair := func(a, av, b, bv string) {
		if (av == "") != (bv == "") {
			p.bad("%s and %s go together: set both or neither", a, b)
		}
	}
	pair("GATEHOUSE_TLS_CERT", f.TLSCert, "GATEHOUSE_TLS_KEY", f.TLSKey)
	pair("GATEHOUSE_ROOT_ACCESS_KEY_ID", f.RootAccessKeyID, "GATEHOUSE_ROOT_SECRET_ACCESS_KEY", f.RootSecretAccessKey)
	if f.RootSecretAccessKey != "" && len(f.RootSecretAccessKey) < 16 {
		p.bad("GATEHOUSE_ROOT_SECRET_ACCESS_KEY: needs 16 characters or more")
	}
	if f.RootPassword != "" && len(f.RootPassword) < 12 {
		p.bad("GATEHOUSE_ROOT_PASSWORD: needs 12 characters or more")
	}
	if f.SecretKeys != "" && f.SecretKeysFile != "" {
		p.bad("GATEHOUSE_SECRET_KEYS and GATEHOUSE_SECRET_KEYS_FILE: set one of them")
	}
	if f.SMSToken != "" && f.SMSURL == "" {
		p.bad("GATEHOUSE_SMS_TOKEN: needs GATEHOUSE_SMS_URL")
	}
	if c.URL != nil && c.URL.Scheme == "http" && !Loopback(c.URL.Hostname()) && !c.InsecureHTTP {
		p.bad("GATEHOUSE_URL: plain http on %s lets anyone on the way read passwords and tokens; use https, or set GATEHOUSE_INSECURE_HTTP=true", c.URL.Host)
	}
	if c.Demo == DemoLoopback && !c.loopbackOnly() {
		p.bad("GATEHOUSE_DEMO: only where GATEHOUSE_LISTEN and GATEHOUSE_URL are loopback (or say anywhere, for a throw-away container)")
	}
	if c.Demo == DemoOff || c.Postgres() {
		p.sealingKeys(f, c)
	}
}

func (c *Config) loopbackOnly() bool {
	host, _, _ := net.SplitHostPort(c.Listen)
	return Loopback(host) && (c.URL == nil || Loopback(c.URL.Hostname()))
}

// Loopback tells whether a host name or address can only mean this machine.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
