package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	stdmail "net/mail"
	"net/url"
	"strconv"
	"strings"

	"github.com/wneessen/go-mail"
)

// SMTP sends mails over a mail server (RFC 5321).
type SMTP struct {
	Host     string
	Port     int
	User     string
	Password string
	Security Security
	From     string      // default sender
	TLS      *tls.Config // nil: the system's roots
}

// Security is how the connection is protected.
type Security int

// The protections. Plain is for servers on this machine.
const (
	StartTLS Security = iota // required (RFC 3207)
	TLS                      // from the first byte (RFC 8314)
	Plain
)

// NewSMTP reads smtp://user:password@host:587 (STARTTLS required; ?starttls=off for a server without it) or
// smtps://…:465. A server on this machine need not speak TLS.
func NewSMTP(u *url.URL, from string) (*SMTP, error) {
	s := &SMTP{Host: u.Hostname(), User: u.User.Username(), From: from}
	s.Password, _ = u.User.Password()
	port := "587"
	switch u.Scheme {
	case "smtps":
		s.Security, port = TLS, "465"
	case "smtp":
		if ip := net.ParseIP(s.Host); s.Host == "localhost" || ip != nil && ip.IsLoopback() {
			s.Security, port = Plain, "25"
		}
	default:
		return nil, errors.New("mail server: the URL's scheme must be smtp or smtps")
	}
	switch mode := u.Query().Get("starttls"); {
	case mode == "":
	case mode == "required" && u.Scheme == "smtp":
		s.Security = StartTLS
	case mode == "off" && u.Scheme == "smtp":
		s.Security = Plain
	default:
		return nil, errors.New("mail server: starttls is required or off, and only with smtp://")
	}
	if p := u.Port(); p != "" {
		port = p
	}
	var err error
	if s.Port, err = strconv.Atoi(port); err != nil || s.Host == "" {
		return nil, errors.New("mail server: the URL names no host and port")
	}
	if s.User != "" && s.Security == Plain && !(s.Host == "localhost" || strings.HasPrefix(s.Host, "127.")) {
		return nil, errors.New("mail server: a password is not sent without TLS")
	}
	return s, nil
}

// Send delivers one mail. The id becomes its Message-ID, so that a mail that is sent twice can be told.
func (s *SMTP) Send(ctx context.Context, e Envelope) error {
	msg, err := s.message(e)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	client, err := mail.NewClient(s.Host, s.options()...)
	if err != nil {
		return fmt.Errorf("mail client: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, msg)
	var refused *mail.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return fmt.Errorf("%w: mail server: %d", ErrRefused, refused.ErrorCode())
	}
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	return nil
}

func (s *SMTP) message(e Envelope) (*mail.Msg, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	from := e.From
	if from == "" {
		from = s.From
	}
	if err := msg.From(from); err != nil {
		return nil, errors.New("sender is not an address")
	}
	if err := msg.To(e.To); err != nil {
		return nil, errors.New("recipient is not an address")
	}
	if e.ReplyTo != "" {
		if err := msg.ReplyTo(e.ReplyTo); err != nil {
			return nil, errors.New("reply-to is not an address")
		}
	}
	msg.Subject(oneLine(e.Subject))
	msg.SetMessageIDWithValue(e.ID + "@" + domainOf(from))
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	msg.SetBodyString(mail.TypeTextPlain, e.Text)
	if e.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, e.HTML)
	}
	return msg, nil
}

// domainOf is that of an address, which may have a name before it.
func domainOf(from string) string {
	a, err := stdmail.ParseAddress(from)
	if err != nil {
		return "localhost"
	}
	return a.Address[strings.LastIndex(a.Address, "@")+1:]
}

func (s *SMTP) options() []mail.Option {
	o := []mail.Option{mail.WithPort(s.Port), mail.WithTimeout(sendFor), mail.WithoutNoop()}
	switch s.Security {
	case TLS:
		o = append(o, mail.WithSSL())
	case StartTLS:
		o = append(o, mail.WithTLSPolicy(mail.TLSMandatory))
	case Plain:
		o = append(o, mail.WithTLSPolicy(mail.NoTLS))
	}
	if s.TLS != nil {
		c := s.TLS.Clone()
		c.ServerName = s.Host
		o = append(o, mail.WithTLSConfig(c))
	}
	if s.User != "" {
		auth := mail.SMTPAuthAutoDiscover
		if s.Security == Plain {
			auth = mail.SMTPAuthPlainNoEnc
		}
		o = append(o, mail.WithSMTPAuth(auth), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	return o
}
