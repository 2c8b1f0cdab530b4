package userpool

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Messages are the pool's own texts; empty fields mean the defaults.
type Messages struct {
	EmailSubject, EmailBody, SMSBody    string // verification
	EmailSubjectByLink, EmailBodyByLink string
	EmailOption                         string // CONFIRM_WITH_CODE (default) or CONFIRM_WITH_LINK
	InviteSubject, InviteBody           string
	InviteSMS                           string
	SMSAuthenticationBody               string
	From, ReplyTo                       string
}

// Values of EmailOption.
const (
	ConfirmWithCode = "CONFIRM_WITH_CODE"
	ConfirmWithLink = "CONFIRM_WITH_LINK"
)

// Bounds of texts, in characters.
const (
	minMessage = 6
	maxEmail   = 20_000
	maxSMS     = 140
	maxSubject = 140
	maxAddress = 320 // with a name before it
)

// Placeholders of texts: the code or password, and the name of whom it is for.
const (
	CodePlaceholder     = "{####}"
	UsernamePlaceholder = "{username}"
)

// LinkPlaceholder is {##words##}, where a link goes; its group is the words.
var LinkPlaceholder = regexp.MustCompile(`\{##([^{}]+?)##\}`)

// Check holds the rules of texts: what they must contain, how long they may be, and that nothing in them begins a
// header of its own. Errors: ErrInvalid.
func (m Messages) Check() error {
	if m.EmailOption != "" && m.EmailOption != ConfirmWithCode && m.EmailOption != ConfirmWithLink {
		return ErrInvalid.With("The email option is CONFIRM_WITH_CODE or CONFIRM_WITH_LINK.")
	}
	for _, b := range []struct {
		what, text string
		max        int
		must       []string
	}{
		{"verification email", m.EmailBody, maxEmail, []string{CodePlaceholder}},
		{"verification SMS", m.SMSBody, maxSMS, []string{CodePlaceholder}},
		{"verification email with a link", m.EmailBodyByLink, maxEmail, nil},
		{"invitation email", m.InviteBody, maxEmail, []string{UsernamePlaceholder, CodePlaceholder}},
		{"invitation SMS", m.InviteSMS, maxSMS, []string{UsernamePlaceholder, CodePlaceholder}},
		{"authentication SMS", m.SMSAuthenticationBody, maxSMS, []string{CodePlaceholder}},
	} {
		if err := checkMessage(b.what, b.text, b.max, b.must); err != nil {
			return err
		}
	}
	if m.EmailBodyByLink != "" && !LinkPlaceholder.MatchString(m.EmailBodyByLink) {
		return ErrInvalid.With("The verification email with a link must contain {##words of the link##}.")
	}
	return m.checkHeaders()
}

func checkMessage(what, text string, most int, must []string) error {
	if text == "" {
		return nil
	}
	if n := utf8.RuneCountInString(text); n < minMessage || n > most {
		return ErrInvalid.With("The %s has from %d to %d characters.", what, minMessage, most)
	}
	for _, p := range must {
		if !strings.Contains(text, p) {
			return ErrInvalid.With("The %s must contain %s.", what, strings.Join(must, " and "))
		}
	}
	return nil
}

func (m Messages) checkHeaders() error {
	for _, subject := range []string{m.EmailSubject, m.EmailSubjectByLink, m.InviteSubject} {
		if strings.ContainsFunc(subject, breaksLine) { // a second header line in the mail
			return ErrInvalid.With("An email subject is one line.")
		}
		if utf8.RuneCountInString(subject) > maxSubject {
			return ErrInvalid.With("An email subject has at most %d characters.", maxSubject)
		}
	}
	for _, a := range []string{m.From, m.ReplyTo} {
		if a == "" {
			continue
		}
		if _, err := mail.ParseAddress(a); err != nil || strings.ContainsFunc(a, breaksLine) || len(a) > maxAddress {
			return ErrInvalid.With("%q is not an email address.", strings.ToValidUTF8(a[:min(len(a), maxAddress)], ""))
		}
	}
	return nil
}

func breaksLine(r rune) bool {
	return unicode.IsControl(r) && r != '\t' || r == '\u2028' || r == '\u2029'
}

func checkMessages(s *Settings) error { return s.Messages.Check() }
