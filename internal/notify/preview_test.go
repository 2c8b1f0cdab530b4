package notify

import (
	"errors"
	"strings"
	"testing"

	"gatehouse/internal/userpool"
)

func TestPreviewIsWhatIsSent(t *testing.T) {
	o := &Outbox{From: "no-reply@example.com"}
	m := Message{Kind: SignUp, Channel: Email, Code: "123456", Username: "<i>jane</i>", Texts: userpool.Messages{EmailSubject: "Hi", EmailBody: "<p>{username}: {####}</p>", ReplyTo: "help@example.com"}}
	subject, text, markup := render(m, nil)
	if p := o.Preview(m); p != (Preview{"no-reply@example.com", "help@example.com", subject, text, markup}) || strings.Contains(p.HTML, "<i>") {
		t.Errorf("%+v", p)
	}
	m.Texts.From = "Shop <shop@example.com>"
	if p := o.Preview(m); p.From != "Shop <shop@example.com>" {
		t.Errorf("%+v", p)
	}
	m.Channel = SMS
	if p := o.Preview(m); p != (Preview{Text: "Your verification code is 123456. "}) {
		t.Errorf("%+v", p)
	}
}

func TestDraftStandsInForThePoolsOwnText(t *testing.T) {
	subject, body, empty := "New", "New {####} {username} {##Go##}", ""
	for _, m := range []Message{
		{Kind: SignUp, Channel: Email}, {Kind: SignUp, Channel: Email, Link: "https://x/"}, {Kind: ForgotPassword, Channel: Email}, {Kind: AdminCreateUser, Channel: Email},
	} {
		saved := m
		if err := m.Draft(&subject, &body); err != nil {
			t.Errorf("%+v: %v", m, err)
		}
		if s, b, _ := render(m, nil); s != "New" || !strings.HasPrefix(b, "New") {
			t.Errorf("%+v: %q %q", m, s, b)
		}
		before, _, _ := render(saved, nil)
		if err := m.Draft(&empty, &empty); err != nil {
			t.Error(err)
		}
		if s, _, _ := render(m, nil); s != before {
			t.Errorf("%+v: not the default %q but %q", m, before, s)
		}
	}
	for _, m := range []Message{{Kind: SignUp, Channel: SMS}, {Kind: AdminCreateUser, Channel: SMS}, {Kind: Authentication, Channel: SMS}} {
		if err := m.Draft(nil, &body); err != nil {
			t.Error(err)
		}
		if _, b, _ := render(m, nil); !strings.HasPrefix(b, "New") {
			t.Errorf("%+v: %q", m, b)
		}
		if err := m.Draft(&subject, nil); !errors.Is(err, ErrNoOwnText) {
			t.Errorf("the subject of a text message: %v", err)
		}
	}
	m := Message{Kind: Authentication, Channel: Email}
	if err := m.Draft(nil, &body); !errors.Is(err, ErrNoOwnText) {
		t.Error(err)
	}
}

// The attack: a draft that no pool could have.
func TestAttackDraftKeepsTheRulesOfTexts(t *testing.T) {
	twoLines, noCode := "x\r\nBcc: all@example.com", "no code here"
	m := Message{Kind: SignUp, Channel: Email}
	if err := m.Draft(&twoLines, nil); !errors.Is(err, userpool.ErrInvalid) {
		t.Errorf("%v", err)
	}
	m = Message{Kind: SignUp, Channel: Email}
	if err := m.Draft(nil, &noCode); !errors.Is(err, userpool.ErrInvalid) {
		t.Errorf("%v", err)
	}
}
