// Package config turns flags and GATEHOUSE_* variables into one checked Config. Flags is what kong
// reads, every field as it was typed; Flags.Config parses all of it once and lists every problem at
// once. Nothing else in the program reads a flag or a variable.
package config

import (
	"github.com/alecthomas/kong"
)

// Flags holds every setting as it was given. Values are text, so that a bad one is listed with all
// other problems instead of stopping at the first.
type Flags struct {
	Listen   string `env:"GATEHOUSE_LISTEN" default:"localhost:8080" placeholder:"HOST:PORT" help:"Address to listen on; localhost means both loopback addresses (localhost:8080)."`
	URL      string `name:"url" env:"GATEHOUSE_URL" placeholder:"URL" help:"Public base URL, without a path (http://localhost:PORT)."`
	Data     string `env:"GATEHOUSE_DATA" default:"./data" placeholder:"DIR" help:"Folder for the files that Gatehouse makes (./data)."`
	Database string `env:"GATEHOUSE_DATABASE" placeholder:"DSN" help:"sqlite:PATH, sqlite::memory: or a postgres:// URL (a SQLite file in the data folder)."`
	Region   string `env:"GATEHOUSE_REGION" default:"us-east-1" help:"Region of what the demo makes, and where the console begins."`

	AccountID           string `env:"GATEHOUSE_ACCOUNT_ID" placeholder:"ID" help:"The 12-digit account id (made at first start)."`
	RootEmail           string `env:"GATEHOUSE_ROOT_EMAIL" placeholder:"EMAIL" help:"Email address of the root user (root@localhost)."`
	RootPassword        string `env:"GATEHOUSE_ROOT_PASSWORD" placeholder:"SECRET" help:"Password of the root user, imported when no root exists."`
	RootAccessKeyID     string `env:"GATEHOUSE_ROOT_ACCESS_KEY_ID" placeholder:"ID" help:"Access key of the root user, imported when no root exists."`
	RootSecretAccessKey string `env:"GATEHOUSE_ROOT_SECRET_ACCESS_KEY" placeholder:"SECRET" help:"Secret of that access key."`

	SecretKeys     string `env:"GATEHOUSE_SECRET_KEYS" placeholder:"KEYS" help:"Sealing keys, comma-separated, the active one first."`
	SecretKeysFile string `env:"GATEHOUSE_SECRET_KEYS_FILE" placeholder:"PATH" help:"File with the sealing keys, one a line, the active one first."`

	Demo      Switch `env:"GATEHOUSE_DEMO" default:"false" help:"Make a demo pool and show sent messages at /dev/outbox: false, true (loopback only) or anywhere (throw-away containers)."`
	PathPages Switch `env:"GATEHOUSE_PATH_PAGES" default:"false" help:"Serve hosted pages under {URL}/{poolId} although the URL is not loopback: pools then share one origin."`

	TrustedProxies string `env:"GATEHOUSE_TRUSTED_PROXIES" placeholder:"CIDRS" help:"Proxies whose forwarding headers count, comma-separated (none)."`
	TLSCert        string `name:"tls-cert" env:"GATEHOUSE_TLS_CERT" placeholder:"PATH" help:"Certificate chain in PEM; read again when it changes."`
	TLSKey         string `name:"tls-key" env:"GATEHOUSE_TLS_KEY" placeholder:"PATH" help:"Private key of the certificate in PEM."`
	InsecureHTTP   Switch `name:"insecure-http" env:"GATEHOUSE_INSECURE_HTTP" default:"false" help:"Allow a plain http URL that is not loopback."`
	ExtraHosts     string `env:"GATEHOUSE_EXTRA_HOSTS" placeholder:"HOSTS" help:"Further host names of the AWS endpoint, comma-separated, for containers."`
	EgressAllow    string `env:"GATEHOUSE_EGRESS_ALLOW" placeholder:"CIDRS" help:"Private networks that outbound calls may reach, comma-separated (none)."`

	SMTPURL  string `name:"smtp-url" env:"GATEHOUSE_SMTP_URL" placeholder:"URL" help:"Mail server: smtp://user:password@host:587 or smtps://…:465."`
	SMTPFrom string `name:"smtp-from" env:"GATEHOUSE_SMTP_FROM" placeholder:"EMAIL" help:"Default sender address of mails (no-reply@ the host of URL)."`
	SMSURL   string `name:"sms-url" env:"GATEHOUSE_SMS_URL" placeholder:"URL" help:"Sender of text messages: https://… (web hook, a signed JSON POST), twilio://ACCOUNT_SID?from=NUMBER or sns://ACCESS_KEY_ID@REGION."`
	SMSToken string `name:"sms-token" env:"GATEHOUSE_SMS_TOKEN" placeholder:"SECRET" help:"Its secret: the key that signs requests to the web hook, Twilio's auth token or the secret access key."`

	MetricsListen string `env:"GATEHOUSE_METRICS_LISTEN" placeholder:"HOST:PORT" help:"Address that serves /metrics (none)."`
	OTLPEndpoint  string `name:"otlp-endpoint" env:"OTEL_EXPORTER_OTLP_ENDPOINT" placeholder:"URL" help:"OpenTelemetry collector that receives traces (none)."`
	LogFormat     string `env:"GATEHOUSE_LOG_FORMAT" placeholder:"text|json" help:"Format of the log (text on a terminal, json elsewhere)."`
	LogLevel      string `env:"GATEHOUSE_LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"debug, info, warn or error (info)."`
}

// Switch is a flag that may stand alone (true) or carry a value, checked later with everything else.
type Switch string

// Decode implements kong.MapperValue.
func (s *Switch) Decode(ctx *kong.DecodeContext) error {
	token := ctx.Scan.Peek()
	if token.Type == kong.FlagValueToken {
		var v string
		if err := ctx.Scan.PopValueInto("value", &v); err != nil {
			return err
		}
		*s = Switch(v)
		return nil
	}
	*s = "true"
	return nil
}

// IsBool tells kong that the flag needs no value.
func (s *Switch) IsBool() bool { return true }
