package notify

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/userpool"
)

func TestDefaultTextsAreCognitos(t *testing.T) {
	for _, c := range []struct {
		m             Message
		subject, body string
	}{
		{Message{Kind: SignUp, Channel: Email, Code: "123456"}, "Your verification code", "Your verification code is 123456. "},
		{Message{Kind: VerifyAttribute, Channel: SMS, Code: "123456"}, "", "Your verification code is 123456. "},
		{Message{Kind: AdminCreateUser, Channel: SMS, Username: "ann", Code: "Tmp1!", Texts: userpool.Messages{InviteSMS: "{username}: {####}"}}, "", "ann: Tmp1!"},
		{Message{Kind: SignUp, Channel: Email, Code: "1", Texts: userpool.Messages{EmailSubject: "Code {####}", EmailBody: "<p>Hi {username},</p><p>{####}</p>"}, Username: "bo"}, "Code 1", "Hi bo,\n1"},
		{Message{Kind: SignUp, Channel: Email, Link: "https://x/?a=1&b=2", Texts: userpool.Messages{EmailBodyByLink: "Press {##here##}."}}, "Your verification link", "Press here: https://x/?a=1&b=2."},
	} {
		subject, text, markup := render(c.m, nil)
		if subject != c.subject || text != c.body {
			t.Errorf("%+v: %q %q", c.m.Kind, subject, text)
		}
		if (markup != "") != (c.m.Channel == Email) {
			t.Errorf("%v: markup %q", c.m.Kind, markup)
		}
	}
}

// Nothing may stand right behind a password, for people copy it with what does; and a code says what it is for.
func TestDefaultTextsOfPasswordsStandAlone(t *testing.T) {
	for _, channel := range []Channel{Email, SMS} {
		_, text, _ := render(Message{Kind: AdminCreateUser, Channel: channel, PoolName: "Walk shop", Username: "ann", Code: "Ybh8s)[3Mp+N"}, nil)
		if !slices.Contains(strings.Split(text, "\n"), "Ybh8s)[3Mp+N") || !strings.Contains(text, "Your username for Walk shop is ann") {
			t.Errorf("%s: %q", channel, text)
		}
		_, text, _ = render(Message{Kind: ForgotPassword, Channel: channel, PoolName: "Walk shop", Code: "123456"}, nil)
		if !strings.HasPrefix(text, "123456 is your code to choose a new password for Walk shop.") {
			t.Errorf("%s: %q", channel, text)
		}
	}
	own := userpool.Messages{InviteBody: "{pool}: {username} {####}", InviteSubject: "{pool}"}
	subject, text, _ := render(Message{Kind: AdminCreateUser, Channel: Email, PoolName: "Walk shop", Username: "ann", Code: "x", Texts: own}, nil)
	if subject != "{pool}" || text != "{pool}: ann x" { // Cognito knows no such placeholder
		t.Errorf("%q %q", subject, text)
	}
}

// The attack: a user whose name is a link, a script, a placeholder or a header.
func TestNamesCannotWriteIntoTheMail(t *testing.T) {
	m := Message{Kind: AdminCreateUser, Channel: Email, Code: "<b>&", Link: "",
		Username: "<a href=\"https://evil\">x</a>{####}\r\nBcc: all@example.org",
		Texts:    userpool.Messages{InviteSubject: "Hello {username}", InviteBody: "<p>{username} {####}</p>"}}
	subject, text, markup := render(m, nil)
	if strings.ContainsAny(subject, "\r\n") {
		t.Errorf("subject %q has a line break", subject)
	}
	if strings.Contains(markup, "<a href") || !strings.Contains(markup, "&lt;b&gt;&amp;") || strings.Contains(text, "\nBcc") {
		t.Errorf("markup %s\ntext %s", markup, text)
	}
	if strings.Count(text, "<b>&") != 1 {
		t.Errorf("a placeholder in a name was filled in: %s", text)
	}
	link := Message{Kind: SignUp, Channel: Email, Link: `https://x/"onmouseover="alert(1)`, Texts: userpool.Messages{EmailBodyByLink: "{##a##}{link}"}}
	if _, _, markup := render(link, nil); strings.Contains(markup, `"onmouse`) || strings.Count(markup, "https://x/") != 1 {
		t.Errorf("link %s", markup)
	}
}

func TestPlainTwinKeepsWhereLinksLead(t *testing.T) {
	m := Message{Kind: SignUp, Channel: Email, Code: "424242", Texts: userpool.Messages{
		EmailBody: `<style>p{color:red}</style><p>Press <a class="b" href="https://acme.example/?a=1&amp;code={####}"><b>here</b></a>.</p>`}}
	if _, text, _ := render(m, nil); text != "Press here (https://acme.example/?a=1&code=424242)." {
		t.Errorf("%q", text)
	}
}

// The words of a link are the pool's own; a link mail never goes without its link.
func TestEveryLinkPlaceholderThatIsTakenBecomesALink(t *testing.T) {
	for _, body := range []string{"{##Go##}", "{## #1, go! ##}", "<p>{##<b>Go</b>##}</p>", "{###Go###}"} {
		texts := userpool.Messages{EmailBodyByLink: "Hello " + body}
		if err := texts.Check(); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		_, text, markup := render(Message{Kind: SignUp, Channel: Email, Link: "https://x/y", Texts: texts}, nil)
		if !strings.Contains(markup, `<a href="https://x/y">`) || !strings.Contains(text, ": https://x/y") {
			t.Errorf("%s: %s %s", body, text, markup)
		}
	}
}

func TestPlainTemplateIsEscapedInItsMarkupTwin(t *testing.T) {
	m := Message{Kind: SignUp, Channel: Email, Code: "1", Texts: userpool.Messages{EmailBody: "1 < 2 & {####}"}}
	if _, text, markup := render(m, nil); text != "1 < 2 & 1" || !strings.Contains(markup, "1 &lt; 2 &amp; 1") {
		t.Error(text, markup)
	}
}

func TestLocalizedDefaultsStandBehindThePoolsOwn(t *testing.T) {
	german := func(locale string, k Kind, byLink bool) (Text, bool) {
		if byLink {
			return Text{"Dein Link", "{##Los##}"}, locale == "de"
		}
		return Text{"Dein Code", "Dein Code ist {####}."}, locale == "de"
	}
	if s, b, _ := render(Message{Kind: SignUp, Channel: Email, Code: "1", Locale: "de"}, german); s != "Dein Code" || b != "Dein Code ist 1." {
		t.Error(s, b)
	}
	if s, b, _ := render(Message{Kind: SignUp, Channel: Email, Link: "https://x/", Locale: "de"}, german); s != "Dein Link" || b != "Los: https://x/" {
		t.Error(s, b)
	}
	own := Message{Kind: SignUp, Channel: Email, Code: "1", Locale: "de", Texts: userpool.Messages{EmailBody: "Acme: {####}"}}
	if s, b, _ := render(own, german); s != "Dein Code" || b != "Acme: 1" {
		t.Error(s, b)
	}
}

func TestMaskShowsWhatCognitoShows(t *testing.T) {
	for to, want := range map[string]string{"jane@gmail.com": "j***@g***", "émile@x": "é***@x***", "": "***@***"} {
		if got := Mask(Email, to); got != want {
			t.Errorf("%s: %s", to, got)
		}
	}
	if got := Mask(SMS, "+15550101234"); got != "+*******1234" {
		t.Error(got)
	}
	if got := Mask(SMS, "+12"); strings.Contains(got, "12") {
		t.Error(got)
	}
}
