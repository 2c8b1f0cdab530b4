package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/notify/notifytest"
)

func client(t *testing.T, s *notifytest.Server, scheme, query string) *SMTP {
	t.Helper()
	u, err := url.Parse(fmt.Sprintf("%s://ann:pass@127.0.0.1:%d%s", scheme, s.Addr.Port, query))
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewSMTP(u, "no-reply@example.com")
	if err != nil {
		t.Fatal(err)
	}
	c.TLS = &tls.Config{RootCAs: s.Roots}
	return c
}

func TestMailArrivesWithTextAndMarkup(t *testing.T) {
	for name, c := range map[string]struct {
		scheme, query string
		implicit      bool
		secure        bool
	}{
		"starttls": {"smtp", "?starttls=required", false, true},
		"tls":      {"smtps", "", true, true},
		"local":    {"smtp", "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := notifytest.New(t, c.implicit)
			err := client(t, s, c.scheme, c.query).Send(context.Background(), Envelope{ID: "abc", To: "bob@example.org", ReplyTo: "help@example.com",
				Subject: "Grüße 123456", Text: "Your code is 123456.", HTML: "<p>Your code is <b>123456</b>.</p>"})
			if err != nil {
				t.Fatal(err)
			}
			mails := s.Received()
			if len(mails) != 1 || s.Secured()[0] != c.secure {
				t.Fatalf("%d mails, secure %v", len(mails), s.Secured())
			}
			if s.SignIns()[0] != "\x00ann\x00pass" {
				t.Errorf("signed in as %q", s.SignIns())
			}
			subject, parts := parse(t, mails[0])
			if subject != "Grüße 123456" || parts["text/plain"] != "Your code is 123456." || !strings.Contains(parts["text/html"], "<b>123456</b>") {
				t.Errorf("subject %q, parts %q", subject, parts)
			}
			for _, want := range []string{"<bob@example.org>", "<no-reply@example.com>", "Reply-To: <help@example.com>", "Message-ID: <abc@example.com>", "Auto-Submitted: auto-generated"} {
				if !strings.Contains(mails[0], want) {
					t.Errorf("mail lacks %s:\n%s", want, mails[0])
				}
			}
		})
	}
}

func parse(t *testing.T, raw string) (subject string, parts map[string]string) {
	t.Helper()
	_, raw, _ = strings.Cut(raw, "\n") // MAIL FROM
	_, raw, _ = strings.Cut(raw, "\n") // RCPT TO
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts = map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return subject, parts
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		body, _ := io.ReadAll(p)
		parts[kind] = strings.TrimSpace(string(body))
	}
}

// The attack: somebody on the way takes STARTTLS out of the server's answer.
func TestMailIsNotSentWhereTLSIsStrippedOrForged(t *testing.T) {
	s := notifytest.New(t, false)
	s.NoTLS = true
	if err := client(t, s, "smtp", "?starttls=required").Send(context.Background(), Envelope{ID: "a", To: "b@example.org"}); err == nil {
		t.Error("sent without TLS")
	}
	forged := notifytest.New(t, true)
	c := client(t, forged, "smtps", "")
	c.TLS = nil
	if err := c.Send(context.Background(), Envelope{ID: "a", To: "b@example.org"}); err == nil {
		t.Error("sent to a server with a foreign certificate")
	}
	if len(s.Received())+len(forged.Received())+len(s.SignIns())+len(forged.SignIns()) > 0 {
		t.Error("a mail or a password went out")
	}
}

func TestPermanentRefusalIsTold(t *testing.T) {
	s := notifytest.New(t, false)
	s.Refuse = "550 no such user"
	if err := client(t, s, "smtp", "").Send(context.Background(), Envelope{ID: "a", To: "b@example.org"}); !errors.Is(err, ErrRefused) {
		t.Errorf("550: %v", err)
	}
	s.Refuse = "451 try later"
	if err := client(t, s, "smtp", "").Send(context.Background(), Envelope{ID: "a", To: "b@example.org"}); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("451: %v", err)
	}
	if err := client(t, s, "smtp", "").Send(context.Background(), Envelope{ID: "a", To: "not an address"}); !errors.Is(err, ErrRefused) {
		t.Errorf("bad address: %v", err)
	}
}

func TestSMTPSettingThatSendsAPasswordInTheOpenIsRefused(t *testing.T) {
	for raw, ok := range map[string]bool{
		"smtp://u:p@mail.example.com":                true,
		"smtp://u:p@mail.example.com?starttls=off":   false,
		"smtp://mail.internal?starttls=off":          true,
		"smtps://u:p@mail.example.com?starttls=off":  false,
		"smtp://u:p@mail.example.com?starttls=maybe": false,
		"http://mail.example.com":                    false,
		"smtp://:25":                                 false,
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewSMTP(u, ""); (err == nil) != ok {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
