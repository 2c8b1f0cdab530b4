package notify

import (
	"html"
	"regexp"
	"strings"
	"unicode"

	"gatehouse/internal/userpool"
)

// Text is a subject and a body with Cognito's placeholders: {####}, {username}, {##words of a link##}.
type Text struct{ Subject, Body string }

// Localizer answers the default text of a message in a language, byLink for one that carries a link; ok false means
// English. {pool} in it is the pool's name.
type Localizer func(locale string, k Kind, byLink bool) (t Text, ok bool)

// Cognito's defaults, save where people copied the full stop behind a password, and could not tell what a code is for.
var (
	verificationText = Text{"Your verification code", "Your verification code is {####}. "}
	recoveryText     = Text{"Your code to choose a new password", "{####} is your code to choose a new password for {pool}. Enter it where you sign in. "}
	invitationText   = Text{"Your temporary password", "Your username for {pool} is {username} and your temporary password is:\n\n{####}\n\nYou choose one of your own when you sign in. "}
	linkText         = Text{"Your verification link", "Please click the link below to verify your email address. {##Verify Email##} "}
	authText         = Text{"Your authentication code", "Your authentication code is {####}. "}
)

// textOf picks the pool's own text, else the default in the user's language.
func textOf(m Message, localize Localizer) Text {
	t := defaultText(m)
	if localize != nil {
		if l, ok := localize(m.Locale, m.Kind, m.byLink()); ok {
			t = l
		}
	}
	// No name of a pool has braces, so none is taken for a placeholder.
	t.Subject, t.Body = strings.ReplaceAll(t.Subject, "{pool}", m.PoolName), strings.ReplaceAll(t.Body, "{pool}", m.PoolName)
	subject, body := m.own()
	if subject != nil && *subject != "" {
		t.Subject = *subject
	}
	if body != nil && *body != "" {
		t.Body = *body
	}
	return t
}

// own is where in m.Texts the pool's own text of the message stands; nil where it can have none.
func (m *Message) own() (subject, body *string) {
	p := &m.Texts
	switch {
	case m.Kind == AdminCreateUser && m.Channel == SMS:
		return nil, &p.InviteSMS
	case m.Kind == AdminCreateUser:
		return &p.InviteSubject, &p.InviteBody
	case m.Kind == Authentication && m.Channel == SMS:
		return nil, &p.SMSAuthenticationBody
	case m.Kind == Authentication:
		return nil, nil
	case m.Channel == SMS:
		return nil, &p.SMSBody
	case m.byLink():
		return &p.EmailSubjectByLink, &p.EmailBodyByLink
	}
	return &p.EmailSubject, &p.EmailBody
}

func defaultText(m Message) Text {
	switch {
	case m.Kind == AdminCreateUser:
		return invitationText
	case m.Kind == Authentication:
		return authText
	case m.byLink():
		return linkText
	case m.Kind == ForgotPassword:
		return recoveryText
	}
	return verificationText
}

// byLink tells whether it carries a link in place of a code.
func (m Message) byLink() bool { return m.Link != "" && m.Channel == Email }

// withLinks puts a placeholder of our own in place of {##words##}, made by link of the words.
func withLinks(tmpl string, link func(words string) string) string {
	tmpl = strings.ReplaceAll(tmpl, "{link}", "")
	words := userpool.LinkPlaceholder
	return words.ReplaceAllStringFunc(tmpl, func(s string) string { return link(words.FindStringSubmatch(s)[1]) })
}

// plain fills a template that is not HTML. Placeholders are replaced in one pass: none in a value counts.
func plain(tmpl string, m Message) string {
	tmpl = withLinks(tmpl, func(words string) string { return words + ": {link}" })
	return strings.NewReplacer("{####}", m.Code.Reveal(), "{username}", oneLine(m.Username), "{link}", m.Link).Replace(tmpl)
}

// markup fills a template that is HTML, as the bodies of mails are. What users chose is escaped, so that
// nobody writes a name that shows as a link.
func markup(tmpl string, m Message) string {
	tmpl = withLinks(tmpl, func(words string) string { return `<a href="{link}">` + words + `</a>` })
	return strings.NewReplacer("{####}", html.EscapeString(m.Code.Reveal()), "{username}", html.EscapeString(oneLine(m.Username)),
		"{link}", html.EscapeString(m.Link)).Replace(tmpl)
}

// oneLine takes control characters out: a line break in a name would begin a line, or a header, of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
}

var (
	breaks = regexp.MustCompile(`(?i)<br\s*/?>|</p>|</div>|</h[1-6]>|</li>|</tr>`)
	anchor = regexp.MustCompile(`(?is)<a\s[^>]*href\s*=\s*["']((?:https?|mailto|tel):[^"']*)["'][^>]*>(.*?)</a>`)
	hidden = regexp.MustCompile(`(?is)<(style|script|head)\b.*?</(style|script|head)>`)
	tags   = regexp.MustCompile(`(?s)<[A-Za-z/!][^>]*>`)
	blanks = regexp.MustCompile(`\n{3,}`)
)

// strip is the plain twin of a template: tags out, breaks and where links lead kept. It runs before anything is filled in.
func strip(tmpl string) string {
	if !isMarkup(tmpl) {
		return tmpl
	}
	s := hidden.ReplaceAllString(tmpl, "")
	s = anchor.ReplaceAllString(s, "$2 ($1)")
	s = breaks.ReplaceAllString(s, "\n")
	s = html.UnescapeString(tags.ReplaceAllString(s, ""))
	return strings.TrimSpace(blanks.ReplaceAllString(s, "\n\n"))
}

func isMarkup(tmpl string) bool { return tags.MatchString(tmpl) }

// document makes a whole HTML document of a body, unless it is one. It names no colours, so that a mail program
// that is dark shows it dark.
func document(subject, body string, wasMarkup bool) string {
	if strings.Contains(strings.ToLower(body), "<html") {
		return body
	}
	if !wasMarkup {
		body = `<p style="white-space:pre-line">` + body + `</p>`
	}
	return `<!doctype html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>` + html.EscapeString(subject) +
		`</title></head><body style="font-family:sans-serif;font-size:16px;line-height:1.5">` + body + `</body></html>`
}

// render fills a message's texts in: subject, plain body and, for mails, its HTML twin.
func render(m Message, localize Localizer) (subject, text, markupBody string) {
	t := textOf(m, localize)
	subject = oneLine(plain(t.Subject, m))
	if m.Channel == SMS {
		return "", plain(t.Body, m), ""
	}
	rich := isMarkup(t.Body)
	text = plain(strip(t.Body), m)
	if !rich {
		t.Body = html.EscapeString(t.Body)
	}
	return subject, text, document(subject, markup(t.Body, m), rich)
}
