package main

import (
	"net/url"
	"time"

	"gatehouse/internal/config"
	"gatehouse/internal/installation"
)

// facts are what the installation may tell of itself.
func (a *app) facts() installation.Facts {
	cfg := a.Config
	var proxies []string
	for _, p := range cfg.TrustedProxies {
		proxies = append(proxies, p.String())
	}
	f := installation.Facts{
		Operator: a.Root.AccountID, Version: version, URL: cfg.URL.String(),
		Encrypted: cfg.URL.Scheme == "https" || config.Loopback(cfg.URL.Hostname()),
		Demo:      cfg.Demo != config.DemoOff, KeyInData: cfg.SecretKeys == "" && cfg.SecretKeysFile == "",
		Mail: withoutSecrets(cfg.SMTPURL), SMS: withoutSecrets(cfg.SMSURL), Started: time.Now().UTC(),
		TLS: a.Certificate != nil, Proxies: proxies,
	}
	if a.Certificate != nil {
		f.CertificateEnds = a.Certificate.Expires
	}
	return f
}

// withoutSecrets is a transport's address without user, password and query.
func withoutSecrets(u *url.URL) string {
	if u == nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
}
